import BackupAPI
import LuaKit
import Synchronization

/// The backups that a run knows: those that it started, those that it saw the end of, and what the script calls them.
final class RunBackups: Sendable {
    private struct State {
        var started: [StartedBackup] = []
        var finished: Set<ResourceID<Backup>> = []
        var names: [ResourceID<Configuration>: String] = [:]
    }

    private let state = Mutex(State())

    /// Notes a backup of the configuration that the script called so.
    func noteStart(of backup: Backup, configuration reference: String, in run: RunContext) {
        state.withLock { state in
            state.started.append(StartedBackup(id: backup.id, record: backup))
            if reference != backup.configuration.id.rawValue {
                state.names[backup.configuration.id] = reference
            }
        }
        run.news(.backupStarted(backup, configuration: name(of: backup)))
        run.hooks.raise(.backup("backup.started", backup.id, of: run, record: backup))
    }

    /// Notes a start of the journal's.
    func noteStart(of id: ResourceID<Backup>, in run: RunContext) {
        state.withLock { $0.started.append(StartedBackup(id: id, record: nil)) }
        run.hooks.raise(.backup("backup.started", id, of: run))
    }

    func noteEnd(of backup: Backup, in run: RunContext) {
        guard noteEnd(of: backup.id, as: backup.state, record: backup, in: run) else { return }
        run.news(.backupFinished(backup, configuration: name(of: backup)))
    }

    /// Notes the end of a backup; returns whether it is news.
    @discardableResult func noteEnd(
        of id: ResourceID<Backup>,
        as end: ActivityState,
        record: Backup? = nil,
        in run: RunContext
    ) -> Bool {
        guard state.withLock({ $0.finished.insert(id).inserted }) else { return false }
        if let outcome = end.outcome { run.outcomes.note(outcome) }
        run.hooks.raise(.backup("backup.finished", id, of: run, record: record))
        return true
    }

    /// Tells of the progress of one.
    func noteProgress(_ update: BackupUpdate, in run: RunContext) {
        run.observe(.backupProgress(update, configuration: name(of: update.backup)))
    }

    /// The name of a backup's configuration, as far as the run knows it.
    func name(of backup: Backup) -> String {
        backup.local?.configurationName
            ?? state.withLock { $0.names[backup.configuration.id] }
            ?? backup.configuration.id.rawValue
    }

    /// Backups that the run started and has not seen the end of.
    var unfinished: [StartedBackup] {
        state.withLock { state in state.started.filter { !state.finished.contains($0.id) } }
    }
}

extension RunContext {
    /// The backups that the run knows.
    var backups: RunBackups { attachment { RunBackups() } }
}

/// A backup that the run started.
struct StartedBackup: Sendable {
    let id: ResourceID<Backup>
    /// Its record at the start; `nil` when the start is one of the journal's.
    let record: Backup?
}
