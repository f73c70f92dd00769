import ArgumentParser
import BackupAPI
import Foundation
import LocalBackup
import PluginHost
import RunJournal
import ScriptLibrary

struct Messages: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "messages",
        abstract:
            "Lists the messages of runs and the mails about backups that are not delivered yet, or tries to deliver them.",
        discussion: """
            A message that could not be delivered is tried again for three days, a mail for one: by 'moonkeep serve', and at the \
            end of each 'moonkeep run' and 'moonkeep resume'.
            """
    )

    @OptionGroup var site: SiteOptions

    @Flag(help: "Try all of them now, also those whose time has not come.")
    var deliver = false

    @Flag(help: "JSON, for programs.")
    var json = false

    func run() async throws {
        try await CommandError.naming {
            let site = try site.open()
            let journal = try site.openJournal()
            let service = try await site.openService()
            if deliver {
                let deliveries = Deliveries(
                    site: site,
                    service: service,
                    journal: journal,
                    console: .standardError
                )
                try await site.deliverMails(service, all: true)
                guard try await deliveries.deliver(all: true) else {
                    throw CommandError(
                        "another process delivers the messages of the site just now",
                        fix: "Wait for it.",
                        status: ExitStatus.failed
                    )
                }
            }
            let messages = try await journal.dueMessages(at: .max, limit: 1_000).map(WaitingMessage.init)
            let mails = try await (service as? LocalBackupService)?.waitingMails() ?? []
            await service.shutdown()
            let waiting = messages + mails.map(WaitingMessage.init)
            try show(waiting)
            if deliver, !waiting.isEmpty { throw ExitStatus.failed }
        }
    }

    private func show(_ messages: [WaitingMessage]) throws {
        if json {
            return Console.standardOutput.writeLine(try JSONText.encode(messages, layout: .pretty))
        }
        guard !messages.isEmpty else { return Console.standardOutput.writeLine("No message waits.") }
        let table = TextTable(
            columns: ["sent", "of", "to", "title", "attempts", "last error"],
            rows: messages.map { message in
                [
                    message.sent.local, message.run ?? message.backup ?? "", message.target,
                    message.title, "\(message.attempts)", message.lastError ?? "",
                ]
            },
            rightAligned: [4]
        )
        for line in table.lines() { Console.standardOutput.writeLine(line) }
    }
}

/// A message of a run or a mail about a backup, as JSON.
private struct WaitingMessage: Encodable {
    let sent: Timestamp
    var run: String?
    var backup: String?
    let target: String
    let title: String
    let attempts: Int
    let lastError: String?

    init(_ message: OutboxMessage) throws {
        sent = Timestamp(microseconds: message.sent)
        run = message.run
        target = message.target
        title = try JSONDecoder().decode(Notice.self, from: Data(message.body.utf8)).title
        attempts = message.attempts
        lastError = message.lastError
    }

    init(_ mail: MailRecord) {
        sent = mail.createdTime
        backup = mail.backup.rawValue
        target = mail.destination
        title = mail.subject
        attempts = mail.attempts
        lastError = mail.lastError
    }

    private enum CodingKeys: String, CodingKey {
        case sent, run, backup, target, title, attempts
        case lastError = "last_error"
    }
}
