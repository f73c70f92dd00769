import BackupAPI
import HostSystem
import LocalBackup
import Mail
import PluginHost
import RunJournal
import ScriptLibrary

extension Site {
    /// Who can be told of what happens in the site's runs.
    func notifiers(_ service: any BackupService) -> Notifiers {
        let plugins = PluginNotifiers(self, service)
        return Notifiers(groups: file.notify, find: plugins.provider, list: plugins.names)
    }

    /// Sends a mail of a script.
    func send(_ mail: ScriptMail) async throws {
        guard let settings = (live?.file ?? file).mail else {
            throw BackupError(
                .unsupported,
                "the site has no mail server",
                fix: "Say 'smtp' with 'host' and 'from' in \(Self.fileName)."
            )
        }
        try await Mailer(settings, folder: stateFolder).send(
            key: mail.key,
            to: mail.to,
            subject: mail.subject,
            body: mail.body,
            date: mail.date
        )
    }

    /// Tries the mails about backups that have ended and the messages of runs that are due, at the end of a command. What cannot be delivered is tried again
    /// later, and a signal leaves the rest for then.
    func deliverMessages(_ service: any BackupService, _ journal: RunStore) async {
        let deliveries = Deliveries(site: self, service: service, journal: journal, console: .standardError)
        let task = Task {
            try await deliverMails(service)
            try await deliveries.deliver()
        }
        let interruption = Interruption(cancelling: task) {}
        defer { interruption.end() }
        do {
            try await task.value
        } catch is CancellationError {
        } catch {
            Console.standardError.writeLine("moonkeep: messages cannot be delivered: \(error)".printable)
        }
    }
}

extension Site {
    /// Tries the mails of the site's notifications that are due, or all that wait. One that could not be sent is told, and tried
    /// again later.
    func deliverMails(_ service: any BackupService, all: Bool = false) async throws {
        guard let local = service as? LocalBackupService, let mail = file.mail else { return }
        try await Notifier(service: local, mail: mail, now: Clocks.now, log: .ofCommands).deliver(all: all)
    }
}

/// Delivers the messages that runs of a site have left; one process at a time does.
struct Deliveries: Sendable {
    private let lock: String
    private let deliverer: OutboxDeliverer
    private let console: Console

    init(site: Site, service: any BackupService, journal: RunStore, console: Console) {
        self.console = console
        lock = site.stateFolder + "/messages.lock"
        deliverer = OutboxDeliverer(
            journal: journal,
            notifiers: site.notifiers(service),
            now: Clocks.now
        ) { message, result in
            console.writeLine(Self.sentence(message, result).printable)
        }
    }

    /// Tries what is due once, or with `all` everything that waits; returns whether nobody else does so just now.
    @discardableResult
    func deliver(all: Bool = false) async throws -> Bool {
        guard let lock = try FileLock.attempt(lock, .exclusive) else { return false }
        defer { lock.release() }
        try await deliverer.deliverDue(all: all)
        return true
    }

    /// Does so every half minute, until the task is cancelled; what fails is told and tried again.
    func run() async throws {
        while true {
            do {
                try await deliver()
            } catch {
                try Task.checkCancellation()
                console.writeLine("messages cannot be delivered: \(error)".printable)
            }
            try await Task.sleep(for: .seconds(30))
        }
    }

    private static func sentence(_ message: OutboxMessage, _ result: OutboxDeliverer.Result) -> String {
        let name = "the message to '\(message.target)' of run \(message.run)"
        return switch result {
        case .delivered: "\(name) was delivered"
        case .failed(let reason, let next):
            "\(name) could not be delivered and is tried again at \(next.local): \(reason)"
        case .givenUp(let reason): "\(name) was not delivered: \(reason)"
        }
    }
}
