import ArgumentParser
import BackupAPI
import Foundation
import Logging
import PluginHost

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract:
            "Serves the site over the Cloud Backup API v2 and a console, and starts the backups and workflows that are due.",
        discussion: """
            The console is at '/', for a browser; who signs in with a token sees what needs a person, runs and backups, and \
            may start, cancel and answer as the token's role allows. Its API is below '/moonkeep/v1'.

            Runs that were interrupted go on. Configurations are cleaned up when their 'cleanup' says so. Clients sign in with what 'moonkeep token' makes. The server listens on this host only, unless the site file says \
            otherwise. It sends the e-mails of the site's notifications, and the messages of runs that are not delivered yet. Ctrl-C ends it; running backups go on.

            The site file is read again when it changes, and on SIGHUP: configurations, notifications and 'smtp' count from then \
            on. One that cannot be used leaves in force what it said before, which is logged, and told by 'moonkeep schedules'.

            Workflows are the files in the folder 'scripts' whose manifest has a 'schedule'; 'moonkeep schedules' lists them. \
            One that is changed, and what it requires from 'lib' and 'plugins', counts for its next run.
            """
    )

    @OptionGroup var site: SiteOptions

    @Option(help: "The port, instead of the site file's; 0 lets the system choose one.")
    var port: Int?

    @Flag(help: "Log each request, and all that runs say.")
    var verbose = false

    func validate() throws {
        if let port, !(0...65_535).contains(port) {
            throw ValidationError("--port takes a whole number from 0 to 65535.")
        }
    }

    func run() async throws {
        try await CommandError.naming {
            let site = try site.open()
            let log = makeLog()
            let service = try await site.openService(log: log)
            let served = try ServedSite(site, service, log: log)
            let work = try parts(of: served)
            let task = Task {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for part in work { group.addTask { try await part() } }
                    // The first part that ends, by a failure or the signal, ends the others.
                    defer { group.cancelAll() }
                    try await group.next()
                }
            }
            let interruption = Interruption(by: [SIGINT, SIGTERM], cancelling: task) {
                Console.standardError.writeLine("stopping; running backups go on")
            }
            defer { interruption.end() }
            let end = await task.result
            await served.runs.stop()
            await service.shutdown()
            do {
                try await ServerFailure.naming { try end.get() }
            } catch is CancellationError {}
        }
    }

    /// All that serving is, each until it is cancelled.
    private func parts(of served: ServedSite) throws -> [ServedSite.Part] {
        [
            try served.server(port: port), try served.workflows(), served.messages(), served.backups(),
            served.mails(), served.cleanups(), served.reloading(),
        ].compactMap { $0 }
    }

    private func makeLog() -> Logger {
        var log = Logger(label: "moonkeep.serve") { _ in
            ConsoleLogHandler(console: .standardError) { "\(Clocks.now().wholeSeconds) \($0): " }
        }
        log.logLevel = verbose ? .info : .notice
        return log
    }
}
