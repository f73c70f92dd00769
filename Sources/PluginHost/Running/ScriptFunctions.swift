public import LuaKit
import RunJournal
import Synchronization

/// The functions of a run's script, and the state that they are of.
public final class ScriptFunctions: Sendable {
    private struct State {
        /// Weak, because the state's functions hold the run.
        weak var state: LuaState?
        /// How often functions were called, by the task's path.
        var counts: [String: Int] = [:]
    }

    private let state: Mutex<State>

    init(_ state: LuaState) {
        self.state = Mutex(State(state: state))
    }

    /// The script's state. Throws when it is gone.
    var current: LuaState {
        get throws {
            guard let state = state.withLock({ $0.state }) else { throw CancellationError() }
            return state
        }
    }

    /// Goes on with another state, which the functions are of from now on.
    func replace(_ new: LuaState) {
        state.withLock { $0.state = new }
    }

    func cancel() {
        state.withLock { $0.state }?.cancel()
    }

    /// Calls a function, from a host function that the script waits for. Cancelling the task ends the call alone.
    func call(_ function: LuaFunction, _ arguments: [LuaValue] = []) async throws -> [LuaValue] {
        let path = TaskScope.current.path
        let count = state.withLock { state in
            state.counts[path, default: 0] += 1
            return state.counts[path, default: 0]
        }
        return try await current.call(
            function,
            arguments,
            randomStream: Self.stableHash("\(path):\(count)"),
            cancellation: .ofCall
        )
    }

    /// Calls a function as a part of a step, beneath which its own steps are counted; returns its first result.
    func call(
        _ function: LuaFunction,
        _ arguments: [LuaValue] = [],
        beneath step: StepKey,
        _ index: Int = 0
    ) async throws -> LuaValue {
        try await TaskScope.$current.withValue(TaskScope.current.beneath(step, index)) {
            try await call(function, arguments).first ?? .nil
        }
    }

    /// Calls a function from the body of a step, and returns its first result. What the function does is recorded beneath the
    /// step; a resumed run that has the step's answer does not call it.
    public func callInStep(_ function: LuaFunction, _ arguments: [LuaValue] = []) async throws -> LuaValue {
        guard let key = TaskScope.current.step else {
            return try await call(function, arguments).first ?? .nil
        }
        return try await call(function, arguments, beneath: key)
    }

    /// Runs a piece of code beside the script, in its state, and returns what it returns.
    package func evaluate(_ source: LuaSource, _ arguments: [LuaValue]) async throws -> [LuaValue] {
        try await current.run(source, arguments: arguments)
    }

    /// Makes an empty table of the script, which a function that returns at once fills bit by bit: what it holds counts as
    /// the script's memory from the first element on, and never stands in the host's beside it.
    ///
    /// Only for such functions: they run on the script's thread.
    package func makeTable() throws -> LuaTable {
        try current.assumeIsolated { state in try state.makeTable() }
    }

    /// An error as a table of the script's state, with a text as the errors have that are raised.
    func errorTable(_ error: any Error) async throws -> LuaValue {
        let state = try current
        let fields = JournalText.fields(of: error).map { (LuaValue.string($0.key), $0.value) }
        let contents = LuaTableValue(fields: Dictionary(fields) { first, _ in first }, mark: .record)
        let table = try await state.makeTable(contents)
        let source = LuaSource(
            name: "error",
            text: "local e, text = ... setmetatable(e, { __tostring = function() return text end })"
        )
        let text =
            (error as? LuaError)?.placedWords ?? (error as? any LuaErrorConvertible)?.luaMessage
            ?? JournalText.message(of: error)
        _ = try await state.run(source, arguments: [.reference(table), .string(text)], randomStream: 0)
        return .reference(table)
    }

    /// A hash that is the same in every process (FNV-1a).
    static func stableHash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }
}
