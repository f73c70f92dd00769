import LuaKit
import Testing

/// Outliving the hook: S20 to S29.
@Suite(.timeLimit(.minutes(5 * patience))) struct CatalogueTimeTests {
    private static let closing = "setmetatable({}, {__close = function() while true do end end})"
    private static let noFinalizers = "a script cannot have finalizers ('__gc'); use a '<close>' variable"

    @Test(arguments: [
        Attack("S20 pcall loop", "while true do pcall(function() while true do end end) end", .timeLimit),
        Attack("S20 pcall of pcall", "while true do pcall(pcall, pcall, error) end", .timeLimit),
        Attack(
            "S20 pcall in a metamethod",
            "local t = setmetatable({}, {__index = function() while true do end end}) while true do pcall(rawlen(t) and function() return t.x end) end",
            .timeLimit
        ),
        Attack(
            "S20 pcall in an iterator",
            "for _ in function() pcall(function() while true do end end) return 1 end do end",
            .timeLimit
        ),
        Attack(
            "S21 xpcall handler",
            "xpcall(function() while true do end end, function() while true do end end)",
            .timeLimit
        ),
        Attack("S21 handler of an error", "xpcall(error, function() while true do end end)", .timeLimit),
        Attack(
            "S21 handler that calls xpcall",
            "local function h() xpcall(error, h) while true do end end while true do xpcall(error, h) end",
            .timeLimit
        ),
        Attack(
            "S22 finalizer",
            "setmetatable({}, {__gc = function() while true do end end}) collectgarbage()",
            .error(.runtime, noFinalizers)
        ),
        Attack(
            "S22 mark of a finalizer",
            "local m = {__gc = true} setmetatable({}, m) m.__gc = function() while true do end end",
            .error(.runtime, noFinalizers)
        ),
        Attack(
            "S22 late finalizer",
            "local m = {} setmetatable({}, m) m.__gc = function() while true do end end for i = 1, 1e5 do local t = {} end return 'alive'",
            .values(["alive"])
        ),
        Attack(
            "S22 inherited finalizer",
            "local m = setmetatable({}, {__index = {__gc = function() while true do end end}}) setmetatable({}, m) for i = 1, 1e5 do local t = {} end return 'alive'",
            .values(["alive"])
        ),
        Attack("S23 __close in the main body", "local x <close> = \(closing) while true do end", .timeLimit),
        Attack("S23 __close of an error", "local x <close> = \(closing) error('x')", .timeLimit),
        Attack("S23 __close of a loop", "for _ in next, {1}, nil, \(closing) do end", .timeLimit),
        Attack(
            "S24 many __close",
            "local c = \(closing) load('local c = ... ' .. ('do local x <close> = c '):rep(150) .. 'while true do end' .. (' end'):rep(150))(c)",
            .timeLimit
        ),
        Attack(
            "S24 many calls with __close",
            "local function f(n) local x <close> = \(closing) if n > 0 then f(n - 1) end while true do end end f(150)",
            .timeLimit
        ),
        Attack(
            "S25 nested coroutines",
            "local function f(n) if n == 0 then while true do end end coroutine.wrap(f)(n - 1) end f(100)",
            .timeLimit
        ),
        Attack(
            "S25 caught nested coroutines",
            "local function f(n) while true do pcall(coroutine.wrap(f), n - 1) end end f(100)",
            .timeLimit
        ),
        Attack(
            "S25 coroutine that was made before",
            "local co = coroutine.wrap(function() while true do coroutine.yield() end end) while true do co() end",
            .timeLimit
        ),
        Attack(
            "S25 coroutine in a comparison",
            "table.sort({2, 1}, function() return coroutine.wrap(function() while true do end end)() end)",
            .timeLimit
        ),
        Attack(
            "S26 __close after a kill, by wrap",
            "coroutine.wrap(function() local x <close> = \(closing) while true do end end)()",
            .timeLimit
        ),
        Attack(
            "S26 __close after a kill, by resume and close",
            "local co = coroutine.create(function() local x <close> = \(closing) while true do end end) pcall(coroutine.resume, co) coroutine.close(co)",
            .timeLimit
        ),
        Attack(
            "S26 __close of a coroutine that waits, by close",
            "local co = coroutine.create(function() local x <close> = \(closing) coroutine.yield() end) coroutine.resume(co) coroutine.close(co)",
            .timeLimit
        ),
        Attack(
            "S26 __close of a coroutine that failed, by wrap",
            "while true do pcall(coroutine.wrap(function() local x <close> = \(closing) error('x') end)) end",
            .timeLimit
        ),
        Attack(
            "S27 load reader",
            "while true do load(function() while true do end end) end",
            .timeLimit
        ),
        Attack("S27 load reader of C", "while true do pcall(load, pcall) end", .timeLimit),
        Attack(
            "S27 endless load reader",
            "while true do load(function() return ' ' end) end",
            .timeLimit
        ),
        Attack(
            "S28 no place to yield",
            "table.sort({3, 2, 1}, function() while true do pcall(function() while true do end end) end end)",
            .timeLimit
        ),
        Attack(
            "S28 gsub",
            "('x'):gsub('x', function() while true do pcall(function() while true do end end) end end)",
            .timeLimit
        ),
        Attack(
            "S28 __tostring",
            "local t = setmetatable({}, {__tostring = function() while true do pcall(error) end end}) while true do pcall(print, t) end",
            .timeLimit
        ),
        Attack(
            "S28 __close inside gsub",
            "('x'):gsub('x', function() local x <close> = \(closing) while true do pcall(error) end end)",
            .timeLimit
        ),
        Attack(
            "S29 host reporting",
            "error(setmetatable({}, {__tostring = function() while true do end end}))",
            .timeLimit
        ),
        Attack(
            "S29 host reporting, caught inside",
            "error(setmetatable({}, {__tostring = function() while true do pcall(function() while true do end end) end end}))",
            .timeLimit
        ),
        Attack(
            "S29 name of an error value",
            "error(setmetatable({}, {__name = ('x'):rep(1e6)}))",
            .prefix(.runtime, "xxx")
        ),
    ])
    func `a script ends at its time, whatever it catches`(attack: Attack) async throws {
        try await expectContained(attack)
    }
}
