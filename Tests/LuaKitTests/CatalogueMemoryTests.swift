import LuaKit
import Testing

/// Stacks and memory: S50 to S53 and S60 to S65.
@Suite(.timeLimit(.minutes(5 * patience))) struct CatalogueMemoryTests {
    private static let overflow = "local function f() return f() + 1 end "

    @Test(arguments: [
        Attack(
            "S50 nested gsub",
            "local function f() return ('x'):gsub('.', f) end return (pcall(f))",
            .values([false])
        ),
        Attack(
            "S50 nested sort",
            "local function f() table.sort({1, 2}, f) end return (pcall(f))",
            .values([false])
        ),
        Attack(
            "S50 nested __tostring",
            "local t = setmetatable({}, {__tostring = function(t) return tostring(t) end}) return (pcall(tostring, t))",
            .values([false])
        ),
        Attack(
            "S50 nested load",
            "local function f() return load(f) end return (pcall(f))",
            .values([true])
        ),
        Attack(
            "S50 nested pcall",
            "local function f() return pcall(f) end f() return 'alive'",
            .values(["alive"])
        ),
        Attack(
            "S50 nested concat",
            "local t t = setmetatable({}, {__index = function() return table.concat(t) end, __len = function() return 1 end}) return (pcall(table.concat, t))",
            .values([false])
        ),
        Attack("S51 Lua stack", overflow + "f()", .memoryLimit),
        Attack("S51 Lua stack, caught", overflow + "while true do pcall(f) end", .anyLimit),
        Attack(
            "S52 error in error handling",
            overflow + "return (xpcall(f, function() return f() end))",
            .values([false])
        ),
        Attack(
            "S52 handler that fails",
            "return (xpcall(error, function() error('again') end))",
            .values([false])
        ),
        Attack(
            "S53 __index",
            "local t = {} setmetatable(t, {__index = t}) return (pcall(function() return t.x end))",
            .values([false])
        ),
        Attack(
            "S53 __eq",
            "local m = {} m.__eq = function(a, b) return a == b end return (pcall(function() return setmetatable({}, m) == setmetatable({}, m) end))",
            .values([false])
        ),
        Attack(
            "S53 __concat",
            "local t = setmetatable({}, {__concat = function(a, b) return a .. b end}) return (pcall(function() return t .. t end))",
            .values([false])
        ),
        Attack(
            "S53 __newindex",
            "local t = {} setmetatable(t, {__newindex = t}) return (pcall(function() t.x = 1 end))",
            .values([false])
        ),
        Attack("S60 doubled text", "local s = 'x' while true do s = s .. s end", .memoryLimit),
        Attack("S60 tables", "local t = {} for i = 1, 1e9 do t[i] = {} end", .memoryLimit),
        Attack(
            "S60 closures",
            "local f while true do local g = f f = function() return g end end",
            .memoryLimit
        ),
        Attack("S60 concat", "local t = {} for i = 1, 1000 do t[i] = ('x'):rep(1e5) end", .memoryLimit),
        Attack(
            "S60 long separator",
            "local t = {} for i = 1, 1000 do t[i] = '' end return table.concat(t, ('x'):rep(1e6))",
            .memoryLimit
        ),
        Attack(
            "S61 caught",
            "while true do pcall(function() local s = 'x' while true do s = s .. s end end) end",
            .timeLimit
        ),
        Attack(
            "S61 caught tables",
            "while true do pcall(function() local t = {} for i = 1, 1e9 do t[i] = {} end end) end",
            .anyLimit
        ),
        Attack(
            "S65 coroutines",
            "local t = {} for i = 1, 1e9 do t[i] = coroutine.create(print) end",
            .memoryLimit
        ),
        Attack(
            "S65 running coroutines",
            "local t = {} for i = 1, 1e9 do t[i] = coroutine.wrap(coroutine.yield) t[i]() end",
            .memoryLimit
        ),
    ])
    func `a script keeps to its memory`(attack: Attack) async throws {
        try await expectContained(attack)
    }

    @Test(arguments: [
        Attack(
            "S63 functions in one value",
            "while true do local t = {} for i = 1, 1e4 do t[i] = function() end end pcall(keep, t) end",
            .anyLimit
        ),
        Attack("S63 functions in many calls", "while true do keep(function() end) end", .anyLimit),
        Attack(
            "S63 functions in many calls, caught",
            "while true do pcall(keep, function() end) end",
            .anyLimit
        ),
    ])
    func `S63 functions that the host keeps count as the script's memory`(attack: Attack) async throws {
        let kept = Box<[LuaValue]>([])
        let keep = LuaHostFunction(
            "keep",
            values: { values in
                kept.update { $0 += values }
                return []
            }
        )
        try await expectContained(attack, functions: [keep])
        #expect(!kept.value.isEmpty)
    }
}
