import LuaKit
import Testing

/// The limits of one run: its wall clock time, and how many there may be at once.
@Suite(.timeLimit(.minutes(5 * patience))) struct RunLimitTests {
    private static let limits = LuaLimits(
        runningTime: nil,
        wallTime: .milliseconds(50),
        grace: .milliseconds(20)
    )
    private static let message = "the script took longer than its 0.05 seconds of wall clock time"

    private func waiting(at gate: Gate) -> LuaHostFunction {
        LuaHostFunction(
            "wait",
            waiting: { _ in
                try await gate.wait()
                return []
            }
        )
    }

    @Test(arguments: [
        "while true do end",
        "while true do pcall(function() while true do end end) end",
        "table.sort({3, 2, 1}, function() while true do pcall(function() while true do end end) end end)",
        "string.gsub('x', 'x', function() while true do pcall(error) end end)",
        "coroutine.wrap(function() coroutine.wrap(function() while true do end end)() end)()",
        "wait()",
        "while true do pcall(wait) end",
        "coroutine.wrap(function() while true do xpcall(wait, print) end end)()",
        "pcall(wait) return 'caught'",
    ])
    func `a run ends at its wall clock time, whatever it waits for or catches`(source: String) async throws {
        let wait = waiting(at: Gate())
        let error = try #require(try await failure(of: source, limits: Self.limits, functions: [wait]))
        #expect(error.code == .timeLimit)
        #expect(error.description == Self.message)
    }

    @Test func `a script can close its variables at the end of its wall clock time`() async throws {
        let lines = Box<[String]>([])
        let state = try LuaState(
            executor: LuaExecutor(),
            limits: Self.limits,
            output: { line in lines.update { $0.append(line.lossyText) } }
        )
        try await state.add(waiting(at: Gate()))
        let text = """
            local closed <close> = setmetatable({}, {__close = function(_, e) print('closed', e.code) end})
            wait()
            """
        await #expect(throws: LuaError.self) { try await state.run(LuaSource(name: "a", text: text)) }
        #expect(lines.value == ["closed\tcancelled"])
        let later = await #expect(throws: LuaError.self) {
            try await state.run(LuaSource(name: "b", text: "while true do end"))
        }
        #expect(later?.code == .timeLimit)
    }

    @Test func `a run that is done in time is not touched`() async throws {
        let limits = LuaLimits(wallTime: .seconds(50))
        let state = try LuaState(executor: LuaExecutor(), limits: limits)
        for _ in 1...20 {
            #expect(try await state.run(LuaSource(name: "a", text: "return 1")) == [1])
        }
        let error = await #expect(throws: LuaError.self) {
            try await state.run(LuaSource(name: "a", text: "error('x')"))
        }
        #expect(error?.description == "a:1: x")
        #expect(await state.handleCount == 0)
    }

    @Test func `cancelling the task of a run with a deadline is still a cancellation`() async throws {
        let started = Gate()
        let state = try LuaState(executor: LuaExecutor(), limits: LuaLimits(wallTime: .seconds(50)))
        try await state.add(waiting(at: Gate()))
        try await state.add(LuaHostFunction("started") { () in started.open() })
        let task = Task { try await state.run(LuaSource(name: "a", text: "started() wait()")) }
        try await started.wait()
        task.cancel()
        let error = await #expect(throws: LuaError.self) { try await task.value }
        #expect(error?.code == .cancelled)
    }

    @Test func `more runs than allowed are refused, and those under way go on`() async throws {
        let gate = Gate()
        let started = Gate()
        let state = try LuaState(executor: LuaExecutor(), limits: LuaLimits(tasks: 1))
        try await state.add(waiting(at: gate))
        try await state.add(LuaHostFunction("started") { () in started.open() })
        async let first = state.run(LuaSource(name: "a", text: "started() wait() return 'done'"))
        try await started.wait()
        let error = await #expect(throws: LuaError.self) {
            try await state.run(LuaSource(name: "b", text: "return 1"))
        }
        #expect(error?.code == .taskLimit)
        #expect(
            error?.description == "1 runs and calls are under way in the Lua state, and no more are allowed"
        )
        gate.open()
        #expect(try await first == ["done"])
        #expect(try await state.run(LuaSource(name: "b", text: "return 1")) == [1])
    }

    @Test func `calls that call back end at the limit`() async throws {
        let state = try LuaState(executor: LuaExecutor(), limits: LuaLimits(tasks: 10))
        try await state.add(
            LuaHostFunction(
                "again",
                waiting: { [weak state] arguments in
                    guard let state, case .function(let function) = arguments[0] else { return [] }
                    return try await state.call(function, arguments)
                }
            )
        )
        let text = "depth = 0 local function f(g) depth = depth + 1 again(g) end return (pcall(f, f)), depth"
        #expect(try await state.run(LuaSource(name: "a", text: text)) == [false, 10])
    }
}
