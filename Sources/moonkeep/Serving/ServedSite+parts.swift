import BackupAPI
import BackupServer
import Foundation
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
            makeID: LocalBackupService.randomID,
            notice: { [live] in
                live.problem == nil
                    ? nil
                    : "the site file cannot be used, and what it said before stays in force; the server's log says why"
            },
            runs: servedRuns
        )
        let scheme = settings.tls == nil ? "http" : "https"
        let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        return {
            try await server.run { port in
                // Nobody needs to read it.
                Console(descriptor: STDOUT_FILENO).writeLine("serving on \(scheme)://\(host):\(port)")
                listening.continuation.finish()
            }
        }
    }

    /// The runs as the console has them.
    private var servedRuns: ServedRuns {
        ServedRuns(
            site: (site.folder as NSString).lastPathComponent,
            timeZone: TimeZone.current.identifier,
            journal: journal,
            standing: { $0.statusText(at: Clocks.now()) },
            decide: { choice, step in
                try await host.decide(choice, about: step)
                try await goOn(with: step.run)
            },
            schedules: {
                let local = site.file.cloud == nil ? service : nil
                return try await site.schedules(limit: 1, of: local, in: journal).map(ServedSchedule.init)
            }
        )
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
            _ = try await racing({ try await scheduler.run() }, against: keepResuming)
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

    /// What cleans up by itself; `nil` where another server does.
    func cleanups() -> Part? {
        guard let local = service as? LocalBackupService else { return nil }
        return { try await local.cleanUpWhenDue() }
    }

    /// The sender of mails, by what the site says of them now; `nil` where another server sends them.
    func mails() -> Part? {
        guard let local = service as? LocalBackupService else { return nil }
        return {
            while true {
                let changes = live.changes()
                let file = live.file
                let notifier = try file.mail.map {
                    try Notifier(service: local, mail: $0, now: Clocks.now, log: log)
                }
                let isOther = { @Sendable () async throws in
                    for await _ in changes where live.file.sections["smtp"] != file.sections["smtp"] {
                        return
                    }
                    try Task.checkCancellation()
                }
                if let notifier {
                    _ = try await racing({ try await notifier.run() }, against: isOther)
                } else {
                    try await isOther()
                }
                try Task.checkCancellation()
            }
        }
    }

    /// What reads the site file again.
    func reloading() -> Part {
        let reload = SiteReload(site: site, service: service, live: live, say: say)
        return { try await reload.run() }
    }
}

extension ServedSchedule {
    fileprivate init(_ entry: ScheduleEntry) {
        self.init(
            name: entry.name,
            kind: entry.kind.rawValue,
            schedule: entry.schedule,
            timeZone: entry.zone,
            nextTimes: entry.next,
            problem: entry.problem,
            slots: entry.past.map {
                Slot(time: $0.time, outcome: $0.outcome, id: $0.id, message: $0.message)
            }
        )
    }
}
