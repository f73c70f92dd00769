import BackupServer
import LocalBackup
import PluginHost
import RunJournal
import ScriptLibrary

extension ServedSite {
    /// The API for others; the port stands for the site file's.
    func server(port: Int?) throws -> Part {
        var settings = site.file.server
        if let port { settings.port = port }
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
        return {
            try await server.run { port in
                Console.standardOutput.writeLine("serving on \(scheme)://\(host):\(port)")
                listening.continuation.finish()
            }
        }
    }

    /// The runs: those that were interrupted go on, and workflows run when they are due.
    ///
    /// Not before the server listens: one that cannot would leave them to nobody.
    func workflows() throws -> Part {
        let scheduler = WorkflowScheduler(
            try site.workflows(),
            plugins: try site.plugins(),
            host: host,
            journal: journal,
            runs: runs,
            settings: WorkflowSchedulerSettings(seed: site.scheduleSeed),
            now: Clocks.now,
            permit: site.grant(for:),
            tell: { news in
                if case .event(let name, let event) = news { return tell(event, of: name) }
                say("\(news)")
            }
        )
        return {
            for await _ in listening.stream {}
            try Task.checkCancellation()
            try await resumeRuns()
            try await scheduler.run()
        }
    }

    /// The sender of messages that runs have left.
    func messages() -> Part {
        let deliveries = Deliveries(site: site, service: service, journal: journal, console: .standardError)
        return { try await deliveries.run() }
    }

    /// The scheduler of backups; `nil` where another server does them.
    func backups() -> Part? {
        guard let local = service as? LocalBackupService else { return nil }
        let scheduler = BackupScheduler(service: local, store: local, now: Clocks.now, log: log)
        return { try await scheduler.run() }
    }

    /// The sender of mails; `nil` where another server sends them, or the site says nothing of mails.
    func mails() throws -> Part? {
        guard let local = service as? LocalBackupService, let mail = site.file.mail else { return nil }
        let notifier = try Notifier(service: local, mail: mail, now: Clocks.now, log: log)
        return { try await notifier.run() }
    }
}
