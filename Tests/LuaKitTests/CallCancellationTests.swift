import LuaKit
import Testing

/// The cancellation of one call while others go on in its state.
@Suite(.timeLimit(.minutes(5 * patience))) struct CallCancellationTests {
    private let lines = Box<[String]>([])
    private let gate = Gate()
    private let started = Gate()
    private let state: LuaState

    init() async throws {
        let lines = lines
        let gate = gate
        let started = started
        state = try LuaState(
            executor: LuaExecutor(),
            limits: LuaLimits(runningTime: .seconds(60 * patience), grace: .milliseconds(20)),
            output: { line in lines.update { $0.append(line.lossyText) } }
        )
        try await state.add(
            LuaHostFunction(
                "wait",
                waiting: { _ in
                    started.open()
                    try await gate.wait()
                    return []
                }
            )
        )
        try await state.add(
            LuaHostFunction(
                "nap",
                waiting: { _ in
                    await Task.yield()
                    try Task.checkCancellation()
                    return []
                }
            )
        )
        try await state.add(LuaHostFunction("started") { () in started.open() })
    }

    private func function(_ body: String) async throws -> LuaFunction {
        let values = try await state.run(LuaSource(name: "a", text: "return function(...) \(body) end"))
        guard case .function(let function) = try #require(values.first) else { throw CancellationError() }
        return function
    }

    /// Cancels a call of the body, beside one that goes on meanwhile; answers what the cancelled one failed with.
    private func cancel(_ body: String) async throws -> LuaError {
        let other = try await function("for i = 1, 50 do nap() end return 'done', #'x'")
        let cancelled = try await function(body)
        let state = state
        let task = Task { try await state.call(cancelled, cancellation: .ofCall) }
        try await started.wait()
        async let result = state.call(other, cancellation: .ofCall)
        task.cancel()
        let error = await #expect(throws: LuaError.self) { try await task.value }
        #expect(try await result == ["done", 1])
        #expect(try await state.run(LuaSource(name: "b", text: "nap() return 'after'")) == ["after"])
        #expect(await state.handleCount == 2)
        return try #require(error)
    }

    @Test func `a call that waits gets the error, and its variables are closed`() async throws {
        let error = try await cancel(
            """
            local cleaned <close> = setmetatable({}, {__close = function(_, e) print('closed', e.code) end})
            wait()
            """
        )
        #expect(error.code == .cancelled)
        #expect(error.description == "a:2: cancelled")
        #expect(lines.value == ["closed\tcancelled"])
    }

    @Test func `what a cancelled call waits for later is cancelled too`() async throws {
        let error = try await cancel(
            """
            local ok, e = pcall(wait)
            print(ok, e.code)
            local cleaned <close> = setmetatable({}, {__close = function() print(select(2, pcall(nap)).code) end})
            nap()
            """
        )
        #expect(error.code == .cancelled)
        #expect(lines.value == ["false\tcancelled", "cancelled"])
    }

    @Test(arguments: [
        "started() while true do end",
        "started() while true do pcall(error) end",
        "while true do pcall(wait) end",
        "while true do pcall(function() while true do wait() end end) end",
        "table.sort({3, 2, 1}, function() started() while true do pcall(error) end end)",
        "('x'):gsub('x', function() started() while true do end end)",
        "coroutine.wrap(function() coroutine.wrap(function() started() while true do end end)() end)()",
        "local c <close> = setmetatable({}, {__close = function() while true do pcall(wait) end end}) wait()",
        "started() return (('a'):rep(30)):find(('a-'):rep(26) .. 'b')",
        "xpcall(wait, function() while true do end end)",
    ])
    func `a call that goes on is ended alone after its grace`(body: String) async throws {
        let error = try await cancel(body)
        #expect(error.code == .cancelled)
        #expect(error.description == "the call was cancelled")
    }

    @Test func `the variables of a call that was ended are closed`() async throws {
        let error = try await cancel(
            """
            local function closing(name) return setmetatable({}, {__close = function() print(name, pcall(nap)) end}) end
            local first <close> = closing('first')
            local endless <close> = setmetatable({}, {__close = function()
                print('endless')
                while true do pcall(error) end
            end})
            local last <close> = closing('last')
            started()
            while true do pcall(error) end
            """
        )
        #expect(error.description == "the call was cancelled")
        let refusal = "a host function waits, and nothing can wait inside 'pcall'"
        #expect(lines.value == ["last\tfalse\t" + refusal, "endless"])
    }

    @Test func `a call that ends in its grace keeps its result`() async throws {
        let call = try await function("local ok, e = pcall(wait) return e.code")
        let state = state
        let task = Task { try await state.call(call, cancellation: .ofCall) }
        try await started.wait()
        task.cancel()
        #expect(try await task.value == ["cancelled"])
    }

    @Test func `cancelling the state ends calls that would be cancelled alone`() async throws {
        let call = try await function("started() while true do pcall(error) end")
        let state = state
        let task = Task { try await call.call(cancellation: .ofCall) }
        try await started.wait()
        state.cancel()
        let error = await #expect(throws: LuaError.self) { try await task.value }
        #expect(error?.description == "the script was cancelled")
    }

    @Test func `the text of an error that a cancelled call fails with is made in its grace`() async throws {
        let error = try await cancel(
            "pcall(wait) error(setmetatable({}, {__tostring = function() while true do pcall(error) end end}))"
        )
        #expect(error.description == "an error value whose text cannot be made")
    }

    @Test(arguments: [
        LuaLimits(runningTime: nil, wallTime: .seconds(600), grace: .milliseconds(20)),
        LuaLimits(runningTime: nil, instructions: .max, grace: .milliseconds(20)),
        LuaLimits(runningTime: nil, grace: .zero),
    ])
    func `a call is ended alone under all kinds of limits`(limits: LuaLimits) async throws {
        let started = Gate()
        let state = try LuaState(executor: LuaExecutor(), limits: limits, seed: 1)
        try await state.add(LuaHostFunction("started") { () in started.open() })
        let values = try await state.run(
            LuaSource(name: "a", text: "return function() started() while true do pcall(error) end end")
        )
        guard case .function(let function) = try #require(values.first) else { return }
        for _ in 1...2 {
            let task = Task { try await state.call(function, cancellation: .ofCall) }
            try await started.wait()
            task.cancel()
            let error = await #expect(throws: LuaError.self) { try await task.value }
            #expect(error?.description == "the call was cancelled")
            #expect(try await state.run(LuaSource(name: "b", text: "return 1")) == [1])
        }
    }

    @Test func `a coroutine that an ended call was in can go on elsewhere`() async throws {
        _ = try await state.run(
            LuaSource(
                name: "a",
                text:
                    "shared = coroutine.create(function() while not stop do pcall(type, 1) end return 'over' end)"
            )
        )
        let error = try await cancel("started() coroutine.resume(shared)")
        #expect(error.description == "the call was cancelled")
        let text = "stop = true local found = {coroutine.resume(shared)} return found[1], found[#found]"
        #expect(try await state.run(LuaSource(name: "b", text: text)) == [true, "over"])
    }
}
