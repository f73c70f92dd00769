public import BackupAPI
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
        let outbox = service.site.catalog.outbox
        for mail in try await outbox.mailsDue(now: all ? .distantFuture : now()) {
            try await attempt(mail)
            try Task.checkCancellation()
        }
        return try await outbox.nextMailTime()
    }

    private func write() async throws {
        let outbox = service.site.catalog.outbox
        let host = service.site.hostName
        for row in try await outbox.endedBackups() {
            let moment = now()
            let ended = Timestamp(microseconds: row.endedTime ?? row.createdTime)
            let isRecent = moment.since(ended) < lifetime
            let text = BackupMail(row, host: host)
            let destinations = isRecent ? try await destinations(of: row) : []
            try await outbox.addMails(
                destinations.map {
                    MailRow(to: $0, about: row.id, subject: text.subject, body: text.body, now: moment)
                },
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
        let outbox = service.site.catalog.outbox
        var mail = mail
        let moment = now()
        mail.attempts += 1
        let pause = backOff.pause(after: mail.attempts)
        mail.nextTime = moment.advanced(by: pause).microseconds
        try await outbox.save(mail)
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
        try await outbox.save(mail)
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

extension Timestamp {
    fileprivate static let distantFuture = Timestamp(microseconds: .max)
}
