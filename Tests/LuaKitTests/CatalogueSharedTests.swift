import LuaKit
import Testing

/// Poisoning what is shared: S10 to S16.
@Suite(.timeLimit(.minutes(5 * patience))) struct CatalogueSharedTests {
    private static let modules = [
        LuaModule(
            "thing",
            functions: [
                LuaHostFunction("echo", values: { $0 }),
                LuaHostFunction("fail", values: { _ in throw LuaConversionError("it failed") }),
            ]
        )
    ]

    @Test(arguments: [
        Attack(
            "S10 library table",
            "string.rep = function() return 'evil' end return ('a'):rep(3)",
            .values(["evil"])
        ),
        Attack(
            "S10 library table by rawset",
            "rawset(string, 'rep', nil) return string.rep",
            .values([.nil])
        ),
        Attack("S10 module", "thing.echo = print", .error(.runtime, "module 'thing' cannot be changed")),
        Attack(
            "S11 string metatable",
            "getmetatable('').__index = print",
            .error(.runtime, "attempt to index a boolean value")
        ),
        Attack(
            "S11 string metatable by setmetatable",
            "setmetatable('', {})",
            .error(.runtime, "bad argument #1 to 'setmetatable' (table expected, got string)")
        ),
        Attack(
            "S12 _G metatable",
            "setmetatable(_G, {__index = function(_, k) error(k) end}) return unknown",
            .error(.runtime, "unknown")
        ),
        Attack(
            "S12 returned _G metatable",
            "return setmetatable({}, {__index = function(_, k) error(k) end, __len = error, __pairs = error})",
            .values([.array([])])
        ),
        Attack(
            "S13 host object metatable",
            "return getmetatable(thing), pcall(setmetatable, thing, {})",
            .values([false, false, "cannot change a protected metatable"])
        ),
        Attack(
            "S13 metatable of an error",
            "local _, e = pcall(thing.fail) return getmetatable(e), pcall(setmetatable, e, {})",
            .values([false, false, "bad argument #1 to 'setmetatable' (table expected, got error)"])
        ),
        Attack(
            "S13 members by rawset and next",
            "rawset(thing, 'echo', print) return next(thing) ~= nil, pairs(thing) ~= nil",
            .values([true, true])
        ),
        Attack(
            "S14 cyclic value",
            "local t = {} t.t = t return t",
            .prefix(.conversion, "result #1: t.t.t.t")
        ),
        Attack(
            "S14 cyclic value in an argument",
            "local t = {} t[1] = t thing.echo(t)",
            .prefix(.hostFunction, "bad argument #1 to 'thing.echo': [1][1]")
        ),
        Attack(
            "S14 deep value",
            "local t = {} for i = 1, 1e5 do t = {t} end return t",
            .prefix(.conversion, "result #1: [1][1]")
        ),
        Attack(
            "S14 cyclic key",
            "local t = {} t[t] = t return t",
            .prefix(.conversion, "result #1: only strings")
        ),
        Attack("S14 cyclic error value", "local t = {} t.t = t error(t)", .error(.runtime, "table: 1")),
        Attack("S15 environment", "local _ENV = {} x = 1 return x", .values([1])),
        Attack(
            "S15 environment of load",
            "local env = {} load('x = 1', 'x', 't', env)() return x, env.x",
            .values([.nil, 1])
        ),
        Attack(
            "S15 environment of nil",
            "return pcall(load('x = 1', '=x', 't', nil))",
            .values([false, "x:1: attempt to index a nil value (upvalue '_ENV')"])
        ),
        Attack(
            "S16 metamethods in arguments",
            "return thing.echo(setmetatable({1}, {__tostring = error, __name = {}, __len = error, __index = error, __pairs = error}))",
            .values([.array([1])])
        ),
        Attack(
            "S16 metamethods in errors",
            "error(setmetatable({}, {__tostring = function() return {} end}))",
            .error(.runtime, "an error value whose text cannot be made")
        ),
        Attack(
            "S16 name that is no text",
            "return tostring(setmetatable({}, {__name = 7}))",
            .values(["table: 1"])
        ),
    ])
    func `a script harms itself alone`(attack: Attack) async throws {
        try await expectContained(attack, modules: Self.modules)
    }
}
