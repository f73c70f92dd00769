import ArgumentParser
import RunJournal

struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Asks whoever executes a run to cancel it.",
        discussion: """
            The run sees it within some seconds, stops the backups that it started, and ends as cancelled. A run that nobody \
            executes is cancelled when it is resumed.
            """
    )

    @OptionGroup var site: SiteOptions

    @Argument(help: "A run's id, or the beginning of it.")
    var id: String

    func run() async throws {
        try await CommandError.naming {
            let journal = try site.open().openJournal()
            let run = try await journal.run(id)
            try await journal.requestCancellation(of: run.id)
            Console.standardError.writeLine("run \(run.id) is asked to stop")
        }
    }
}
