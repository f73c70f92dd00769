import BackupAPI
import BackupTesting
import LocalBackup
import Mail
import Synchronization
import Testing

/// A notifier's surroundings whose time a test moves: it begins at 2024-01-01T00:00:00Z.
struct NotifierBench {
    let clock = ManualClock()
    let service: LocalBackupService

    init(_ settings: LocalSettings, in site: TestSite) async throws {
        service = try await site.open(settings, now: Self.now(clock))
    }

    private static func now(_ clock: ManualClock) -> @Sendable () -> Timestamp {
        { ScheduleBench.beginning.advanced(by: clock.now.offset) }
    }

    func notifier(_ transport: any MailTransport) -> Notifier<ManualClock> {
        Notifier(
            service: service,
            transport: transport,
            from: "moonkeep@example.com",
            clock: clock,
            now: Self.now(clock)
        )
    }

    func notifier(_ mail: MailSettings) throws -> Notifier<ManualClock> {
        try Notifier(service: service, mail: mail, clock: clock, now: Self.now(clock))
    }
}

extension TestSite {
    /// Settings whose one configuration tells `ops@example.com` of every end.
    func mailSettings(_ notifications: [BackupAPI.Notification]? = nil) -> LocalSettings {
        var settings = settings()
        settings.configurations[0].notifications =
            notifications ?? [.init(destination: "ops@example.com", onSuccess: true, onFailure: true)]
        return settings
    }

    /// The same without restic: every backup fails at once.
    func failingMailSettings(_ notifications: [BackupAPI.Notification]? = nil) -> LocalSettings {
        var settings = mailSettings(notifications)
        settings.resticProgram = folder + "/no-restic"
        return settings
    }
}

/// Takes mails in memory, or fails as it is told.
final class MemoryTransport: MailTransport {
    private let state = Mutex<(mails: [MailMessage], failure: MailFailure?)>(([], nil))
    /// Opens with the first mail.
    let sent = Gate()

    var mails: [MailMessage] { state.withLock { $0.mails } }

    func fail(_ failure: MailFailure?) {
        state.withLock { $0.failure = failure }
    }

    func send(_ message: MailMessage) async throws {
        try state.withLock { state in
            if let failure = state.failure { throw failure }
            state.mails.append(message)
        }
        sent.open()
    }
}

extension MailSettings {
    /// A server on this machine, without TLS and login.
    static func plain(_ port: Int) -> MailSettings {
        MailSettings(host: "127.0.0.1", port: port, security: .none, from: "moonkeep@example.com")
    }
}

extension LocalBackupService {
    /// The mail about a backup, of which there must be one.
    func onlyMail(about backup: Backup) async throws -> MailRecord {
        let records = try await mails(about: backup.id)
        #expect(records.count == 1)
        return try #require(records.first)
    }
}
