import BackupAPI
import BackupTesting
import LocalBackup
import Synchronization

/// A scheduler's surroundings whose time a test moves: it begins at 2024-01-01T00:00:00Z.
struct ScheduleBench {
    static let beginning = Timestamp(microseconds: 1_704_067_200_000_000)
    static let hourly = Schedule(
        start: beginning,
        recurrence: ["RRULE:FREQ=HOURLY;INTERVAL=1"],
        timeZone: "UTC"
    )

    let clock = ManualClock()
    let store = MemoryScheduleStore()

    var now: Timestamp { Self.beginning.advanced(by: clock.now.offset) }

    func scheduler(_ service: any BackupService, store: (any ScheduleStore)? = nil)
        -> BackupScheduler<ManualClock>
    {
        BackupScheduler(
            service: service,
            store: store ?? self.store,
            clock: clock,
            now: { [clock] in Self.beginning.advanced(by: clock.now.offset) }
        )
    }

    /// The key of 'nightly' for the slot that lies so many hours after the beginning.
    static func key(_ hours: Int, _ configuration: ResourceID<Configuration> = "nightly") -> String {
        SlotKey(configuration: configuration, slot: beginning.advanced(by: .seconds(3_600 * hours))).text
    }
}

/// Marks and records in memory, in the order of their coming.
final class MemoryScheduleStore: ScheduleStore {
    struct Record: Equatable {
        var state: ActivityState
        var keys: [String]
        var reason: String
    }

    private let marks = Mutex<[ResourceID<Configuration>: ScheduleMark]>([:])
    private let recorded = Mutex<[Record]>([])

    var records: [Record] { recorded.withLock { $0 } }

    func mark(of configuration: ResourceID<Configuration>) async throws -> ScheduleMark? {
        marks.withLock { $0[configuration] }
    }

    func setMark(_ mark: ScheduleMark, of configuration: ResourceID<Configuration>) async throws {
        marks.withLock { $0[configuration] = mark }
    }

    func record(
        _ state: ActivityState,
        _ slots: [Timestamp],
        of configuration: Configuration,
        reason: String
    ) async throws {
        let keys = slots.map { SlotKey(configuration: configuration.id, slot: $0).text }
        recorded.withLock { $0.append(Record(state: state, keys: keys, reason: reason)) }
    }
}

/// A service whose configurations a test may change, and whose starts it may refuse.
final class EditableService: BackupService {
    let backups: InMemoryBackupService
    private let edited: Mutex<[Configuration]>
    private let refusal = Mutex<BackupError?>(nil)

    init(_ configurations: [Configuration], scripts: [ResourceID<Configuration>: [BackupScript]] = [:]) {
        backups = InMemoryBackupService(configurations, scripts: scripts)
        edited = Mutex(configurations)
    }

    var keys: [String?] { backups.startRequests.map(\.key) }

    func edit(_ change: (inout Configuration) -> Void) {
        edited.withLock { for index in $0.indices { change(&$0[index]) } }
    }

    func refuse(_ error: BackupError?) {
        refusal.withLock { $0 = error }
    }

    func configurations() async throws -> [Configuration] { edited.withLock { $0 } }

    func configuration(_ id: ResourceID<Configuration>) async throws -> Configuration {
        try await backups.configuration(id)
    }

    func start(_ configuration: ResourceID<Configuration>, key: String?) async throws -> Backup {
        if let error = refusal.withLock({ $0 }) { throw error }
        return try await backups.start(configuration, key: key)
    }

    func backup(_ id: ResourceID<Backup>) async throws -> Backup { try await backups.backup(id) }

    func backups(_ filter: BackupFilter) async throws -> [Backup] { try await backups.backups(filter) }

    func stop(_ id: ResourceID<Backup>) async throws -> Backup { try await backups.stop(id) }

    func errors(of id: ResourceID<Backup>) async throws -> ErrorList { try await backups.errors(of: id) }

    func updates(of id: ResourceID<Backup>) -> AsyncThrowingStream<BackupUpdate, any Error> {
        backups.updates(of: id)
    }
}
