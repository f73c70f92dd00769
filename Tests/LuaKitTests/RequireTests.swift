import LuaKit
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5 * patience))) struct RequireTests {
    private struct NoAccess: Error, CustomStringConvertible {
        var description: String { "no access" }
    }

    /// A state whose modules are these texts; the source of `a.b` is called `a/b.lua`.
    private func state(
        _ modules: [String: String],
        limits: LuaLimits = LuaLimits(),
        functions: [LuaHostFunction] = []
    ) async throws -> LuaState {
        let state = try LuaState(executor: LuaExecutor(), limits: limits)
        for function in functions { try await state.add(function) }
        try await state.setModuleResolver { name in
            if name == "forbidden" { throw NoAccess() }
            let path = name.split(separator: ".").joined(separator: "/") + ".lua"
            return modules[name].map { LuaSource(name: path, text: $0) }
        }
        return state
    }

    private func main(_ text: String) -> LuaSource { LuaSource(name: "main.lua", text: text) }

    /// What a text fails with in a state.
    private func failure(of text: String, in state: LuaState) async throws -> LuaError {
        try #require(await #expect(throws: LuaError.self) { try await state.run(self.main(text)) })
    }

    @Test func `a body runs once, gets its name, and its first result is kept`() async throws {
        let state = try await state([
            "tools.paths":
                "count = (count or 0) + 1 return {name = ..., others = select('#', ...) - 1}, 'second'",
            "nothing": "", "no": "return false", "number": "return 7",
        ])
        let text = """
            local first, second = require('tools.paths'), require('tools.paths')
            return first == second, first, count, require('nothing'), require('no'), require('number'),
                select('#', require('no'))
            """
        let values = try await state.run(main(text))
        let tool: [String: LuaValue] = ["name": "tools.paths", "others": 0]
        #expect(values == [true, tool.record, 1, true, false, 7, 1])
        #expect(try await state.run(main("return require('tools.paths').name, count")) == ["tools.paths", 1])
        #expect(await state.handleCount == 0)
    }

    @Test(arguments: ["", ".", "a.", ".a", "a..b", "../a", "a/b", "a b", "a-b", "ä", "a\\0b"])
    func `any other name is refused`(name: String) async throws {
        let state = try await state(["a": "return 1"])
        let error = try await failure(of: "require('\(name)')", in: state)
        let shown = name == "a\\0b" ? "a" : name
        #expect(
            error.description
                == "main.lua:1: '\(shown)' is no module name: use letters, digits and '_', with dots between words"
        )
    }

    @Test func `a module that nobody has is not found`() async throws {
        let state = try await state([:])
        let error = try await failure(of: "\nrequire('missing')", in: state)
        #expect(error.description == "main.lua:2: module 'missing' not found")
        #expect(
            try await run("return pcall(require, 'missing')") == [false, "module 'missing' not found"]
        )
    }

    @Test func `what the host added comes before the resolver`() async throws {
        let state = try await state(["string": "return 1", "tool": "return 2"])
        try await state.add(LuaModule("tool", functions: []))
        let text = "return require('string') == string, require('tool') == tool"
        #expect(try await state.run(main(text)) == [true, true])
    }

    @Test(arguments: [
        (
            "bad",
            "main.lua:1: module 'bad' does not compile: bad.lua:2: unexpected symbol near '='"
        ),
        (
            "binary",
            "main.lua:1: module 'binary' does not compile: attempt to load a binary chunk (mode is 't')"
        ),
        ("large", "main.lua:1: the source of module 'large' has 2000 bytes; 1000 are allowed"),
        ("failing", "failing.lua:1: it failed"),
        ("forbidden", "main.lua:1: no access"),
        ("a", "c.lua:1: module 'a' requires itself: a -> b -> c -> a"),
        ("itself", "itself.lua:1: module 'itself' requires itself: itself -> itself"),
        ("wrapped", "wrapped.lua:1: wrapped.lua:1: module 'wrapped' requires itself: wrapped -> wrapped"),
        (
            "sorting",
            "sorting.lua:1: 'require' waits, and nothing can wait inside 'sort'"
        ),
    ])
    func `a module that cannot be loaded says why, and may be required again`(name: String, message: String)
        async throws
    {
        let modules = [
            "bad": "local x = 1\nlocal y = = 2", "binary": "\u{1b}Lua",
            "large": String(repeating: " ", count: 2000), "failing": "error('it failed')",
            "a": "require('b')", "b": "return require('c')", "c": "return require('a')",
            "itself": "require('itself')", "fine": "return 1",
            "wrapped": "coroutine.wrap(function() require('wrapped') end)()",
            "sorting": "table.sort({2, 1}, function(a, b) require('fine') return a < b end)",
        ]
        let state = try await state(modules, limits: LuaLimits(sourceBytes: 1000))
        for _ in 1...2 {
            let error = try await failure(of: "require('\(name)')", in: state)
            #expect(error.description == message)
        }
        #expect(
            try await state.run(main("return (pcall(require, '\(name)')), require('fine')")) == [false, 1]
        )
        #expect(await state.handleCount == 0)
    }

    @Test func `an error keeps the calls inside the body, and its value`() async throws {
        let state = try await state([
            "failing": "local function inner() error('broken') end\ninner()",
            "raising": "error({code = 'x'})",
        ])
        let error = try await failure(of: "local m = require('failing')", in: state)
        #expect(
            error.traceback == [
                "[C]: in function 'error'",
                "failing.lua:1: in local 'inner'",
                "failing.lua:2: in main chunk",
                "[C]: in function 'require'",
                "main.lua:1: in main chunk",
            ]
        )
        let later = try await failure(of: "pcall(require, 'failing')\nerror('later')", in: state)
        #expect(later.traceback == ["[C]: in function 'error'", "main.lua:2: in main chunk"])
        #expect(try await failure(of: "require('raising')", in: state).value == ["code": "x"].record)
        #expect(try await failure(of: "require('forbidden')", in: state).cause is NoAccess)
    }

    @Test func `a body may wait, at any depth and inside pcall`() async throws {
        let wait = LuaHostFunction(
            "wait",
            waiting: { arguments in
                await Task.yield()
                return arguments
            }
        )
        let state = try await state(
            [
                "outer": "local inner = select(2, pcall(require, 'inner')) return wait(inner) .. '!'",
                "inner": """
                local function wrapped(...) return coroutine.wrap(wait)(...) end
                return coroutine.wrap(wrapped)('done')
                """,
            ],
            functions: [wait]
        )
        let text = """
            local co = coroutine.wrap(function() return select(2, xpcall(require, print, 'outer')) end)
            local index = setmetatable({}, {__index = function(_, name) return require(name) end})
            return co(), index.outer, index.inner
            """
        #expect(try await state.run(main(text)) == ["done!", "done!", "done"])
    }

    @Test func `a body may yield to the coroutine's own script`() async throws {
        let state = try await state(["steps": "coroutine.yield('half') return 'whole'"])
        let text = """
            local co = coroutine.create(function() return require('steps') end)
            local half = select(2, coroutine.resume(co))
            local ok, message = pcall(require, 'steps')
            local whole = select(2, coroutine.resume(co))
            return half, message, whole, require('steps')
            """
        let message = "module 'steps' is being loaded by a coroutine that is suspended"
        #expect(try await state.run(main(text)) == ["half", .string(message), "whole", "whole"])
    }

    @Test func `a load whose coroutine was closed or dropped is forgotten`() async throws {
        let state = try await state(["steps": "if not again then coroutine.yield() end return 'whole'"])
        let text = """
            local co = coroutine.create(require)
            coroutine.resume(co, 'steps')
            coroutine.close(co)
            again = true
            return require('steps')
            """
        #expect(try await state.run(main(text)) == ["whole"])
    }

    @Test(arguments: [
        "while true do end",
        "while true do pcall(function() while true do end end) end",
        "while true do pcall(require, 'failing') end",
        "coroutine.wrap(function() require('looping') end)()",
        "xpcall(require, function() while true do end end, 'looping')",
    ])
    func `the limits hold inside bodies`(body: String) async throws {
        let limits = LuaLimits(runningTime: .milliseconds(100))
        let modules = ["body": body, "looping": "while true do pcall(error) end", "failing": "error('x')"]
        let state = try await state(modules, limits: limits)
        let error = try await failure(of: "while true do pcall(require, 'body') end", in: state)
        #expect(error.description == "the script ran longer than its 0.1 seconds")
    }

    @Test func `a body that eats memory fails, and the script may go on`() async throws {
        let state = try await state(
            ["large": "local s = 'x' while true do s = s .. s end"],
            limits: LuaLimits(memoryBytes: 2 << 20)
        )
        let values = try await state.run(main("return pcall(require, 'large')"))
        #expect(values == [false, "not enough memory"])
        #expect(try await failure(of: "require('large')", in: state).code == .memoryLimit)
    }
}
