import RunJournal
import BackupAPI
import LuaKit

extension RunContext {
    /// The configuration that a script names; a misspelt name is a bad argument with a suggestion.
    func configuration(_ reference: String) async throws -> Configuration {
        do {
            return try await service.configuration(idOrName: reference)
        } catch let error as BackupError where error.code == .unknownConfiguration {
            throw ArgumentProblem(error.asArgumentProblem)
        }
    }

    func startBackup(of reference: String) async throws -> Backup {
        let configuration = try await configuration(reference)
        let backup = try await service.start(configuration.id, key: stepKey)
        noteStart(of: backup, configuration: configuration)
        return backup
    }

    /// Waits for a backup; its news go to the observer and to the script's own function.
    func waitForBackup(_ id: ResourceID<Backup>, _ options: WaitOptions) async throws -> Backup {
        let backup: Backup
        if let timeout = options.timeout?.duration {
            backup = try await within(timeout, of: id) { try await self.follow(id, options.onProgress) }
        } else {
            backup = try await follow(id, options.onProgress)
        }
        noteEnd(of: backup)
        return backup
    }

    func runBackup(of reference: String, _ options: WaitOptions) async throws -> LuaValue {
        let started = try await step("backup.start", .start, isIntended: true, [.string(reference)]) {
            .string(try await self.startBackup(of: reference).id.rawValue)
        }
        let id = ResourceID<Backup>(started.text ?? "")
        let record = try await step("backup.wait", .wait, isIntended: false, [started]) {
            try .record(of: try await self.waitForBackup(id, options))
        }
        let state = ActivityState(rawValue: record["state"].text ?? "")
        guard state.outcome == .ok || state.outcome == .warning else {
            throw BackupEndedBadly(configuration: reference, backup: record, state: state)
        }
        return record
    }

    func listBackups(_ options: ListOptions) async throws -> LuaValue {
        var filter = BackupFilter(limit: min(1_000, max(1, options.limit ?? 100)))
        if let reference = options.configuration {
            filter.configuration = try await configuration(reference).id
        }
        filter.states = options.state.map { [ActivityState(rawValue: $0)] }
        return .array(try await service.backups(filter).map(LuaValue.record(of:)))
    }

    private func follow(_ id: ResourceID<Backup>, _ onProgress: LuaValue?) async throws -> Backup {
        try await service.wait(for: id) { update in
            self.observe(.backupProgress(update, configuration: self.name(of: update.backup)))
            guard case .function(let function) = onProgress, let progress = update.progress else { return }
            _ = try await self.state.call(function, [.progress(progress, of: update.backup)])
        }
    }

    private func within(
        _ timeout: Duration,
        of id: ResourceID<Backup>,
        body: @escaping @Sendable () async throws -> Backup
    ) async throws -> Backup {
        let clock = environment.clock
        return try await withThrowingTaskGroup(of: Backup?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await clock.sleep(for: timeout)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let backup = first else {
                throw BackupError(
                    .timedOut,
                    "backup '\(id)' was not over after \(Figures.duration(timeout))",
                    fix: "It goes on; wait for it again, or stop it.",
                    isRetryable: true
                )
            }
            return backup
        }
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
        ["code": "backup_failed", "message": .string(description), "retryable": false, "data": backup]
    }
}

extension BackupError {
    /// `no configuration is called 'web-file'; did you mean 'web-files'?`
    fileprivate var asArgumentProblem: String {
        guard let fix else { return message }
        let hint = fix.prefix(1).lowercased() + fix.dropFirst()
        return "\(message); \(hint.hasSuffix(".") ? String(hint.dropLast()) : hint)"
    }
}

extension LuaValue {
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
    var withoutNulls: LuaValue {
        guard case .table(let table) = self else { return self == .null ? .nil : self }
        return .table(
            LuaTableValue(
                items: table.items.map(\.withoutNulls),
                fields: table.fields.filter { $0.value != .null }.mapValues(\.withoutNulls)
            )
        )
    }
}
