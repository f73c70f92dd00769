import LuaKit

/// What a session does in its state, with functions that the session's lines cannot reach.
struct SessionLibrary: Sendable {
    private let run: LuaFunction
    private let names: LuaFunction

    private static let name = "moonkeep session"

    init(in state: LuaState, modules: [String]) async throws {
        let arguments = modules.map(LuaValue.string)
        let values = try await state.run(
            LuaSource(name: Self.name, text: Self.text),
            arguments: arguments,
            randomStream: 0
        )
        guard case .function(let run)? = values.first, case .function(let names)? = values.last else {
            throw LuaConversionError("the functions of the session are missing")
        }
        self.run = run
        self.names = names
    }

    /// Runs a chunk, and returns its values as people read them. Cancelling the task ends the call alone.
    func run(_ chunk: String, in state: LuaState) async throws -> [LuaValue] {
        try await state.call(run, [.string(chunk)], cancellation: .ofCall)
    }

    func names(in state: LuaState) async -> [String] {
        let values = try? await state.call(names, randomStream: 0, cancellation: .ofCall)
        guard case .table(let list)? = values?.first else { return [] }
        return list.items.compactMap(\.text)
    }

    /// The calls of a line without those that run it.
    static func traceback(_ calls: [String]) -> [String] {
        var calls = calls.filter { !$0.hasPrefix(name + ":") }
        let end = "in local 'chunk'"
        if let last = calls.last, last.hasSuffix(end) {
            calls[calls.count - 1] = last.dropLast(end.count) + "in main chunk"
        }
        return calls
    }
}
