import LuaKit
import Testing

/// Bugs of Lua 5.4.0 to 5.4.7 that a script can reach without bytecode and `debug`. The system's 5.4.4 has some of them.
@Suite(.timeLimit(.minutes(5 * patience))) struct LuaBugTests {
    @Test(arguments: [
        Attack(
            "_ENV as a constant (CVE-2022-28805)",
            "return pcall(load('local _ENV <const> = {} x = 1 return x'))",
            .anyEnding
        ),
        Attack(
            "_ENV as a constant, with calls (CVE-2022-28805)",
            "local s = 'local _ENV <const> = 1 ' for i = 1, 300 do s = s .. 'x' .. i .. '(y) ' end return pcall(load(s))",
            .anyEnding
        ),
        Attack(
            "error while a stack error is handled (CVE-2022-33099)",
            "local function f() return f() + 1 end local function h(m) return m + {} .. f() end for i = 1, 20 do xpcall(f, h) end return 'alive'",
            .anyEnding
        ),
        Attack(
            "deep resumes (CVE-2021-43519)",
            "local function f() return coroutine.wrap(f)() end return (pcall(f))",
            .values([false])
        ),
        Attack(
            "names of functions in a finalizer's place (CVE-2021-44647)",
            "local t = setmetatable({}, {__close = 1, __index = 1}) return (pcall(function() return t.x.y end)), (pcall(load('local x <close> = ...'), t))",
            .anyEnding
        ),
        Attack(
            "many constants in bitwise operations",
            "local s = 'local a = 0 ' for i = 1, 300 do s = s .. 'a = a + ' .. i .. '.5 ' end return pcall(load(s .. 'return 1 | (2 or 3), 1 & (7 or 3)'))",
            .anyEnding
        ),
        Attack(
            "boolean as a key of _ENV",
            "return (pcall(load('return _ENV[1 < 2], _ENV[nil == nil]')))",
            .anyEnding
        ),
        Attack(
            "break out of a loop with a variable to be closed",
            "local n = 0 for i = 1, 1e4 do for _ in next, {1}, nil, setmetatable({}, {__close = function() n = n + 1 end}) do break end end return n <= 10000",
            .values([true])
        ),
        Attack(
            "handler that __close overwrites",
            "return (xpcall(function() local x <close> = setmetatable({}, {__close = function() error('again') end}) error('x') end, function(m) return m end))",
            .values([false])
        ),
        Attack(
            "stray continuation bytes",
            "return (pcall(function() for _ in utf8.codes('a\\x80\\x80') do end end))",
            .anyEnding
        ),
        Attack(
            "size of a text that wraps around",
            "local s = ('x'):rep(1e6) while true do s = s .. s .. s .. s end",
            .memoryLimit
        ),
        Attack(
            "weak metatable at once",
            "setmetatable({}, setmetatable({}, {__mode = 'v'}))",
            .error(.runtime, "a metatable cannot be a weak table ('__mode')"),
            withSeed: .prefix(.runtime, "a table cannot be weak ('__mode') here")
        ),
        Attack(
            "weak metatable through __index",
            "setmetatable({}, setmetatable({}, setmetatable({__mode = 'kv'}, {__index = print})))",
            .error(.runtime, "a metatable cannot be a weak table ('__mode')"),
            withSeed: .prefix(.runtime, "a table cannot be weak ('__mode') here")
        ),
    ])
    func `a known bug of Lua harms only the script`(attack: Attack) async throws {
        try await expectContained(attack)
    }
}
