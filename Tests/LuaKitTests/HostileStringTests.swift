import LuaKit
import Testing

@Suite(.timeLimit(.minutes(5 * patience))) struct HostileStringTests {
    private static let limits = LuaLimits(memoryBytes: 96 << 20, runningTime: .milliseconds(200))

    @Test(arguments: [
        "(('a'):rep(30)):find(('a-'):rep(26) .. 'b')",
        "('a'):rep(2e5):find('.-b')",
        "('a'):rep(30):match(('a?'):rep(29) .. ('a'):rep(29) .. 'b')",
        "('a'):rep(2e3):match('.*.*.*.*b')",
        "('a'):rep(2e3):find('.-.-.-.-.-b')",
        "('a'):rep(1e5):find('(.*)%1b')",
        "('a'):rep(5e4):gsub('(a*)(a*)%1%2b', '')",
        "('('):rep(1e6):find('%b()')",
        "('('):rep(1e6):gsub('%b()', '')",
        "('a'):rep(2e6):find('a*b')",
        "('ab'):rep(1e6):find('[ab]*c')",
        "('a'):rep(1e6):find(('a'):rep(5e5) .. 'b', 1, true)",
        "('a'):rep(1e6):find(('a'):rep(5e5) .. 'b')",
        "('a'):rep(1e6):match(('a'):rep(5e5) .. 'b')",
        "for _ in ('a'):rep(2e5):gmatch('.-b') do end",
        "('\\xff\\0'):rep(2e5):find('.-[\\x80\\0]b')",
        "('x'):rep(3e7):gsub('.', pcall)",
        "('x'):rep(3e7):gsub('.', setmetatable({}, {__index = rawlen}))",
        "('x'):rep(3e7):gsub('.', setmetatable({}, {__index = pcall}))",
        "(('a'):rep(200) .. '.-b '):rep(1e5):gsub('(a+)(%S+) ', string.find)",
        "('x'):rep(3e7):gsub('()', '')",
    ])
    func `a call that takes too long is ended at the limit`(call: String) async throws {
        let error = try #require(try await failure(of: call, limits: Self.limits))
        #expect(error.code == .timeLimit)
    }

    @Test(
        arguments: [
            "(('a'):rep(30)):find(('a-'):rep(26) .. 'b')", "('x'):rep(3e7):gsub('.', pcall)",
            "for _ in ('a'):rep(2e5):gmatch('.-b') do end",
        ],
        [
            "while true do pcall(function() CALL end) end",
            "while true do xpcall(function() CALL end, function() CALL end) end",
            "coroutine.wrap(function() CALL end)()",
            "table.sort({2, 1}, function() pcall(function() CALL end) while true do end end)",
        ]
    )
    func `a call that takes too long is ended wherever it is made`(call: String, place: String) async throws {
        let text = place.replacing("CALL", with: call)
        let error = try #require(try await failure(of: text, limits: Self.limits))
        #expect(error.code == .timeLimit)
    }

    @Test(arguments: [
        "local x <close> = setmetatable({}, {__close = function() ('a'):rep(2e5):find('.-b') end}) while true do end",
        "xpcall(error, function() ('a'):rep(2e5):find('.-b') end)",
        "('x'):gsub('x', function() ('a'):rep(2e5):find('.-b') end)",
        "return string.format('%s', setmetatable({}, {__tostring = function() ('a'):rep(2e5):find('.-b') end}))",
        "local step = coroutine.wrap(function() ('a'):rep(2e5):gsub('.-b', '') end) while true do step() end",
    ])
    func `a search inside a callback is ended at the limit`(text: String) async throws {
        let error = try #require(try await failure(of: text, limits: Self.limits))
        #expect(error.code == .timeLimit)
    }

    @Test(arguments: [
        "return string.pack('c2000000000', '')",
        "return ('x'):rep(2e9)",
        "return ('x'):rep(1, ('y'):rep(1e6)):rep(2e9)",
        "return ('x'):rep(3e7):gsub('', ('y'):rep(1e6))",
        "return ('x'):rep(1e6):gsub('.', ('%0'):rep(50))",
        "return string.format('%q', ('\\0'):rep(3e7))",
        "return ('x'):find(('a?'):rep(1e7))",
    ])
    func `a text that grows too long is ended by a limit`(text: String) async throws {
        let limits = LuaLimits(memoryBytes: 40 << 20, runningTime: .milliseconds(200))
        let error = try #require(try await failure(of: text, limits: limits))
        #expect(error.code == .memoryLimit || error.code == .timeLimit)
    }

    @Test func `repeating nothing takes no time`() async throws {
        #expect(try await run("return (''):rep(math.maxinteger), (''):rep(1 << 40, '')") == ["", ""])
    }

    @Test func `a search goes on after a time slice`() async throws {
        let text = "return ('a'):rep(2e4):find('.-b'), (('x'):rep(1e6):gsub('x', 'y')) == ('y'):rep(1e6)"
        let limits = LuaLimits(runningTime: .seconds(30), slice: .milliseconds(4))
        #expect(try await run(text, limits: limits) == [.nil, true])
    }

    @Test(arguments: ["%p", "%5p", "%-p", "%.3p"])
    func `format shows no address by a directive`(directive: String) async throws {
        let error = try #require(try await failure(of: "local s = string.format('\(directive)', {})"))
        #expect(error.description == "test.lua:1: invalid conversion '\(directive)' to 'format'")
    }

    @Test func `format shows objects as tostring does`() async throws {
        let text = """
            local t = {}
            return string.format('%s', t) == tostring(t), string.format('%s', print):match('^function: %d+$') ~= nil,
                string.format('%.5s', t)
            """
        #expect(try await run(text) == [true, true, "table"])
    }

    @Test func `nested gsub callbacks end in an error, not in a crash`() async throws {
        let text = "local function down() return (('x'):gsub('x', down)) end return pcall(down)"
        let values = try await run(text)
        #expect(values.first == false)
    }

    @Test func `a deep pattern is too complex`() async throws {
        let values = try await run(
            "return pcall(string.match, ('a'):rep(1e6), ('a?'):rep(1e5)), pcall(string.find, ('a'):rep(300), ('a-'):rep(250) .. 'b')"
        )
        #expect(values == [false, false, "pattern too complex"])
    }
}
