import Foundation
import LuaKit
import Testing

/// A trusted script prints what the `lua5.4` program prints.
@Suite(.enabled(if: StockLua.program != nil, "needs lua5.4"), .timeLimit(.minutes(5 * patience)))
struct TrustedTests {
    private static let scripts = [
        "print(nil, true, 1, 1.0, -0.0, 1e100, 'text', print, {}, coroutine.create(print), io.stdout)",
        "print(tostring(print):gsub('%x%x%x+', 'X'), string.format('%p', {}):sub(1, 2), #tostring({}) > 10)",
        "print(setmetatable({}, {__tostring = function() return 'own' end}), setmetatable({}, {__name = 'kind'}))",
        "print(pcall(error)) print(pcall(error, nil)) print(pcall(error, {}, 2)) print(pcall(pcall)) print(pcall(xpcall, print))",
        "print(xpcall(function() local x = nil + 1 end, debug.traceback))",
        "print(xpcall(error, function(m) return m .. debug.traceback('', 1) end, 'x', 0))",
        "print(xpcall(function() error() end, function(m) return debug.getinfo(2, 'n').name, m end))",
        "print(xpcall(error, function(m) error(m) end, 'x'))",
        "local function f() return f() + 1 end print(pcall(f))",
        "local function f() f() end print(xpcall(f, function(m) return #m end))",
        "print(debug.traceback('here')) print(debug.getinfo(1, 'S').short_src, debug.getinfo(pcall).what)",
        "local t = {} for n in pairs(_G) do t[#t + 1] = n end table.sort(t) print((table.concat(t, ' '):gsub(' arg', '')))",
        """
        for _, l in ipairs{'string', 'table', 'math', 'utf8', 'coroutine', 'io', 'os', 'debug', 'package'} do
            local t = {}
            for n in pairs(_G[l]) do t[#t + 1] = n end
            table.sort(t)
            print(l, require(l) == _G[l], package.loaded[l] == _G[l], table.concat(t, ' '))
        end
        """,
        "local f = load(string.dump(function(a) return a + 1 end, true)) print(f(1))",
        "print(load('\\27Lua')) print(load('return 1', 'x', 'b')) print(load('= 1', '=name')) print(load(print))",
        "print(load(string.dump(load('return ...')), 'x', 't'))",
        "coroutine.wrap(function() print(load(function() error('reader') end)) print(load(function() return true end)) end)()",
        """
        for _, name in ipairs{'resume', 'close', 'status', 'isyieldable', 'wrap', 'create'} do
            print(pcall(coroutine[name], 1)) print(pcall(coroutine[name]))
        end
        """,
        """
        local function level(n) local i = debug.getinfo(n + 1, 'nSl') return i and (i.name or '?') .. i.short_src .. i.currentline end
        print(pcall(function() for n = 1, 5 do print(level(n)) end end))
        """,
        "setmetatable({}, {__gc = function() print('collected') end}) collectgarbage() print('after')",
        "print(collectgarbage('incremental'), collectgarbage('generational'), collectgarbage('isrunning'))",
        "print(collectgarbage('count') > 1, collectgarbage('step'), collectgarbage())",
        "print(pcall(require, 'no.such')) print(package.path, package.cpath, package.config)",
        """
        local name = os.tmpname()
        local file = assert(io.open(name, 'w'))
        print(file:write('one\\n', 2, '\\n'), io.type(file)) file:close()
        for line in io.lines(name) do print(line) end
        print(dofile, loadfile(name)) print(pcall(dofile, name .. 'x'))
        local module = name:match('[^/]+$')
        file = io.open(name, 'w') file:write('print(...) return 7') file:close()
        package.path = name:match('.*/') .. '?'
        print(require(module)) print(require(module)) print(package.loaded[module])
        print(os.remove(name), io.open(name))
        """,
        "print(os.time{year = 2020, month = 1, day = 1, hour = 12}, os.date('!%Y-%m-%d', 0), os.getenv('no such'), os.execute())",
        "print(io.popen('echo popen'):read('a')) print(os.rename('/no/such', '/no/other'))",
        "print(coroutine.isyieldable(), select(2, coroutine.running()), pcall(coroutine.yield))",
        "print(pcall(coroutine.resume, print)) print(pcall(coroutine.resume))",
        "local co = coroutine.wrap(function() error('e') end) print(pcall(co)) print(pcall(co))",
        "local co = coroutine.create(function() local x <close> = setmetatable({}, {__close = print}) coroutine.yield() end) print(coroutine.resume(co), coroutine.close(co))",
        "local co = coroutine.create(error) coroutine.resume(co, 'x') print(debug.traceback(co), coroutine.status(co))",
        "for k, v in string.gmatch('a=1, b=2', '(%w+)=(%w+)') do print(k, v) end print(('x.y'):find('.', 1, true))",
        "print(pcall(string.find, 'x', '[a')) print(pcall(string.gsub, 'x', 'x', '%2')) print(('abc'):gsub('', '-'))",
        "print(pcall(string.rep)) print(pcall(string.rep, 'x', 1 << 62)) print(#('x'):rep(24 << 17))",
        "local t = {} for i = 1, 70000 do t['k' .. i] = i end print(t.k70000)",
        "local lines = 0 debug.sethook(function() lines = lines + 1 end, 'l')\nlocal x = 1\ndebug.sethook() print(lines, debug.gethook())",
        "getmetatable('').__index = function(s, k) return k end print(('x').anything)",
        "print(debug.getregistry ~= nil, debug.getlocal(1, 1), rawequal(debug.getmetatable('').__index, string))",
        "warn('@off') warn('hidden') print(pcall(warn)) print(pcall(setmetatable, 1, {}))",
        "goto done do print('skipped') end ::done:: print(1 // 0.0, 7 // 2, 7 % -3, 1 << 63, '10' + 5, 10 .. 20)",
    ]

