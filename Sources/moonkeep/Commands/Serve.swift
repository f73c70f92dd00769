import ArgumentParser
import BackupAPI
import BackupServer
import Foundation
import LocalBackup
import Logging
import PluginHost
import RunJournal

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serves the site over the Cloud Backup API v2, and starts what its schedules say.",
        discussion: """
            Runs that were interrupted go on. Clients sign in with what 'moonkeep token' makes. The server listens on this host only, unless the site file says \
            otherwise. It sends the e-mails of the site's notifications, and the messages of runs that are not delivered yet. Ctrl-C ends it; running backups go on.
            """
    )

    @OptionGroup var site: SiteOptions

    @Option(help: "The port, instead of the site file's; 0 lets the system choose one.")
    var port: Int?

    @Flag(help: "Log each request.")
    var verbose = false

    func validate() throws {
        if let port, !(0...65_535).contains(port) {
            throw ValidationError("--port takes a whole number from 0 to 65535.")
        }
    }

    func run() async throws {
        try await CommandError.naming {
            let site = try site.open()
            let service = try await site.openService()
            let journal = try site.openJournal()
            let work = try parts(of: site, service, journal)
            let runs = try await resumeRuns(of: site, service, journal)
            let task = Task {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for part in work { group.addTask { try await part() } }
                    // The first part that ends, by a failure or the signal, ends the others.
                    defer { group.cancelAll() }
                    try await group.next()
                }
            }
            let interruption = Interruption(cancelling: task) {
                Console.standardError.writeLine("stopping; running backups go on")
            }
            defer { interruption.end() }
            let end = await task.result
            for run in runs { run.control.interrupt() }
            for run in runs { await run.task.value }
            await service.shutdown()
            do {
                try await ServerFailure.naming { try end.get() }
            } catch is CancellationError {}
        }
    }

    private typealias ResumedRun = (control: RunControl, task: Task<Void, Never>)

    /// Goes on with the runs that were interrupted, beside the serving.
    private func resumeRuns(of site: Site, _ service: any BackupService, _ journal: any RunStore)
        async throws -> [ResumedRun]
    {
        let host = try site.makeHost(service, journal: journal)
        let now = Clocks.now()
        let interrupted = try await journal.unfinishedRuns().filter { $0.isInterrupted(at: now) }
        return interrupted.map { run in
            let console = Console.standardError
            console.writeLine("going on with run \(run.id) of \(run.scriptName)")
            let control = RunControl()
            let task = Task {
                do {
                    let host = try await site.host(host, for: run, in: journal)
                    let result = try await host.resume(run, control: control)
                    console.writeLine(
                        result.halt == nil
                            ? "run \(run.id) ended: \(result.status)"
                            : "run \(run.id) stopped: \(result.message ?? "")"
                    )
                } catch {
                    console.writeLine("run \(run.id) cannot go on: \(error)")
                }
            }
            return (control, task)
        }
    }

    private typealias Part = @Sendable () async throws -> Void

    /// The server, the scheduler, and the senders of messages and mails, each until it is cancelled.
    private func parts(of site: Site, _ service: any BackupService, _ journal: any RunStore) throws -> [Part]
    {
        var settings = site.file.server
        if let port { settings.port = port }
        var log = Logger(label: "moonkeep.serve") { StreamLogHandler.standardError(label: $0) }
        log.logLevel = verbose ? .info : .notice
        let server = BackupServer(
            service: service,
            settings: settings,
            tokens: try site.tokens(),
            logger: log,
            now: Clocks.now,
            makeID: LocalBackupService.randomID
        )
        let scheme = settings.tls == nil ? "http" : "https"
        let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        var parts: [Part] = [
            {
                try await server.run { port in
                    Console.standardOutput.writeLine("serving on \(scheme)://\(host):\(port)")
                }
            }
        ]
        let deliveries = Deliveries(site: site, service: service, journal: journal, console: .standardError)
        parts.append { try await deliveries.run() }
        guard let local = service as? LocalBackupService else { return parts }
        let scheduler = BackupScheduler(service: local, store: local, now: Clocks.now, log: log)
        parts.append { try await scheduler.run() }
        if let mail = site.file.mail {
            let notifier = try Notifier(service: local, mail: mail, now: Clocks.now, log: log)
            parts.append { try await notifier.run() }
        }
        return parts
    }
}
