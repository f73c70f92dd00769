import BackupAPI
import LuaKit
import RunJournal

extension Module {
    /// `backup`: starts, watches and stops backups.
    static var backup: Module {
        Module("backup", "Starts, watches and stops backups.") {
            Function(
                "start",
                "Starts a backup of a configuration and answers its id at once.",
                .recorded(.start),
                Parameter<ConfigurationReference>("config", "A configuration's id or name."),
                returns: "string: the backup's id",
                errors: ["unknown_configuration"]
            ) { run, reference in
                try await run.startStep(run.currentCall, reference)
            }
            .planning { run, _ in run.plannedID }
            Function(
                "wait",
                "Waits until a backup is over and answers its record. A backup that ended badly is no error: look at 'state'.",
                .recorded(.wait),
                Parameter<BackupReference>("id", "A backup's id."),
                Options<WaitOptions>(),
                returns: "table: the backup's record",
                errors: ["unknown_backup", "timed_out"]
            ) { run, id, options in
                try await run.waitStep(run.currentCall, id, options)
            }
            .planning { _, arguments in try .plannedBackup(arguments.first ?? .nil) }
            Function(
                "run",
                "Starts a backup, waits until it is over and answers its record; raises unless its outcome is ok or warning.",
                .composite,
                Parameter<ConfigurationReference>("config", "A configuration's id or name."),
                Options<WaitOptions>(),
                returns: "table: the backup's record",
                errors: ["unknown_configuration", "timed_out", "backup_failed"]
            ) { run, reference, options in
                try await run.runBackup(of: reference, options)
            }
            Function(
                "status",
                "Answers a backup's record as of now.",
                .step(.read),
                Parameter<BackupReference>("id", "A backup's id."),
                returns: "table: the backup's record",
                errors: ["unknown_backup"]
            ) { run, id in
                try await run.read(id, planned: { try .plannedBackup(.string(id.rawValue)) }) {
                    try .record(of: try await run.service.backup(id))
                }
            }
            Function(
                "stop",
                "Asks for a stop of a running backup; 'wait' tells when it has stopped.",
                .step(.effect),
                Parameter<BackupReference>("id", "A backup's id."),
                returns: "table: the backup's record",
                errors: ["unknown_backup", "conflict"]
            ) { run, id in
                try LuaValue.record(of: try await run.stopBackup(id))
            }
            .planning { _, arguments in try .plannedBackup(arguments.first ?? .nil) }
            Function(
                "errors",
                "Answers what went wrong in a backup, file by file; the list may be partial.",
                .step(.read),
                Parameter<BackupReference>("id", "A backup's id."),
                returns: "table: count, reason, diagnostics, and list of {index, path, type, description}",
                errors: ["unknown_backup"]
            ) { run, id in
                try await run.read(id, planned: { .record(["count": 0, "list": .array([])]) }) {
                    try LuaEncoder.encode(try await run.service.errors(of: id)).withoutNulls
                }
            }
            Function(
                "events",
                "Answers what the service said of a backup, the oldest first; events expire.",
                .step(.read),
                Parameter<BackupReference>("id", "A backup's id."),
                returns: "table: a list of {id, time, event, …}",
                errors: ["unknown_backup"]
            ) { run, id in
                try await run.read(id, planned: { .array([]) }) {
                    let events = try await run.service.events(of: .backup(id), Page(limit: 1_000))
                    return .array(try events.map { try LuaEncoder.encode($0).withoutNulls })
                }
            }
            Function(
                "progress",
                "Goes through the progress of a backup until it is over: 'for p in backup.progress(id) do … end'. Each piece is as 'on_progress' of 'wait' gets it, and the same again when the run is resumed.",
                .recorded(.wait),
                Parameter<BackupReference>("id", "A backup's id."),
                Options<ProgressOptions>(),
                returns: "iterator: the next piece, nil at the end",
                errors: ["unknown_backup", "timed_out"]
            ) { run, id, options in
                try await run.progress(of: id, options)
            }
            .planningItself()
            .spreading()
            Function(
                "list",
                "Answers the backups that match, newest first.",
                .step(.read),
                Options<ListOptions>(),
                returns: "table: a list of records",
                errors: ["unknown_configuration"]
            ) { run, options in
                try await run.listBackups(options)
            }
            Function(
                "latest",
                "Answers the newest backup of a configuration, or nil.",
                .step(.read),
                Parameter<ConfigurationReference>("config", "A configuration's id or name."),
                Options<LatestOptions>(),
                returns: "table or nil: the backup's record",
                errors: ["unknown_configuration"]
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
                returns: "table: a list of records"
            ) { run in
                .array(try await run.service.configurations().map { try LuaEncoder.encode($0).withoutNulls })
            }
            Function(
                "configuration",
                "Answers one configuration.",
                .step(.read),
                Parameter<ConfigurationReference>("config", "A configuration's id or name."),
                returns: "table: the configuration's record",
                errors: ["unknown_configuration"]
            ) { run, reference in
                try LuaEncoder.encode(try await run.configuration(reference)).withoutNulls
            }
        }
    }
}

/// The options of `backup.wait` and `backup.run`.
struct WaitOptions: OptionTable {
    var timeout: Option<TimeSpan>?
    var onProgress: Option<Callback>?

    static let fields = [
        ParameterDescription(
            "timeout",
            "duration",
            "Raise 'timed_out' after so long; the backup goes on. Default: none.",
            isOptional: true
        ),
        ParameterDescription(
            "on_progress",
            "function",
            "Called with {state, files_done, total_files, bytes_done, total_bytes, error_count, fraction} while the backup runs, at most once a second, and less often the longer it takes; 'fraction' is absent until the total is known.",
            isOptional: true
        ),
    ]

    private enum CodingKeys: String, CodingKey {
        case timeout
        case onProgress = "on_progress"
    }
}

/// The options of `backup.progress`.
struct ProgressOptions: OptionTable {
    var every: Option<TimeSpan>?
    var timeout: Option<TimeSpan>?

    static let fields = [
        ParameterDescription(
            "every",
            "duration",
            "At least so long from one piece to the next; longer after many. Default: 1s.",
            isOptional: true
        ),
        ParameterDescription(
            "timeout",
            "duration",
            "Raise 'timed_out' after so long; the backup goes on. Default: none.",
            isOptional: true
        ),
    ]
}

/// The options of `backup.list`.
struct ListOptions: OptionTable {
    var configuration: Option<ConfigurationReference>?
    var state: Option<StateName>?
    var limit: Option<ListLimit>?

    static let fields = [
        ParameterDescription(
            "configuration",
            "configuration",
            "Only of this configuration.",
            isOptional: true
        ),
        ParameterDescription(
            "state",
            "string",
            "Only in this state, for example \"completed\".",
            isOptional: true
        ),
        ParameterDescription(
            "limit",
            "integer",
            "At most so many, 1 to 1000. Default: 100.",
            isOptional: true
        ),
    ]
}

/// The options of `backup.latest`.
struct LatestOptions: OptionTable {
    var state: Option<StateName>?

    static let fields = [
        ParameterDescription(
            "state",
            "string",
            "Only in this state, for example \"completed\".",
            isOptional: true
        )
    ]
}
