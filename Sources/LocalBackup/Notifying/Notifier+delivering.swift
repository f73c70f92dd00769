public import BackupAPI
import Glibc
import HostSystem
import Logging
import Mail

/// A mail is given up this long after its backup ended.
private let lifetime = Duration.seconds(86_400)
private let backOff = BackOff(first: .seconds(60), longest: .seconds(3_600))

extension Notifier {
    /// Writes the mails of the backups that ended since the last time, tries every mail that is due once, or with `all` every one
    /// that waits, and returns when the next one is due; `nil` when there is none, or when another notifier delivers just now.
    @discardableResult
    public func deliver(all: Bool = false) async throws -> Timestamp? {
        let path = service.site.folder.path + "/outbox.lock"
        guard let lock = try FileLock.attempt(path, .exclusive) else { return nil }
        defer { lock.release() }
        try await write()
        let catalog = service.site.catalog
        for mail in try await catalog.mailsDue(now: all ? .distantFuture : now()) {
            try await attempt(mail)
            try Task.checkCancellation()
        }
        return try await catalog.nextMailTime()
    }

    private func write() async throws {
        let catalog = service.site.catalog
        let host = service.site.settings.hostName ?? HostName.current()
        for row in try await catalog.endedBackups() {
            let moment = now()
            let ended = Timestamp(microseconds: row.endedTime ?? row.createdTime)
            let isRecent = moment.since(ended) < lifetime
            let text = BackupMail(row, host: host)
            let destinations = isRecent ? try await destinations(of: row) : []
            try await catalog.addMails(
                destinations.map { MailRow(to: $0, about: row, text, now: moment) },
                of: row.id
            )
        }
    }

    /// Whom to tell of a backup, each address once; nobody when its configuration is gone.
    private func destinations(of row: BackupRow) async throws -> [String] {
        do {
            let configuration = try await service.configuration(ResourceID(row.configurationID))
            let wanted = configuration.notifications.filter {
                $0.type == "email" && BackupMail.concerns($0, row.activityState)
            }
            var seen: Set<String> = []
            return wanted.map(\.destination).filter { seen.insert($0).inserted }
        } catch let error as BackupError where error.code == .unknownConfiguration {
            return []
        }
    }

    /// The attempt is noted before the mail is sent: where that fails, nothing is sent, and a mail whose host dies
    /// meanwhile is tried again only when its time has come.
    private func attempt(_ mail: MailRow) async throws {
        let catalog = service.site.catalog
        var mail = mail
        let moment = now()
        mail.attempts += 1
        let pause = backOff.pause(after: mail.attempts)
        mail.nextTime = moment.advanced(by: pause).microseconds
        try await catalog.save(mail)
        do {
            try await transport.send(message(mail))
            mail.end(.sent)
            log.info("a mail was sent", metadata: ["mail": "\(mail.id)", "backup": "\(mail.backup)"])
        } catch {
            try Task.checkCancellation()
            let failure = error as? MailFailure ?? MailFailure("\(error)")
            mail.lastError = failure.reason
            let deadline = Timestamp(microseconds: mail.createdTime).advanced(by: lifetime)
            if failure.isFinal {
                mail.end(.refused)
            } else if moment.advanced(by: pause) > deadline {
                mail.end(.givenUp)
            }
            log.warning(
                "a mail was not sent: \(failure.reason)",
                metadata: ["mail": "\(mail.id)", "backup": "\(mail.backup)", "state": "\(mail.state)"]
            )
        }
        try await catalog.save(mail)
    }

    private func message(_ mail: MailRow) -> MailMessage {
        MailMessage(
            id: mail.id,
            from: from,
            to: mail.destination,
            date: Timestamp(microseconds: mail.createdTime),
            subject: mail.subject,
            body: mail.body
        )
    }
}

extension LocalBackupService {
    /// The mails that wait for being tried, or tried again, in the order of the writing. Whoever ended a backup less than a moment
    /// ago may not have written its mails yet.
    public func waitingMails() async throws -> [MailRecord] {
        try await site.catalog.mailsDue(now: .distantFuture).map(\.record)
    }

    /// The mails about a backup, in the order of their destinations in its configuration. Empty for a backup that is
    /// not over, or about whose end nobody is told.
    public func mails(about backup: ResourceID<Backup>) async throws -> [MailRecord] {
        try await site.catalog.mails(about: backup.rawValue).map(\.record)
    }
}

extension Timestamp {
    fileprivate static let distantFuture = Timestamp(microseconds: .max)
}

private enum HostName {
    /// This machine's name.
    static func current() -> String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
