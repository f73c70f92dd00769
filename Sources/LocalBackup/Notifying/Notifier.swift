public import BackupAPI
import HostSystem
public import Logging
public import Mail

/// Tells people by e-mail how their backups ended, as the notifications of each configuration say (contract 3.9).
///
/// `completed` is told where `on_success` is set, every other end where `on_failure` is. A mail is noted in the
/// catalog's outbox and tried until the mail server has accepted it, after 1, 2, 4 minutes and so on, at most an hour
/// apart, for a day. So none is lost when the host dies. One that was accepted is not sent again; when the host dies
/// in the very moment of the acceptance, it may be, under the same `Message-ID`. Several notifiers may run on one state
/// folder.
public struct Notifier<Time: Clock>: Sendable where Time.Duration == Duration {
    let service: LocalBackupService
    let transport: any MailTransport
    let from: String
    let now: @Sendable () -> Timestamp
    let log: Logger
    private let clock: Time
    private let interval: Duration

    /// Makes a notifier of a service's backups. Throws `invalid_configuration` with what is wrong with the settings.
    ///
    /// `interval` is how often it looks for what another process has done; of what happens in this one it hears at once.
    public init(
        service: LocalBackupService,
        mail: MailSettings,
        interval: Duration = .seconds(30),
        clock: Time = ContinuousClock(),
        now: @escaping @Sendable () -> Timestamp,
        log: Logger = Logger(label: "moonkeep.notify") { _ in SwiftLogNoOpLogHandler() }
    ) throws {
        self.init(
            service: service,
            transport: try CurlTransport(mail, folder: service.site.folder.path),
            from: mail.from,
            interval: interval,
            clock: clock,
            now: now,
            log: log
        )
    }

    package init(
        service: LocalBackupService,
        transport: any MailTransport,
        from: String,
        interval: Duration = .seconds(30),
        clock: Time,
        now: @escaping @Sendable () -> Timestamp,
        log: Logger = Logger(label: "moonkeep.notify") { _ in SwiftLogNoOpLogHandler() }
    ) {
        self.service = service
        self.transport = transport
        self.from = from
        self.interval = interval
        self.clock = clock
        self.now = now
        self.log = log
    }

    /// Delivers mails until the task is cancelled; then throws `CancellationError`. What fails on the way is logged
    /// and tried again.
    public func run() async throws {
        while true {
            // Before the look, so that no end is overheard during it.
            let rings = service.site.bell.rings()
            var next: Timestamp?
            do {
                next = try await deliver()
            } catch {
                try Task.checkCancellation()
                log.error("mails cannot be delivered: \(error)")
            }
            try Task.checkCancellation()
            let wait = next.map { min($0.since(now()), interval) } ?? interval
            _ = try await racing({ [clock] in try await clock.sleep(for: max(wait, .zero)) }) {
                for await _ in rings { break }
                try Task.checkCancellation()
            }
        }
    }
}
