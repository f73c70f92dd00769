import BackupAPI
import LuaKit
public import PluginHost
import RunJournal

extension Module {
    /// `restore`: writes files from backups, and proves that they can be.
    ///
    /// `restore.test` makes its folders beneath `temporaryFolder`, an absolute path of a folder that exists.
    public static func restore(temporaryFolder: String) -> Module {
        Module(
            "restore",
            "Writes files from backups back, looks into backups, and tests that they can be restored."
        ) {
            Function(
                "start",
                "Starts a restore and answers its id at once. Without 'to' the files go where they were; files that are there stay unless 'overwrite' says otherwise.",
                .recorded(.start),
                Parameter<BackupReference>("backup", "A backup's id or record."),
                Options<RestoreOptions>(),
                returns: "string: the restore's id",
                errors: ["permission_denied", "unknown_backup", "unknown_path", "invalid_request"],
                needs: ["restore:start"]
            ) { run, backup, options in
                try await run.startRestore(run.currentCall, backup, options)
            }
            .planning { _ in "planned" }
            Function(
                "wait",
                "Waits until a restore is over and answers its record. A restore that ended badly is no error: look at 'state'.",
                .recorded(.wait),
                Parameter<RestoreReference>("id", "A restore's id."),
                Options<RestoreWaitOptions>(),
                returns: "Restore: the restore's record",
                errors: ["unknown_restore", "timed_out"]
            ) { run, id, options in
                try await run.waitForRestore(run.currentCall, id, within: options.timeout?.value)
            }
            .planning { _ in .record(["state": "completed", "outcome": "ok"]) }
            Function(
                "run",
                "Starts a restore, waits until it is over and answers its record; raises unless its outcome is ok or warning.",
                .composite,
                Parameter<BackupReference>("backup", "A backup's id or record."),
                Options<RestoreRunOptions>(),
                returns: "Restore: the restore's record",
                errors: [
                    "permission_denied", "unknown_backup", "unknown_path", "invalid_request", "timed_out",
                    "restore_failed",
                ],
                needs: ["restore:start"]
            ) { run, backup, options in
                try await run.runRestore(backup, options)
            }
            Function(
                "status",
                "Answers a restore's record as of now.",
                .step(.read),
                Parameter<RestoreReference>("id", "A restore's id."),
                returns: "Restore: the restore's record",
                errors: ["unknown_restore"]
            ) { run, id in
                try .record(of: try await run.service.restore(id))
            }
            Function(
                "stop",
                "Asks for a stop of a running restore; 'wait' tells when it has stopped.",
                .step(.effect),
                Parameter<RestoreReference>("id", "A restore's id."),
                returns: "Restore: the restore's record",
                errors: ["permission_denied", "unknown_restore", "conflict"],
                needs: ["restore:start"]
            ) { run, id in
                try .record(of: try await run.service.stopRestore(id))
            }
            Function(
                "errors",
                "Answers what went wrong in a restore, file by file; the list may be partial.",
                .step(.read),
                Parameter<RestoreReference>("id", "A restore's id."),
                returns: "ErrorList: how many errors there are, and what is known of them",
                errors: ["unknown_restore"]
            ) { run, id in
                try LuaEncoder.encode(try await run.service.errors(ofRestore: id)).withoutNulls
            }
            Function(
                "browse",
                "Answers what a folder in a backup has, by name.",
                .step(.read),
                Parameter<BackupReference>("backup", "A backup's id or record."),
                OptionalParameter<RestorePath>("path", "The folder. Default: \"/\"."),
                returns: "list of BackupEntry: what is in it",
                errors: ["unknown_backup", "unknown_path"]
            ) { run, backup, path in
                let folder = path ?? "/"
                // A backup that a plan would start has nothing yet.
                guard !run.isPlan || !backup.rawValue.hasPrefix("planned-") else { return .array([]) }
                return .array(
                    try await run.service.browse(backup, path: folder).map { $0.luaValue(in: folder) }
                )
            }
            Function(
                "test",
                """
                Proves that a backup can be restored: restores a sample of its files into a temporary folder, reads them, and removes them. \
                A file is good when it is there, has the size that the backup has of it and can be read to its end; where the original on this \
                host still has the restored file's size and time of change, the SHA-256 of both must be the same too. It raises when a file is not good. \
                It works where the backup's agent is this host.
                """,
                .composite,
                Parameter<BackupReference>("backup", "A backup's id or record."),
                Options<RestoreTestOptions>(),
                returns: "RestoreTest: what was found",
                errors: [
                    "permission_denied", "unknown_backup", "unknown_path", "timed_out", "restore_failed",
                    "restore_test_failed",
                ],
                needs: ["restore:start"]
            ) { run, backup, options in
                try await run.testRestore(of: backup, options, beneath: temporaryFolder)
            }
        }
        .documented(types: restoreTypes, examples: restoreExamples)
    }
}

extension LuaValue {
    /// A restore as scripts see it: the contract's fields without nulls, and `outcome` when it is over.
    static func record(of restore: Restore) throws -> LuaValue {
        var record = try LuaEncoder.encode(restore).withoutNulls
        if case .table(var table) = record, let outcome = restore.state.outcome {
            table.fields["outcome"] = .string(outcome.rawValue)
            record = .table(table)
        }
        return record
    }
}

extension BrowseItem {
    fileprivate func luaValue(in folder: String) -> LuaValue {
        .record([
            "name": .string(name),
            "path": .string(path(in: folder)),
            "type": isFolder ? "folder" : mimeType == Self.linkType ? "link" : "file",
            "bytes": .integer(bytes),
        ])
    }

    /// Its absolute path.
    func path(in folder: String) -> String {
        (folder.hasSuffix("/") ? folder : folder + "/") + name
    }
}
