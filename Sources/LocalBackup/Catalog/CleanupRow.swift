import BackupAPI
import GRDB

/// A cleanup as the catalog has it.
struct CleanupRow: RunRow {
    static let kind = RunKind.cleanup
    static let silentStates: Set<ActivityState> = [.preparing]

    var number: Int64?
    var id: String
    var startKey: String?
    /// The name of the repository in which it works.
    var repository: String
    var state: String
    var createdTime: Int64
    var updatedTime: Int64
    var startedTime: Int64?
    var endedTime: Int64?
    /// The configurations that are cleaned up; empty for all.
    var configurations: [String] = []
    /// The numbers of the snapshots that were removed.
    var snapshotNumbers: [Int] = []
    var bytesBefore: Int64 = 0
    var bytesAfter: Int64 = 0
    var errorCount = 0
    var errorReason = ""
    var errorDiagnostics = ""
    var exitCode: Int?
    var resticVersion: String?
    var processID: Int32?
    var processStart: Int64?
    var bootID: String

    /// A cleanup that was just asked for.
    init(
        id: String,
        key: String?,
        repository place: String,
        of configurations: [ResourceID<BackupAPI.Configuration>],
        createdTime: Timestamp,
        bootID: String
    ) {
        self.id = id
        self.configurations = configurations.map(\.rawValue)
        startKey = key
        repository = place
        state = ActivityState.startRequested.rawValue
        self.createdTime = createdTime.microseconds
        updatedTime = createdTime.microseconds
        self.bootID = bootID
        if isDue { state = ActivityState.startScheduled.rawValue }
    }

    /// GRDB's strategy would make `process_i_d` of the names that end in ID.
    enum CodingKeys: String, CodingKey {
        case number, id, startKey, repository, state, createdTime, updatedTime, startedTime, endedTime
        case configurations, snapshotNumbers, bytesBefore, bytesAfter
        case errorCount, errorReason, errorDiagnostics, exitCode, resticVersion
        case processID = "processId"
        case processStart
        case bootID = "bootId"
    }
}

extension CleanupRow {
    static func unknown(_ id: String) -> BackupError { .unknownCleanup(id) }

    static func alreadyFinal(_ id: String, state: ActivityState) -> BackupError {
        .alreadyFinal(cleanup: ResourceID(id), state: state)
    }

    var eventConfiguration: String? { nil }

    /// The contract has no text for people in a cleanup that is over (2.8); one that failed has it all the same.
    var diagnostics: String? {
        activityState.isFinal && errorDiagnostics.isEmpty ? nil : errorDiagnostics
    }

    mutating func apply(_ verdict: CleanupVerdict, _ database: Database) throws {
        bytesAfter = verdict.bytesAfter ?? bytesBefore
        for row in try BackupRow.filter(Column("snapshot_number") != nil && Column("forgotten_time") == nil)
            .order(Column("snapshot_number")).fetchAll(database)
        {
            guard let number = row.snapshotNumber, verdict.removed.contains(where: row.isMeant) else {
                continue
            }
            var row = row
            row.forgottenTime = updatedTime
            try row.update(database)
            snapshotNumbers.append(number)
        }
    }

    /// The contract's resource, with links from the API's root.
    func resource(agent: ResourceID<Agent>) -> Cleanup {
        var errors = errorSummary
        errors.diagnostics = diagnostics
        return Cleanup(
            id: ResourceID(id),
            agent: Reference(agent.rawValue, in: "agents"),
            state: activityState,
            startedTime: startedTime.map(Timestamp.init(microseconds:)),
            endedTime: endedTime.map(Timestamp.init(microseconds:)),
            snapshotIDs: snapshotNumbers,
            errors: errors,
            bytesBefore: bytesBefore,
            bytesAfter: bytesAfter,
            links: links
        )
    }
}
