import BackupAPI
import GRDB

/// A backup as the catalog has it. Times are microseconds since 1970, as in `Timestamp`.
struct BackupRow: Codable, FetchableRecord, MutablePersistableRecord, Sendable {
    static let databaseTableName = "backup"
    static let databaseColumnEncodingStrategy = DatabaseColumnEncodingStrategy.convertToSnakeCase
    static let databaseColumnDecodingStrategy = DatabaseColumnDecodingStrategy.convertFromSnakeCase

    /// Ascending in the order of the starts.
    var number: Int64?
    var id: String
    var startKey: String?
    var configurationID: String
    var configurationName: String
    var state: String
    var createdTime: Int64
    var startedTime: Int64?
    var endedTime: Int64?
    /// Counted from 1 over all backups that made a snapshot.
    var snapshotNumber: Int?
    var resticSnapshot: String?
    var filesSearched = 0
    var filesBackedUp = 0
    var bytesSearched: Int64 = 0
    var bytesBackedUp: Int64 = 0
    var errorCount = 0
    var errorReason = ""
    var errorDiagnostics = ""
    var exitCode: Int?
    var resticVersion: String?
    /// The launcher of restic: its number and its start, which are one process in the boot `bootID` only.
    var processID: Int32?
    var processStart: Int64?
    var bootID: String

    /// A backup that was just asked for.
    init(
        id: String,
        key: String?,
        configuration: BackupAPI.Configuration,
        createdTime: Timestamp,
        bootID: String
    ) {
        self.id = id
        startKey = key
        configurationID = configuration.id.rawValue
        configurationName = configuration.name
        let isScheduled = key.flatMap { SlotKey($0) }?.configuration == configuration.id
        state = (isScheduled ? ActivityState.startScheduled : .startRequested).rawValue
        self.createdTime = createdTime.microseconds
        self.bootID = bootID
    }

    /// GRDB's strategy would make `configuration_i_d` of the names that end in ID.
    enum CodingKeys: String, CodingKey {
        case number, id, startKey
        case configurationID = "configurationId"
        case configurationName, state, createdTime, startedTime, endedTime, snapshotNumber, resticSnapshot
        case filesSearched, filesBackedUp, bytesSearched, bytesBackedUp
        case errorCount, errorReason, errorDiagnostics, exitCode, resticVersion
        case processID = "processId"
        case processStart
        case bootID = "bootId"
    }

    mutating func didInsert(_ inserted: InsertionSuccess) {
        number = inserted.rowID
    }
}

extension BackupRow {
    var activityState: ActivityState { ActivityState(rawValue: state) }

    /// The launcher of restic; `nil` before it was recorded.
    var process: ProcessIdentity? {
        guard let processID, let processStart else { return nil }
        return ProcessIdentity(id: processID, startTicks: processStart, bootID: bootID)
    }

    /// Bytes a second from start to end; 0 while either is missing.
    var bandwidth: Int64 {
        guard let startedTime, let endedTime, endedTime > startedTime else { return 0 }
        return Int64(Double(bytesSearched) / (Double(endedTime - startedTime) / 1_000_000))
    }
}