    @Test(arguments: scripts) func `a trusted script prints what lua5.4 prints`(script: String) async throws {
        let lines = Box<[String]>([])
        let state = try LuaState(
            executor: LuaExecutor(),
            environment: .trusted,
            limits: LuaLimits(memoryBytes: 512 << 20),
            output: { line in lines.update { $0.append(line.lossyText) } }
        )
        _ = try await state.run(LuaSource(name: "stdin", text: script))
        let own = lines.value.map { $0 + "\n" }.joined()
        let stock = String(decoding: try StockLua.output(of: script), as: UTF8.self)
        #expect(masked(own) == masked(stock))
    }

    /// Without addresses and names of temporary files, which differ from process to process.
    private func masked(_ text: String) -> String {
        text.replacing(/0x[0-9a-f]{6,}/, with: "0x").replacing(/lua_[A-Za-z0-9]{6}/, with: "lua_")
    }

    private func state(limits: LuaLimits = LuaLimits()) throws -> LuaState {
        try LuaState(executor: LuaExecutor(), environment: .trusted, limits: limits)
    }

    @Test func `waiting functions work in a trusted script`() async throws {
        let state = try state()
        try await state.add(
            LuaHostFunction(
                "wait",
                waiting: {
                    await Task.yield(); return $0
                }
            )
        )
        let text = """
            local co = coroutine.wrap(function() return select(2, pcall(wait, 'coroutine')) end)
            return co(), select(2, xpcall(wait, debug.traceback, 'handled'))
            """
        #expect(try await state.run(LuaSource(name: "a", text: text)) == ["coroutine", "handled"])
    }

    @Test(arguments: [
        "while true do end",
        "while true do pcall(function() while true do end end) end",
        "xpcall(function() while true do end end, function() while true do end end)",
        "table.sort({3, 2, 1}, function() while true do pcall(function() while true do end end) end end)",
        "while true do load(function() while true do end end) end",
        "debug.sethook(function() end, '', 1000) while true do pcall(error) end",
        "return (('a'):rep(30)):find(('a-'):rep(26) .. 'b')",
    ])
    func `the time of a trusted script is limited`(source: String) async throws {
        let state = try state(limits: LuaLimits(runningTime: .milliseconds(100)))
        let error = await #expect(throws: LuaError.self) {
            try await state.run(LuaSource(name: "a", text: source))
        }
        #expect(error?.code == .timeLimit)
    }

    @Test func `the memory of a trusted script is limited`() async throws {
        let state = try state(limits: LuaLimits(memoryBytes: 4 << 20))
        let error = await #expect(throws: LuaError.self) {
            try await state.run(LuaSource(name: "a", text: "local s = 'x' while true do s = s .. s end"))
        }
        #expect(error?.code == .memoryLimit)
    }

    @Test func `what the host adds and resolves comes before Lua's own modules`() async throws {
        let state = try state()
        try await state.add(LuaModule("tool", functions: [], constants: ["version": 2]))
        try await state.setModuleResolver { name in
            name == "own" ? LuaSource(name: "own.lua", text: "return 'own ' .. ...") : nil
        }
        let text =
            "return require('tool').version, require('own'), require('os') == os, pcall(require, 'no such')"
        let values = try await state.run(LuaSource(name: "a", text: text))
        #expect(Array(values.prefix(4)) == [2, "own own", true, false])
        #expect(
            values.last?.text?.hasPrefix("module 'no such' not found:\n\tno field package.preload") == true
        )
    }
}
