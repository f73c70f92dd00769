import BackupAPI
import GRDB

/// A backup as the catalog has it. Times are microseconds since 1970, as in `Timestamp`.
struct BackupRow: RunRow {
    static let kind = RunKind.backup
    static let silentStates: Set<ActivityState> = []

    /// Ascending in the order of the starts.
    var number: Int64?
    var id: String
    var startKey: String?
    /// The name of the repository in which it works.
    var repository: String
    var configurationID: String
    var configurationName: String
    var state: String
    var createdTime: Int64
    var updatedTime: Int64
    var startedTime: Int64?
    var endedTime: Int64?
    /// Counted from 1 over all backups that made a snapshot.
    var snapshotNumber: Int?
    var resticSnapshot: String?
    /// When a cleanup removed the snapshot.
    var forgottenTime: Int64?
    var filesSearched = 0
    var filesBackedUp = 0
    var bytesSearched: Int64 = 0
    var bytesBackedUp: Int64 = 0
    var errorCount = 0
    var errorReason = ""
    var errorDiagnostics = ""
    var exitCode: Int?
    var resticVersion: String?
    var processID: Int32?
    var processStart: Int64?
    var bootID: String
    /// What its snapshot was before it was taken in; `nil` for a backup that was made here.
    var adopted: AdoptedSnapshot?

    /// A backup that was just asked for.
    init(
        id: String,
        key: String?,
        configuration: BackupAPI.Configuration,
        repository place: String,
        createdTime: Timestamp,
        bootID: String
    ) {
        self.id = id
        startKey = key
        repository = place
        configurationID = configuration.id.rawValue
        configurationName = configuration.name
        let isScheduled = key.flatMap { SlotKey($0) }?.configuration == configuration.id
        state = (isScheduled ? ActivityState.startScheduled : .startRequested).rawValue
        self.createdTime = createdTime.microseconds
        updatedTime = createdTime.microseconds
        self.bootID = bootID
    }

    /// GRDB's strategy would make `configuration_i_d` of the names that end in ID.
    enum CodingKeys: String, CodingKey {
        case number, id, startKey, repository
        case configurationID = "configurationId"
        case configurationName, state, createdTime, updatedTime, startedTime, endedTime
        case snapshotNumber, resticSnapshot, forgottenTime
        case filesSearched, filesBackedUp, bytesSearched, bytesBackedUp
        case errorCount, errorReason, errorDiagnostics, exitCode, resticVersion
        case processID = "processId"
        case processStart
        case bootID = "bootId"
        case adopted
    }
}

extension BackupRow {
    static func unknown(_ id: String) -> BackupError { .unknownBackup(id) }

    static func alreadyFinal(_ id: String, state: ActivityState) -> BackupError {
        .alreadyFinal(ResourceID<Backup>(id), state: state)
    }

    var eventConfiguration: String? { configurationID }

    /// The tags by which its snapshot is found; those of earlier versions have no more.
    var tags: [String] {
        let run = adopted?.hasRun == false ? [] : [ResticCommand.tag("run", startKey ?? id)]
        return run + [ResticCommand.tag("configuration", configurationID)]
    }

    /// Whether a snapshot is its own, by its id.
    func isMeant(_ snapshot: ResticSnapshot) -> Bool {
        // Taking it in has given it another id, and changed tags would give it a third one.
        [resticSnapshot, adopted?.snapshotID].contains { snapshot.isMeant(by: $0 ?? "") }
    }

    /// Which of all snapshots can be its own: the one with its id and tags; else those with its tags, because a copy of the
    /// repository has other ids; else the one with its id, whose tags were changed.
    func snapshots(among all: [ResticSnapshot]) -> [ResticSnapshot] {
        let run = Set(tags)
        let tagged = all.filter { run.isSubset(of: $0.tags ?? []) }
        if let own = tagged.first(where: isMeant) { return [own] }
        return tagged.isEmpty || adopted?.hasRun == false ? all.filter(isMeant) : tagged
    }

    /// Whether a restore can use it.
    var isRestorable: Bool { snapshotNumber != nil && forgottenTime == nil }

    /// Bytes a second from start to end; 0 while either is missing.
    var bandwidth: Int64 {
        guard let startedTime, let endedTime, endedTime > startedTime else { return 0 }
        return Int64(Double(bytesSearched) / (Double(endedTime - startedTime) / 1_000_000))
    }

    mutating func apply(_ verdict: BackupVerdict, _ database: Database) throws {
        guard let summary = verdict.summary else { return }
        resticSnapshot = summary.snapshotID
        filesSearched = summary.filesProcessed
        filesBackedUp = summary.filesNew + summary.filesChanged
        bytesSearched = summary.bytesProcessed
        bytesBackedUp = summary.bytesAdded
        guard resticSnapshot != nil else { return }
        snapshotNumber = 1 + (try Int.fetchOne(database, sql: "SELECT max(snapshot_number) FROM backup") ?? 0)
    }

    func noteEnd(_ database: Database) throws {
        try Outbox.noteEnd(of: self, database)
    }

    func finalProgress() -> BackupProgress? {
        guard snapshotNumber != nil else { return nil }
        return BackupProgress(bytesDone: bytesSearched, totalBytes: bytesSearched)
    }
}
