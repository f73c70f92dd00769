import BackupAPI
import GRDB

/// A restore as the catalog has it.
struct RestoreRow: RunRow {
    static let kind = RunKind.restore
    static let silentStates: Set<ActivityState> = [.queued, .preparing]

    var number: Int64?
    var id: String
    var startKey: String?
    /// The name of the repository in which it works.
    var repository: String
    var backupID: String
    /// The configuration that the backup is of.
    var configurationID: String
    var destinationPath: String?
    var overwriteFiles: Bool
    var inclusions: [PathRule]
    var exclusions: [PathRule]
    /// Where the files wait for their places; `nil` while there is none.
    var stagingPath: String?
    var state: String
    var createdTime: Int64
    var updatedTime: Int64
    var startedTime: Int64?
    var endedTime: Int64?
    /// What is to be written, known once it is in progress.
    var bytesPlanned: Int64 = 0
    var filesRestored = 0
    var bytesRestored: Int64 = 0
    var errorCount = 0
    var errorReason = ""
    var errorDiagnostics = ""
    var exitCode: Int?
    var resticVersion: String?
    var processID: Int32?
    var processStart: Int64?
    var bootID: String

    /// A restore that was just asked for.
    init(
        id: String,
        key: String?,
        draft: RestoreDraft,
        backup: BackupRow,
        createdTime: Timestamp,
        bootID: String
    ) {
        self.id = id
        startKey = key
        repository = backup.repository
        backupID = backup.id
        configurationID = backup.configurationID
        destinationPath = draft.destinationPath
        overwriteFiles = draft.overwriteFiles
        inclusions = draft.inclusions
        exclusions = draft.exclusions
        state = ActivityState.startRequested.rawValue
        self.createdTime = createdTime.microseconds
        updatedTime = createdTime.microseconds
        self.bootID = bootID
    }

    /// GRDB's strategy would make `backup_i_d` of the names that end in ID.
    enum CodingKeys: String, CodingKey {
        case number, id, startKey, repository
        case backupID = "backupId"
        case configurationID = "configurationId"
        case destinationPath, overwriteFiles, inclusions, exclusions, stagingPath
        case state, createdTime, updatedTime, startedTime, endedTime
        case bytesPlanned, filesRestored, bytesRestored
        case errorCount, errorReason, errorDiagnostics, exitCode, resticVersion
        case processID = "processId"
        case processStart
        case bootID = "bootId"
    }
}

extension RestoreRow {
    static func unknown(_ id: String) -> BackupError { .unknownRestore(id) }

    static func alreadyFinal(_ id: String, state: ActivityState) -> BackupError {
        .alreadyFinal(restore: ResourceID(id), state: state)
    }

    var eventConfiguration: String? { configurationID }

    /// The folder whose place in the snapshot is the root.
    var target: String { destinationPath ?? "/" }

    mutating func apply(_ verdict: RestoreVerdict, _ database: Database) {
        filesRestored = verdict.filesRestored
        bytesRestored = verdict.bytesRestored
    }

    func finalProgress() -> BackupProgress? {
        guard activityState.outcome == .ok || activityState.outcome == .warning else { return nil }
        return BackupProgress(bytesDone: bytesRestored, totalBytes: max(bytesPlanned, bytesRestored))
    }

    /// The contract's resource, with links from the API's root.
    func resource(agent: ResourceID<Agent>) -> Restore {
        Restore(
            id: ResourceID(id),
            backup: Reference(backupID, in: "backups"),
            destinationAgent: Reference(agent.rawValue, in: "agents"),
            destinationPath: destinationPath,
            overwriteFiles: overwriteFiles,
            inclusions: inclusions,
            exclusions: exclusions,
            state: activityState,
            startedTime: startedTime.map(Timestamp.init(microseconds:)),
            endedTime: endedTime.map(Timestamp.init(microseconds:)),
            errors: errorSummary,
            filesRestored: filesRestored,
            bytesRestored: bytesRestored,
            links: links
        )
    }
}
