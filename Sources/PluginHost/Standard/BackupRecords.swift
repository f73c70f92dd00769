import BackupAPI
package import LuaKit

/// What a plan takes for a backup: one that went well, with nothing in it.
enum PlannedBackup {
    /// What the ids of backups begin with that a plan would start.
    static let prefix = "planned-"

    static func record(_ reference: LuaValue) throws -> LuaValue {
        try .record(
            of: Backup(
                id: ResourceID(try BackupReference.read(reference).rawValue),
                agent: Reference(id: "planned"),
                configuration: Reference(id: "planned"),
                state: .completed
            )
        )
    }
}

/// What `backup.run` raises when the backup's outcome is neither ok nor warning.
struct BackupEndedBadly: LuaErrorConvertible, CustomStringConvertible {
    let configuration: String
    let backup: LuaValue
    let state: ActivityState

    var description: String {
        let diagnostics = backup["errors"]["diagnostics"].text ?? ""
        return "the backup of '\(configuration)' ended as \(state)"
            + (diagnostics.isEmpty ? "" : ": \(diagnostics)")
    }

    var luaMessage: String { description }

    var luaFields: [String: LuaValue] {
        [
            "code": "backup_failed", "message": .string(description),
            "retryable": .boolean(backup.hasFailedForNow), "data": backup,
        ]
    }
}

extension LuaValue {
    /// Whether what the record tells of failed for a reason that passes, so that it may go well when it is done again.
    package var hasFailedForNow: Bool {
        let reasons: Set = [
            "repository_locked", "disk_full", "interrupted", "host_died", "timed_out", "unreachable",
        ]
        return self["errors"]["reason"].text.map(reasons.contains) ?? false
    }

    /// A backup as scripts see it: the contract's fields without nulls, `outcome`, and `local` where there is something.
    static func record(of backup: Backup) throws -> LuaValue {
        var record = try LuaEncoder.encode(DetailedBackup(backup)).withoutNulls
        if case .table(var table) = record, let outcome = backup.state.outcome {
            table.fields["outcome"] = .string(outcome.rawValue)
            record = .table(table)
        }
        return record
    }

    /// Progress as scripts see it.
    static func progress(_ progress: BackupProgress, of backup: Backup) -> LuaValue {
        .record([
            "state": .string(backup.state.rawValue),
            "files_done": .integer(Int64(progress.filesDone)),
            "total_files": .integer(Int64(progress.totalFiles)),
            "bytes_done": .integer(progress.bytesDone),
            "total_bytes": .integer(progress.totalBytes),
            "error_count": .integer(Int64(progress.errorCount)),
            "fraction": progress.fraction.map(LuaValue.number) ?? .nil,
        ])
    }

    /// The value without its nulls: what a script finds absent it compares with nil.
    package var withoutNulls: LuaValue {
        guard case .table(let table) = self else { return self == .null ? .nil : self }
        return .table(
            LuaTableValue(
                items: table.items.map(\.withoutNulls),
                fields: table.fields.filter { $0.value != .null }.mapValues(\.withoutNulls),
                mark: table.kind
            )
        )
    }
}
