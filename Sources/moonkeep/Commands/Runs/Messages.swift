import ArgumentParser
import BackupAPI
import Foundation
import PluginHost
import RunJournal
import ScriptLibrary

struct Messages: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists the messages of runs that are not delivered yet, or tries to deliver them.",
        discussion: """
            A message that could not be delivered is tried again for three days: by 'moonkeep serve', and at the end of each \
            'moonkeep run' and 'moonkeep resume'.
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
            if deliver {
                let service = try await site.openService()
                let deliveries = Deliveries(
                    site: site,
                    service: service,
                    journal: journal,
                    console: .standardError
                )
                guard try await deliveries.deliver(all: true) else {
                    throw CommandError(
                        "another process delivers the messages of the site just now",
                        fix: "Wait for it.",
                        status: ExitStatus.failed
                    )
                }
                await service.shutdown()
            }
            let waiting = try await journal.dueMessages(at: .max, limit: 1_000)
            try show(waiting)
            if deliver, !waiting.isEmpty { throw ExitStatus.failed }
        }
    }

    private func show(_ messages: [OutboxMessage]) throws {
        if json {
            return Console.standardOutput.writeLine(
                try JSONText.encode(try messages.map(MessageJSON.init), layout: .pretty)
            )
        }
        guard !messages.isEmpty else { return Console.standardOutput.writeLine("No message waits.") }
        let table = TextTable(
            columns: ["sent", "run", "to", "title", "attempts", "last error"],
            rows: try messages.map { message in
                [
                    Timestamp(microseconds: message.sent).wholeSeconds, message.run, message.target.printable,
                    try MessageJSON(message).title.printable, "\(message.attempts)",
                    message.lastError?.printable ?? "",
                ]
            },
            rightAligned: [4]
        )
        for line in table.lines() { Console.standardOutput.writeLine(line) }
    }
}

/// A message as JSON.
private struct MessageJSON: Encodable {
    let sent: Timestamp
    let run: String
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

    private enum CodingKeys: String, CodingKey {
        case sent, run, target, title, attempts
        case lastError = "last_error"
    }
}
