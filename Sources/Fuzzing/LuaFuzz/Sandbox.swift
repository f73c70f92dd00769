import LuaKit

/// A state with small limits, and what must hold after anything has run in it.
enum Sandbox {
    static let limits = LuaLimits(
        memoryBytes: 8 << 20,
        tableKeys: 1 << 12,
        runningTime: .milliseconds(50),
        slice: .milliseconds(8),
        outputBytes: 1 << 16
    )
    private static let executor = Result { () throws(LuaError) in try LuaExecutor() }

    /// Runs something in a state; the answer says what is wrong with that state afterwards.
    static func problem(after use: (LuaState) async throws -> String?) async throws -> String? {
        let executor = try executor.get()
        var state: LuaState? = try LuaState(executor: executor, limits: limits)
        weak let closed = state
        var problem: String?
        if let state {
            let empty = await state.memoryUsed
            problem = try await use(state)
            let time = await state.runningTime
            if time > .milliseconds(500) { problem = "the time limit was missed: \(time)" }
            let memory = await state.memoryUsed - empty
            if memory > limits.memoryBytes { problem = "the memory limit was missed: \(memory)" }
            let handles = await state.handleCount
            if handles != 0 { problem = "\(handles) handles are left" }
        }
        state = nil
        let other = try LuaState(executor: executor)
        let values = try await other.run(LuaSource(name: "other.lua", text: "return ('x'):rep(3)"))
        if values != ["xxx"] { problem = "another state answers \(values)" }
        if closed != nil { problem = "the state is not closed" }
        return problem
    }
}
