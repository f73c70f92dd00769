public import BackupAPI
public import Logging
import Schedules

/// Starts backups when their schedules are due: if you do not do anything, the backup runs at the scheduled time.
///
/// - A slot is started under its ``SlotKey``. So nothing runs twice, neither after a crash nor with two schedulers.
/// - Configurations are read again at every slot, and at least once in every `interval`: an edit counts from then on.
///   Those that are disabled or deleted are left alone, and what they would have run then is not made up for.
/// - A slot whose configuration has a backup that is not over is recorded as `skipped`.
/// - Slots that passed while no scheduler ran: the newest is started late if it is no older than `catchUp`; the others
///   are recorded as `missed`.
/// - A slot that cannot be started is tried again in every `interval`, and is `missed` after `catchUp`.
public struct BackupScheduler<Time: Clock>: Sendable where Time.Duration == Duration {
    let service: any BackupService
    let store: any ScheduleStore
    let catchUp: Duration
    private let clock: Time
    let now: @Sendable () -> Timestamp
    let log: Logger
    private let interval: Duration

    /// Makes a scheduler.
    ///
    /// `clock` is what it sleeps by, and `now` is the time of day that schedules are compared with.
    public init(
        service: any BackupService,
        store: any ScheduleStore,
        catchUp: Duration = .seconds(3_600),
        interval: Duration = .seconds(30),
        clock: Time = ContinuousClock(),
        now: @escaping @Sendable () -> Timestamp,
        log: Logger = Logger(label: "moonkeep.schedule") { _ in SwiftLogNoOpLogHandler() }
    ) {
        self.service = service
        self.store = store
        self.catchUp = catchUp
        self.interval = interval
        self.clock = clock
        self.now = now
        self.log = log
    }

    /// Follows the schedules until the task is cancelled; then throws `CancellationError`. What fails on the way is
    /// logged and tried again.
    public func run() async throws {
        try await Rounds(every: interval, clock: clock, now: now).run { await pass() }
    }

    /// Deals with every slot that is due now, and returns when the next one is; `nil` when there is none.
    @discardableResult
    package func pass() async -> Timestamp? {
        let configurations: [Configuration]
        do {
            configurations = try await service.configurations()
        } catch {
            log.error("schedules cannot be followed: \(error)")
            return nil
        }
        var next: Timestamp?
        for configuration in configurations where !configuration.deleted {
            do {
                guard let slot = try await follow(configuration) else { continue }
                next = next.map { min($0, slot) } ?? slot
            } catch {
                guard !Task.isCancelled else { return nil }
                log.error(
                    "a schedule cannot be followed: \(error)",
                    metadata: ["configuration": "\(configuration.id)"]
                )
            }
        }
        return next
    }
}
