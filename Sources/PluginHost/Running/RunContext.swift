public import BackupAPI
public import LuaKit
import RunJournal
import Synchronization

/// One run: what its host functions need, and what they leave behind.
public final class RunContext: Sendable {
    /// The run's id.
    public let id: String
    /// The script's name.
    public let script: String
    /// What the script was given: names and values, and the rest as a list.
    public let arguments: LuaValue
    /// What does the backups.
    public let service: any BackupService
    /// What the host takes from its surroundings.
    public let environment: HostEnvironment
    let journal: any RunStore
    let observe: @Sendable (RunEvent) -> Void
    private let memory = Mutex(Memory())

    /// What changes while the script runs.
    private struct Memory {
        /// Weak, since the state's functions hold the run.
        weak var state: LuaState?
        /// By the task's path.
        var nextSequences: [String: Int] = [:]
        var outcomes: [Outcome] = []
        var finish: (outcome: Outcome, message: String?)?
        var started: [Backup] = []
        var finished: Set<ResourceID<Backup>> = []
        var configurationNames: [ResourceID<Configuration>: String] = [:]
        var blocks: [ReportBlock] = []
        var reportBytesLeft = reportBytes
    }

    /// Bytes that a script may add to its report: it grows outside the script's own memory.
    static let reportBytes = 8 << 20

    init(
        id: String,
        script: String,
        arguments: LuaValue,
        service: any BackupService,
        environment: HostEnvironment,
        journal: any RunStore,
        state: LuaState,
        observe: @escaping @Sendable (RunEvent) -> Void
    ) {
        self.id = id
        self.script = script
        self.arguments = arguments
        self.service = service
        self.environment = environment
        self.journal = journal
        self.observe = observe
        memory.withLock { $0.state = state }
    }

    /// The key of the next step. What a function of the script does while a step calls it counts beneath that step:
    /// a run that is resumed takes the step's result from the journal and never calls the function.
    func nextKey() -> StepKey {
        let path = Self.currentKey.map { "\($0.taskPath)/\($0.sequence).0" } ?? "0"
        return memory.withLock { memory in
            let sequence = memory.nextSequences[path, default: 0]
            memory.nextSequences[path] = sequence + 1
            return StepKey(run: id, taskPath: path, sequence: sequence)
        }
    }

    /// Calls a function of the script, from a host function that the script waits for.
    func call(_ function: LuaFunction, _ arguments: [LuaValue]) async throws {
        guard let state = memory.withLock({ $0.state }) else { throw CancellationError() }
        _ = try await state.call(function, arguments)
    }

    // MARK: Outcome

    /// The outcome so far: what the script said, else the worst of what it waited for.
    var outcome: Outcome {
        memory.withLock { $0.finish?.outcome ?? $0.outcomes.max() ?? .ok }
    }

    /// What the script said of its outcome.
    var message: String? {
        memory.withLock { $0.finish?.message }
    }

    func finish(_ outcome: Outcome, message: String?) {
        memory.withLock { $0.finish = (outcome, message) }
    }

    // MARK: Backups

    func noteStart(of backup: Backup, configuration: Configuration) {
        memory.withLock { memory in
            memory.started.append(backup)
            memory.configurationNames[configuration.id] = configuration.name
        }
        observe(.backupStarted(backup, configuration: configuration.name))
    }

    func noteEnd(of backup: Backup) {
        let isNews = memory.withLock { memory in
            guard memory.finished.insert(backup.id).inserted else { return false }
            if let outcome = backup.state.outcome { memory.outcomes.append(outcome) }
            return true
        }
        guard isNews else { return }
        observe(.backupFinished(backup, configuration: name(of: backup)))
    }

    /// The name of a backup's configuration, as far as the run knows it.
    func name(of backup: Backup) -> String {
        backup.local?.configurationName
            ?? memory.withLock { $0.configurationNames[backup.configuration.id] }
            ?? backup.configuration.id.rawValue
    }

    /// Backups that the run started and has not seen the end of, as they were then.
    var unfinished: [Backup] {
        memory.withLock { memory in memory.started.filter { !memory.finished.contains($0.id) } }
    }

    // MARK: Report

    /// Adds a part to the report; throws when it is full.
    func report(_ block: ReportBlock) throws {
        let size = block.size
        try memory.withLock { memory in
            guard size <= memory.reportBytesLeft else {
                throw BackupError(
                    .unsupported,
                    "the report has more than \(Figures.bytes(Int64(Self.reportBytes)))"
                )
            }
            memory.reportBytesLeft -= size
            memory.blocks.append(block)
        }
    }

    var reportBlocks: [ReportBlock] {
        memory.withLock { $0.blocks }
    }
}
