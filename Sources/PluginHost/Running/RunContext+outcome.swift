public import BackupAPI
import LuaKit
import RunJournal
import Synchronization

extension RunContext {
    // MARK: Outcome

    /// The outcome so far: what the script said, else the worst of what it waited for.
    var outcome: Outcome {
        memory.withLock { $0.finish?.outcome ?? $0.outcomes.map(\.outcome).max() ?? .ok }
    }

    /// What the script said of its outcome.
    var message: String? {
        memory.withLock { $0.finish?.message }
    }

    func finish(_ outcome: Outcome, message: String?) {
        memory.withLock { $0.finish = (outcome, message) }
    }

    /// Counts something that ended so, unless the script says what the outcome is.
    public func note(_ outcome: Outcome) {
        let path = TaskScope.current.path
        memory.withLock { $0.outcomes.append((outcome, path)) }
    }

    /// Calls a function of the script, and returns the worst outcome of what it waited for.
    func outcome(of function: LuaFunction) async throws -> Outcome {
        let key = nextKey()
        _ = try await call(function, beneath: key)
        let path = TaskScope.current.beneath(key).path
        let found = memory.withLock { memory in
            memory.outcomes.filter { $0.path == path || $0.path.hasPrefix(path + "/") }.map(\.outcome)
        }
        return found.max() ?? .ok
    }

    /// Counts no more what ended in a task and beneath it: it was done again, and went well.
    func forgive(_ path: String) {
        memory.withLock { $0.outcomes.removeAll { $0.path == path || $0.path.hasPrefix(path + "/") } }
    }

    // MARK: Backups

    /// Notes a backup of the configuration that the script called so.
    func noteStart(of backup: Backup, configuration reference: String) {
        memory.withLock { memory in
            memory.started.append(StartedBackup(id: backup.id, record: backup))
            if reference != backup.configuration.id.rawValue {
                memory.configurationNames[backup.configuration.id] = reference
            }
        }
        news(.backupStarted(backup, configuration: name(of: backup)))
        raise(.backup("backup.started", backup.id, of: self, record: backup))
    }

    /// Notes a start of the journal's.
    func noteStart(of id: ResourceID<Backup>) {
        memory.withLock { $0.started.append(StartedBackup(id: id, record: nil)) }
        raise(.backup("backup.started", id, of: self))
    }

    func noteEnd(of backup: Backup) {
        guard noteEnd(of: backup.id, in: backup.state, record: backup) else { return }
        news(.backupFinished(backup, configuration: name(of: backup)))
    }

    /// Notes the end of a backup; answers whether it is news.
    @discardableResult func noteEnd(
        of id: ResourceID<Backup>,
        in state: ActivityState,
        record: Backup? = nil
    ) -> Bool {
        let path = TaskScope.current.path
        let isNew = memory.withLock { memory in
            guard memory.finished.insert(id).inserted else { return false }
            if let outcome = state.outcome { memory.outcomes.append((outcome, path)) }
            return true
        }
        if isNew { raise(.backup("backup.finished", id, of: self, record: record)) }
        return isNew
    }

    /// The name of a backup's configuration, as far as the run knows it.
    func name(of backup: Backup) -> String {
        backup.local?.configurationName
            ?? memory.withLock { $0.configurationNames[backup.configuration.id] }
            ?? backup.configuration.id.rawValue
    }

    /// Backups that the run started and has not seen the end of.
    var unfinished: [StartedBackup] {
        memory.withLock { memory in memory.started.filter { !memory.finished.contains($0.id) } }
    }

    // MARK: Report

    /// Bytes that a script may add to its report: it grows outside the script's own memory.
    static let reportBytes = 8 << 20

    /// Adds a part to the report; throws when it is full.
    func report(_ block: ReportBlock) throws {
        try spend(on: block)
        memory.withLock { $0.blocks.append(block) }
    }

    /// Counts a part against what the run's reports may have together; throws when they are full.
    func spend(on block: ReportBlock) throws {
        let size = block.size
        try memory.withLock { memory in
            guard size <= memory.reportBytesLeft else {
                throw BackupError(
                    .unsupported,
                    "the report has more than \(Figures.bytes(Int64(Self.reportBytes)))"
                )
            }
            memory.reportBytesLeft -= size
        }
    }

    /// The report so far.
    var report: Report { Report(title: script, outcome: outcome, blocks: reportBlocks) }

    var reportBlocks: [ReportBlock] {
        memory.withLock { $0.blocks }
    }
}
