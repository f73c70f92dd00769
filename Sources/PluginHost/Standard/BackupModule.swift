import BackupAPI
import LuaKit
import RunJournal

extension BackupCalls {
    /// `backup`: starts, watches and stops backups.
    static var module: Module {
        Module("backup", "Starts, watches and stops backups.") {
            Function(
                "start",
                "Starts a backup of a configuration and answers its id at once.",
                .recorded(.start),
                Parameter<ConfigurationReference>("config", "A configuration's id or name."),
                returns: "string: the backup's id",
                errors: ["permission_denied", "unknown_configuration"],
                needs: ["backup:start"]
            ) { run, reference in
                try await BackupCalls(run).start(run.currentCall, reference)
            }
            Function(
                "wait",
                "Waits until a backup is over and answers its record. A backup that ended badly is no error: look at 'state'.",
                .recorded(.wait),
                Parameter<BackupReference>("id", "A backup's id."),
                Options<WaitOptions>(),
                returns: "Backup: the backup's record",
                errors: ["unknown_backup", "timed_out"]
            ) { run, id, options in
                try await BackupCalls(run).wait(run.currentCall, id, options)
            }
            Function(
                "run",
                "Starts a backup, waits until it is over and answers its record; raises unless its outcome is ok or warning.",
                .composite,
                Parameter<ConfigurationReference>("config", "A configuration's id or name."),
                Options<WaitOptions>(),
                returns: "Backup: the backup's record",
                errors: ["permission_denied", "unknown_configuration", "timed_out", "backup_failed"],
                needs: ["backup:start"]
            ) { run, reference, options in
                try await BackupCalls(run).startAndWait(reference, options)
            }
            Function(
                "status",
                "Answers a backup's record as of now.",
                .step(.read),
                Parameter<BackupReference>("id", "A backup's id."),
                returns: "Backup: the backup's record",
                errors: ["unknown_backup"]
            ) { run, id in
                try await BackupCalls(run).read(
                    id,
                    planned: { try PlannedBackup.record(.string(id.rawValue)) }
                ) {
                    try .record(of: try await $0.backup(id))
                }
            }
            Function(
                "stop",
                "Asks for a stop of a running backup; 'wait' tells when it has stopped.",
                .step(.effect),
                Parameter<BackupReference>("id", "A backup's id."),
                returns: "Backup: the backup's record",
                errors: ["permission_denied", "unknown_backup", "conflict"],
                needs: ["backup:stop"]
            ) { run, id in
                try await BackupCalls(run).stop(id)
            }
            .planning { try PlannedBackup.record($0.first ?? .nil) }
            Function(
                "errors",
                "Answers what went wrong in a backup, file by file; the list may be partial.",
                .step(.read),
                Parameter<BackupReference>("id", "A backup's id."),
                returns: "ErrorList: how many errors there are, and what is known of them",
                errors: ["unknown_backup"]
            ) { run, id in
                try await BackupCalls(run).read(
                    id,
                    planned: { .record(["count": 0, "list": .array([])]) }
                ) {
                    try LuaEncoder.encode(try await $0.errors(of: id)).withoutNulls
                }
            }
            Function(
                "events",
                "Answers what the service said of a backup, the oldest first; events expire.",
                .step(.read),
                Parameter<BackupReference>("id", "A backup's id."),
                returns: "list of Event: what was said",
                errors: ["unknown_backup"]
            ) { run, id in
                try await BackupCalls(run).read(id, planned: { .array([]) }) {
                    let events = try await $0.events(of: .backup(id), Page(limit: 1_000))
                    return .array(try events.map { try LuaEncoder.encode($0).withoutNulls })
                }
            }
            Function(
                "progress",
                "Goes through the progress of a backup until it is over: 'for p in backup.progress(id) do … end'. Each piece is as 'on_progress' of 'wait' gets it, and the same again when the run is resumed.",
                .recorded(.wait),
                Parameter<BackupReference>("id", "A backup's id."),
                Options<ProgressOptions>(),
                returns: "iterator of Progress: the pieces, as they come",
                errors: ["unknown_backup", "timed_out"]
            ) { run, id, options in
                try await BackupCalls(run).progress(of: id, options)
            }
            .returningItems()
            Function(
                "list",
                "Answers the backups that match, newest first.",
                .step(.read),
                Options<ListOptions>(),
                returns: "list of Backup: their records",
                errors: ["permission_denied", "unknown_configuration"],
                needs: ["backup:list"]
            ) { run, options in
                try await BackupCalls(run).list(options)
            }
            Function(
                "latest",
                "Answers the newest backup of a configuration, or nil.",
                .step(.read),
                Parameter<ConfigurationReference>("config", "A configuration's id or name."),
                Options<LatestOptions>(),
                returns: "Backup or nil: the backup's record",
                errors: ["permission_denied", "unknown_configuration"],
                needs: ["backup:list"]
            ) { run, reference, options in
                let id = try await run.configuration(reference).id
                let states = options.state.map { Set([$0.value]) }
                let found = try await run.service.backups(
                    BackupFilter(configuration: id, states: states, limit: 1)
                )
                return try found.first.map(LuaValue.record(of:)) ?? .nil
            }
            Function(
                "configurations",
                "Answers all configurations, in the order of their names.",
                .step(.read),
                returns: "list of Configuration: their records",
                errors: ["permission_denied"],
                needs: ["backup:list"]
            ) { run in
                return .array(
                    try await run.service.configurations().map { try LuaEncoder.encode($0).withoutNulls }
                )
            }
            Function(
                "configuration",
                "Answers one configuration.",
                .step(.read),
                Parameter<ConfigurationReference>("config", "A configuration's id or name."),
                returns: "Configuration: the configuration's record",
                errors: ["permission_denied", "unknown_configuration"],
                needs: ["backup:list"]
            ) { run, reference in
                return try LuaEncoder.encode(try await run.configuration(reference)).withoutNulls
            }
        }
        .documented(types: StandardDocumentation.backupTypes, examples: StandardDocumentation.backupExamples)
    }
}
