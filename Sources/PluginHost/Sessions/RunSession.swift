import LuaKit
import RunJournal

/// A run whose script is typed: lines that run one after another in one state.
///
/// What a line gives a global stays for the next ones; its locals do not. Each line has the limits of a script for itself,
/// but for the memory, which is that of all. One line runs at a time.
public actor RunSession {
    /// The run's id.
    public nonisolated let id: String
    private let host: PluginHost
    private let execution: RunExecution
    private let keeper: Task<Void, Never>
    private var state: LuaState
    private var library: SessionLibrary
    /// Whether a limit has ended the state.
    private var isStateOver = false

    init(_ host: PluginHost, _ execution: RunExecution) async throws {
        id = execution.context.id
        self.host = host
        self.execution = execution
        state = execution.state
        keeper = execution.keepLease()
        library = try await SessionLibrary(in: execution.state, modules: host.modules.map(\.name))
    }

    private var context: RunContext { execution.context }

    /// Whether nothing can run any more: somebody has cancelled the run, or another host has it.
    public var isOver: Bool { context.stop.isCancelled || context.isHalted }

    /// Runs a line and returns the texts of its values, each of one line or more; empty for a statement.
    ///
    /// Cancelling the task cancels the line alone: the host function that it waits for raises `cancelled`. Tasks that the line
    /// has spawned go on. Throws what the line did not catch.
    public func run(_ line: SessionLine) async throws(SessionFailure) -> [String] {
        if let problem = line.problem { throw failure(problem) }
        do {
            if isStateOver { try await renewState() }
            await state.renewLimits()
            let (waits, executor) = (context.tasks.waits, context.environment.taskExecutor)
            let task = ScriptTask(path: "0", waits: waits, on: executor) { [state, library] in
                try await library.run(line.chunk, in: state)
            }
            task.noteAwaited()
            return try await context.tasks.add { task }.end().get().map(\.lossyText)
        } catch {
            throw failure(error)
        }
    }

    /// The names that can be typed: globals, as `count`, fields of tables in them, as `web.id`, and functions among these with
    /// `(` after their names; at most some thousands, in no order. The host's modules are not among them.
    public func names() async -> [String] {
        guard !isStateOver, !isOver else { return [] }
        return await library.names(in: state)
    }

    /// Grants the session something more, for as long as it goes on.
    public func grant(_ permission: Permission) {
        context.permissions.grant(permission)
    }

    /// Waits for the tasks that lines have spawned, and ends the run. Backups that are still running go on, unless the task is
    /// cancelled: then they are stopped.
    ///
    /// Its outcome is that of a script which waited for the same things; a line that failed does not count.
    public func end() async -> RunResult {
        let failure = await context.tasks.end()
        return await execution.finish(failure.map { .failure($0) } ?? .success([]), keeper)
    }

    /// A state that has been ended cannot go on; the next line gets another one.
    private func renewState() async throws {
        let fresh = try await host.loader.renewState(of: context)
        library = try await SessionLibrary(in: fresh, modules: host.modules.map(\.name))
        state = fresh
        isStateOver = false
    }

    private func failure(_ error: any Error) -> SessionFailure {
        let limits: [LuaError.Code] = [.timeLimit, .memoryLimit, .instructionLimit]
        isStateOver = isStateOver || (error as? LuaError).map { limits.contains($0.code) } == true
        var failure = RunFailure(of: error, names: context.names)
        failure.traceback = SessionLibrary.traceback(failure.traceback)
        return SessionFailure(
            failure: failure,
            refused: Permission(refusedBy: error),
            isStateLost: isStateOver
        )
    }
}

extension LuaValue {
    /// A string's text, with U+FFFD for what is no UTF-8.
    fileprivate var lossyText: String {
        if case .string(let bytes) = self { bytes.lossyText } else { textForPeople }
    }
}
