internal import BackupAPI

/// What backups, restores and cleanups have in common.
protocol InMemoryRecord: Sendable, Identifiable where ID == ResourceID<Self> {
    /// `backup`, `restore` or `cleanup`.
    static var kind: String { get }
    /// Where the service keeps its runs.
    static var runs: WritableKeyPath<InMemoryBackupService.State, InMemoryRuns<Self>> { get }
    /// The ends of the names of its events that the contract has (3.4).
    static var eventEndings: Set<String> { get }
    /// A state of backups that it has not (3.1 to 3.3); a script passes it by.
    static var missingState: ActivityState? { get }
    static func unknown(_ id: String) -> BackupError
    static func alreadyFinal(_ id: ResourceID<Self>, state: ActivityState) -> BackupError

    var state: ActivityState { get set }
    var startedTime: Timestamp? { get set }
    /// The agent that does it.
    var agentID: ResourceID<Agent> { get }

    /// The record as it is at the end.
    func ended(_ state: ActivityState, from: Timestamp, to: Timestamp, errors: ErrorSummary) -> Self
    /// Shows these figures, if it has such.
    mutating func take(_ figures: BackupFigures)
}

extension InMemoryRecord {
    static var missingState: ActivityState? { nil }

    mutating func take(_ figures: BackupFigures) {}
}

extension Backup: InMemoryRecord {
    static var kind: String { "backup" }
    static var runs: WritableKeyPath<InMemoryBackupService.State, InMemoryRuns<Backup>> { \.backups }
    static var eventEndings: Set<String> {
        [
            "start_request", "queued", "preparing", "in_progress", "progress", "completed", "failed",
            "stopped", "missed", "skipped", "stop_request",
        ]
    }
    static func unknown(_ id: String) -> BackupError { .unknownBackup(id) }
    static func alreadyFinal(_ id: ResourceID<Backup>, state: ActivityState) -> BackupError {
        .alreadyFinal(id, state: state)
    }

    var agentID: ResourceID<Agent> { agent.id }

    func ended(_ state: ActivityState, from: Timestamp, to: Timestamp, errors: ErrorSummary) -> Backup {
        var backup = Backup.make(
            id: id,
            configuration: configuration.id,
            state: state,
            started: from,
            ended: to,
            errors: errors
        )
        backup.agent = agent
        return backup
    }

    mutating func take(_ figures: BackupFigures) {
        filesSearched = figures.files
        filesBackedUp = figures.newFiles
        bytesSearched = figures.bytes
        bytesBackedUp = figures.newBytes
    }
}

extension Restore: InMemoryRecord {
    static var kind: String { "restore" }
    static var runs: WritableKeyPath<InMemoryBackupService.State, InMemoryRuns<Restore>> { \.restores }
    static var eventEndings: Set<String> {
        ["start_request", "in_progress", "progress", "completed", "failed", "stopped", "stop_request"]
    }
    static func unknown(_ id: String) -> BackupError { .unknownRestore(id) }
    static func alreadyFinal(_ id: ResourceID<Restore>, state: ActivityState) -> BackupError {
        .alreadyFinal(restore: id, state: state)
    }

    var agentID: ResourceID<Agent> { destinationAgent.id }

    func ended(_ state: ActivityState, from: Timestamp, to: Timestamp, errors: ErrorSummary) -> Restore {
        var restore = self
        restore.state = state
        restore.startedTime = from
        restore.endedTime = to
        let links = restore.errors.links
        restore.errors = errors
        restore.errors.links = links
        guard state == .completed || state == .completedWithErrors else { return restore }
        restore.filesRestored = 2
        restore.bytesRestored = 1_512
        return restore
    }
}

extension Cleanup: InMemoryRecord {
    static var kind: String { "cleanup" }
    static var runs: WritableKeyPath<InMemoryBackupService.State, InMemoryRuns<Cleanup>> { \.cleanups }
    static var eventEndings: Set<String> {
        ["start_request", "queued", "in_progress", "completed", "failed", "stopped", "stop_request"]
    }
    static var missingState: ActivityState? { .preparing }
    static func unknown(_ id: String) -> BackupError { .unknownCleanup(id) }
    static func alreadyFinal(_ id: ResourceID<Cleanup>, state: ActivityState) -> BackupError {
        .alreadyFinal(cleanup: id, state: state)
    }

    var agentID: ResourceID<Agent> { agent.id }

    func ended(_ state: ActivityState, from: Timestamp, to: Timestamp, errors: ErrorSummary) -> Cleanup {
        var cleanup = self
        cleanup.state = state
        cleanup.startedTime = from
        cleanup.endedTime = to
        let links = cleanup.errors.links
        cleanup.errors = errors
        cleanup.errors.diagnostics = nil
        cleanup.errors.links = links
        guard state == .completed || state == .completedWithErrors else { return cleanup }
        cleanup.snapshotIDs = [23, 51]
        cleanup.bytesBefore = 1_073_741_824
        cleanup.bytesAfter = 1_067_030_938
        return cleanup
    }
}
