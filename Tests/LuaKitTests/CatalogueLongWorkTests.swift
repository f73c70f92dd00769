import LuaKit
import Testing

/// Long work inside one instruction, where no hook fires: S30 to S42.
@Suite(.timeLimit(.minutes(5 * patience))) struct CatalogueLongWorkTests {
    /// For attacks whose texts and tables are large, so that they are about time.
    private static let roomy = LuaLimits(
        memoryBytes: 128 << 20,
        runningTime: .milliseconds(400 * patience),
        outputBytes: 1 << 20
    )
    private static let huge =
        "setmetatable({}, {__index = rawlen, __newindex = rawequal, __len = function() return 1 << 62 end})"

    @Test(arguments: [
        Attack("S30 exponential", "(('a'):rep(30)):find(('a-'):rep(26) .. 'b')", .timeLimit),
        Attack("S30 quadratic", "('a'):rep(2e5):find('.-b')", .timeLimit),
        Attack("S30 caught", "while true do pcall(string.find, ('a'):rep(2e5), '.-b') end", .timeLimit),
        Attack(
            "S30 in a coroutine",
            "for _ in coroutine.wrap(function() ('a'):rep(2e5):gsub('.-.-b', '') end) do end",
            .timeLimit
        ),
        Attack(
            "S32 dead resume at the limit of memory",
            "local co = coroutine.create(function() end) coroutine.resume(co) local t = {} pcall(function() while true do t[#t + 1] = {} end end) while true do coroutine.resume(co) end",
            .anyLimit
        ),
        Attack(
            "S32 dead wrap at the limit of memory",
            "local co = coroutine.wrap(function() end) co() local t = {} pcall(function() while true do t[#t + 1] = {} end end) while true do pcall(co) end",
            .anyLimit
        ),
        Attack("S33 error value beyond the memory", "error(('x'):rep(5e7))", .memoryLimit),
        Attack("S34 nothing, endlessly", "return string.rep('', math.maxinteger)", .values([""])),
        Attack("S34 separator of nothing", "return ('').rep('', 1 << 62, '')", .values([""])),
        Attack("S34 too large", "string.rep('x', 1 << 40)", .error(.runtime, "resulting string too large")),
        Attack(
            "S34 wrapped size",
            "string.rep(('x'):rep(1 << 20), math.maxinteger, 'y')",
            .error(.runtime, "resulting string too large")
        ),
        Attack(
            "S35 insert",
            "table.insert(setmetatable({}, {__len = function() return 1 << 62 end}), 1, 'x')",
            .anyLimit
        ),
        Attack("S35 insert without a trace", "table.insert(\(huge), 1, 'x')", .timeLimit),
        Attack("S35 remove", "table.remove(\(huge), 1)", .timeLimit),
        Attack(
            "S35 remove of a plain table",
            "table.remove(setmetatable({}, {__len = function() return 1 << 62 end}), 1)",
            .timeLimit
        ),
        Attack("S35 move", "table.move({}, 1, 1 << 40, 2, {})", .timeLimit),
        Attack("S35 move backwards", "local t = {} table.move(t, 1, 1 << 40, 2)", .timeLimit),
        Attack(
            "S35 concat",
            "table.concat(setmetatable({}, {__index = rawlen, __len = function() return 1 << 62 end}))",
            .anyLimit
        ),
        Attack(
            "S35 concat of nothing",
            "table.concat(setmetatable({}, {__index = function() return '' end, __len = function() return 1 << 62 end}))",
            .timeLimit
        ),
        Attack(
            "S35 unpack",
            "while true do pcall(table.unpack, setmetatable({}, {__index = rawlen}), 1, 9e5) end",
            .anyLimit
        ),
        Attack(
            "S35 sort",
            "table.sort(setmetatable({}, {__index = rawlen, __newindex = rawequal, __len = function() return 1 << 30 end}))",
            .anyLimit
        ),
        Attack(
            "S38 garbage at the limit",
            "local t = {} pcall(function() while true do t[#t + 1] = {} end end) while true do local a = {1} end",
            .anyLimit
        ),
        Attack(
            "S38 caught garbage at the limit",
            "local t = {} pcall(function() while true do t[#t + 1] = {} end end) while true do pcall(function() local a = {1} end) end",
            .anyLimit
        ),
        Attack(
            "S38 texts at the limit",
            "local t = {} pcall(function() while true do t[#t + 1] = ('x'):rep(1e4) .. #t end end) while true do pcall(string.rep, 'x', 1e6) end",
            .anyLimit
        ),
        Attack("S39 pack", "string.pack('c2000000000', '')", .anyLimit),
        Attack("S39 packs", "while true do pcall(string.pack, 'c4000000', '') end", .timeLimit),
        Attack("S39 format", "return #string.format('%99.99f', 1e308)", .values([409])),
        Attack(
            "S39 width",
            "string.format('%999d', 1)",
            .error(.runtime, "invalid conversion specification: '%999d'")
        ),
        Attack(
            "S39 packsize",
            "return (pcall(string.packsize, 's')), pcall(string.packsize, ('c2000000000'):rep(9))",
            .values([false, false, "bad argument #1 to 'string.packsize' (format result too large)"])
        ),
        Attack(
            "S40 inconsistent order",
            "local t = {} for i = 1, 1000 do t[i] = i % 7 end table.sort(t, function(a, b) return a <= b end)",
            .error(.runtime, "invalid order function for sorting")
        ),
        Attack(
            "S40 random order",
            "local t = {} for i = 1, 1000 do t[i] = i end while true do pcall(table.sort, t, function() return math.random() < 0.5 end) end",
            .timeLimit
        ),
        Attack(
            "S41 unpack",
            "table.unpack({}, 1, 1e8)",
            .error(.runtime, "too many results to unpack")
        ),
        Attack(
            "S41 unpack into coroutines",
            "local t = {} for i = 1, 1e9 do t[i] = coroutine.wrap(function() coroutine.yield(select('#', table.unpack({}, 1, 9e5))) end) t[i]() end",
            .memoryLimit
        ),
        Attack(
            "S42 parser",
            "return (load('return ' .. ('('):rep(1e5)))",
            .values([.nil])
        ),
        Attack(
            "S42 parser of tables",
            "return (load('return ' .. ('{'):rep(300)))",
            .values([.nil])
        ),
        Attack(
            "S42 parser in a loop",
            "while true do load('return ' .. ('1+'):rep(4e5) .. '1') end",
            .timeLimit
        ),
        Attack(
            "S42 names",
            "while true do load(('local a '):rep(1e5)) end",
            .timeLimit
        ),
    ])
    func `work inside one instruction is limited too`(attack: Attack) async throws {
        try await expectContained(attack)
    }

    @Test(arguments: [
        Attack(
            "S31 chain of closed coroutines",
            "local c = false for i = 1, 20000 do local p = c c = coroutine.create(function() local x <close> = setmetatable({}, {__close = function() if p then coroutine.close(p) end end}) coroutine.yield() end) coroutine.resume(c) end coroutine.close(c) return 'alive'",
            .values(["alive"])
        ),
        Attack(
            "S31 chain of failed coroutines",
            "local c = false for i = 1, 20000 do local p = c c = coroutine.wrap(function() local x <close> = setmetatable({}, {__close = function() if p then p() end end}) coroutine.yield() error('x') end) c() end return (pcall(c))",
            .values([false])
        ),
        Attack(
            "S33 huge error value",
            "error(('x'):rep(5e7), 0)",
            .error(.runtime, String(repeating: "x", count: 8192))
        ),
        Attack("S36 gsub with pcall", "('x'):rep(3e7):gsub('.', pcall)", .timeLimit),
        Attack(
            "S36 sort with rawequal",
            "local t = {} for i = 1, 5e5 do t[i] = i end while true do table.sort(t, rawequal) end",
            .timeLimit
        ),
        Attack(
            "S36 gsub with a table of C",
            "('x'):rep(3e7):gsub('.', setmetatable({}, {__index = rawlen}))",
            .timeLimit
        ),
        Attack(
            "S39 byte",
            "('x'):rep(1e7):byte(1, -1)",
            .error(.runtime, "stack overflow (string slice too long)")
        ),
        Attack(
            "S39 codepoint",
            "utf8.codepoint(('x'):rep(1e7), 1, -1)",
            .error(.runtime, "stack overflow (string slice too long)")
        ),
        Attack(
            "S42 long expression",
            "return #tostring(load('return ' .. ('1+'):rep(5e5) .. '1'))",
            .values([11])
        ),
    ])
    func `large work is limited too`(attack: Attack) async throws {
        try await expectContained(attack, limits: Self.roomy)
    }

    /// Keys that lie apart in a small table and all collide when it grows to `1 << bits`.
    private static let colliding = """
        local bits, count, offset = ...
        local k, t = (1 << bits) - 1, {}
        for i = 1, count do t[i * k + offset] = true end
        """

    @Test(arguments: [16, 14, 12], [0, 0.5] as [LuaValue])
    func `S37 a table that would grow beyond its keys is refused`(bits: Int, offset: LuaValue) async throws {
        let state = try LuaState(executor: LuaExecutor(), limits: LuaLimits(tableKeys: 1 << bits))
        let source = LuaSource(name: "test.lua", text: Self.colliding)
        let error = await #expect(throws: LuaError.self) {
            try await state.run(
                source,
                arguments: [.integer(Int64(bits + 1)), .integer(1 << bits + 2), offset]
            )
        }
        #expect(error?.description == "a table has more than \(1 << bits) keys")
        #expect(await state.runningTime < .seconds(1))
    }

    /// One such step cannot be interrupted, only bounded. The first row is the default.
    @Test(arguments: [(16, 8000), (14, 500), (12, 100)], [0, 0.5] as [LuaValue])
    func `S37 the longest step grows with the square of the keys that a table may have`(
        bound: (bits: Int, milliseconds: Int),
        offset: LuaValue
    ) async throws {
        let limits = LuaLimits(tableKeys: 1 << bound.bits, runningTime: .seconds(30))
        let state = try LuaState(executor: LuaExecutor(), limits: limits)
        let source = LuaSource(name: "test.lua", text: Self.colliding)
        let count = LuaValue.integer(1 << (bound.bits - 1) + 1)
        _ = try await state.run(source, arguments: [.integer(Int64(bound.bits)), count, offset])
        #expect(await state.runningTime < .milliseconds(bound.milliseconds))
    }

    @Test func `S37 the time limit holds between two such steps`() async throws {
        let limits = LuaLimits(tableKeys: 1 << 13, runningTime: .milliseconds(240 * patience))
        let text = """
            while true do
                pcall(function()
                    local k, t = (1 << 13) - 1, {}
                    for i = 1, 1 << 13 do t[i * k] = true end
                end)
            end
            """
        try await expectContained(Attack("S37", text, .timeLimit), limits: limits)
    }
}
