import BackupAPI
import Foundation
import Logging
import PluginHost
import RunJournal
import Synchronization

/// A site while it is served: what does its backups, and what executes its runs.
struct ServedSite: Sendable {
    /// Something that goes on until it is cancelled.
    typealias Part = @Sendable () async throws -> Void

    let site: Site
    let service: any BackupService
    let journal: RunStore
    let host: PluginHost
    let runs = RunningRuns()
    let log: Logger
    /// What is in force of the site's file.
    let live: LiveSite
    /// Runs that cannot go on here, each as it was interrupted: it is said once.
    private let refused = RefusedRuns()
    /// Ends when the server listens.
    let listening = AsyncStream.makeStream(of: Void.self)

    init(_ site: Site, _ service: any BackupService, log: Logger) throws {
        live = LiveSite(site.file, at: Clocks.now())
        var site = site
        site.live = live
        self.site = site
        self.service = service
        self.log = log
        journal = try site.openJournal()
        host = try site.makeHost(service, journal: journal)
    }

    /// Goes on with the runs that were interrupted, beside the serving.
    func resumeRuns() async throws {
        let now = Clocks.now()
        for run in try await journal.unfinishedRuns()
        where run.isInterrupted(at: now) && !runs.contains(run.id) {
            let state = "\(run.id) \(run.attempt)"
            guard !refused.contains(state) else { continue }
            await resume(run, state)
        }
    }

    /// Goes on with a run that waited for a person and has all its answers.
    func goOn(with id: RunRecord.ID) async throws {
        let run = try await journal.run(id)
        guard run.status == .parked, !runs.contains(run.id), try await journal.questions(of: run.id).isEmpty
        else { return }
        await resume(run, "\(run.id) \(run.attempt)")
    }

    /// Goes on with a run beside the serving; `state` names it as it stands, so that what cannot go on is said once.
    private func resume(_ run: RunRecord, _ state: String) async {
        say("going on with run \(run.id) of \(run.scriptName)")
        do {
            let host = try await site.host(host, for: run, in: journal)
            runs.resume(run, on: host, observe: { tell($0, of: run.scriptName) }) { id, end in
                switch end {
                case .success(let result) where result.halt == nil:
                    say("run \(id) ended: \(result.status)")
                case .success(let result): say("run \(id) stopped: \(result.message ?? "")")
                case .failure(let error): refuse(state, id, error)
                }
            }
        } catch {
            refuse(state, run.id, error)
        }
    }

    /// Does so time and again: a run that somebody else executes may be interrupted at any time.
    func keepResuming() async throws {
        while true {
            try await Task.sleep(for: .seconds(10))
            do {
                try await resumeRuns()
            } catch {
                try Task.checkCancellation()
                log.error("interrupted runs cannot be looked for: \(error)")
            }
        }
    }

    private func refuse(_ state: String, _ run: RunRecord.ID, _ error: any Error) {
        refused.insert(state)
        say("run \(run) cannot go on: \(error)")
    }

    /// Says something in one line, to whoever reads what the server says.
    func say(_ text: String) {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ").printable
        Console.standardError.writeLine(line)
    }

    /// Says what has to be read of a run's news: what it prints, warnings, errors, and backups that are not all well. A log that
    /// takes more gets more.
    func tell(_ event: RunEvent, of script: String) {
        let style = TerminalStyle(hasColour: false)
        let hasAll = log.logLevel <= .info
        switch event {
        case .started, .resumed, .finished, .backupProgress: break
        case .output(let line): say("\(script): \(line)")
        case .log(let level, let message, let fields):
            guard hasAll || level == .warn || level == .error else { return }
            say("\(script): \(LogLine.text(level, message, fields, style: style))")
        case .asked(let question):
            for line in QuestionLines.lines(of: question) { say("\(script): \(line)") }
        case .backupStarted(let backup, let name):
            if hasAll { say("\(script): \(BackupSentence.start(of: backup, name))") }
        case .backupFinished(let backup, let name):
            guard hasAll || backup.state.outcome != .ok else { return }
            say("\(script): \(BackupSentence.end(of: backup, name, style: style))")
        }
    }
}

/// The runs that could not go on.
private final class RefusedRuns: Sendable {
    private let states = Mutex<Set<String>>([])

    func contains(_ state: String) -> Bool { states.withLock { $0.contains(state) } }

    func insert(_ state: String) {
        states.withLock { _ = $0.insert(state) }
    }
}
