import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import RunJournal
import Testing

@Suite(.timeLimit(.minutes(5))) struct HostileTests {
    private static let setup = """
        local cyclic = {} cyclic.self = cyclic
        local deep = {} for _ = 1, 500 do deep = { deep } end
        local huge = {} for i = 1, 200000 do huge[i] = i end
        local keyed = { [{}] = 1 }
        local thread = coroutine.create(print)

        """

    @Test(arguments: [
        ("log.info(cyclic)", "#1 to 'log.info'", "nested too deeply; does the table contain itself?"),
        ("report.text(deep)", "#1 to 'report.text'", "nested too deeply; does the table contain itself?"),
        ("json.encode(cyclic)", "#1 to 'json.encode'", "nested too deeply; does the table contain itself?"),
        ("log.info('x', cyclic)", "#2 to 'log.info'", "nested too deeply; does the table contain itself?"),
        ("report.table({'a'}, huge)", "#2 to 'report.table'", "the value has too many elements"),
        ("report.add(keyed)", "#1 to 'report.add'", "only strings, numbers and booleans can be keys"),
        ("backup.start(thread)", "#1 to 'backup.start'", "a thread cannot be handed to the host"),
        (
            "backup.wait('b', cyclic)", "#2 to 'backup.wait'",
            "nested too deeply; does the table contain itself?"
        ),
    ])
    func `a value that cannot cross is a wrong argument`(call: String, place: String, problem: String)
        async throws
    {
        let fixture = try Fixture()
        let failure = try #require(try await fixture.run(Self.setup + call).failure)
        #expect(failure.description.hasPrefix("test.lua:6: bad argument \(place): "))
        #expect(failure.description.hasSuffix(problem))
        #expect(try fixture.journal.stepLines.isEmpty)
    }

    @Test(arguments: [
        "report.text(setmetatable({}, { __tostring = function() while true do end end })) return 'done'",
        "log.info(setmetatable({}, { __index = function() while true do end end })) return 'done'",
        "json.encode(setmetatable({ 1 }, { __pairs = function() while true do end end })) return 'done'",
        "pcall(backup.start, setmetatable({}, { __index = function() while true do end end })) return 'done'",
        "pcall(backup.wait, 'b', setmetatable({}, { __len = function() while true do end end })) return 'done'",
    ])
    func `metamethods of an argument are not run`(text: String) async throws {
        let result = try await Fixture().run(text, limits: LuaLimits(runningTime: .milliseconds(500)))
        #expect(result.values == ["done"])
    }

    @Test(arguments: [
        "error(setmetatable({}, { __tostring = function() while true do end end }))",
        "error(setmetatable({}, { __index = function() while true do end end }))",
        "error(setmetatable({}, { __tostring = function() error('again') end }))",
        "local e = {} e.e = e error(e)", "error(coroutine.create(print))", "error(nil)", "error()",
        "error({ message = {}, code = 7, fix = print })", "error(print)", "error('\\xff\\0')",
        "error(string.rep('x', 1 << 20))", "error(setmetatable({}, { __name = 'x' }))",
    ])
    func `an error value of any kind is a failure in words`(text: String) async throws {
        let fixture = try Fixture()
        let result = try await fixture.run(text, limits: LuaLimits(runningTime: .milliseconds(300)))
        let failure = try #require(result.failure)
        #expect(!failure.message.isEmpty)
        #expect(failure.description.utf8.count <= 9_000)
        #expect(result.outcome == .failed)
        #expect(try fixture.journal.allRuns.first?.status == result.status)
    }

    @Test func `a report cannot grow without limit`() async throws {
        let result = try await Fixture().run(
            "local x = string.rep('x', 1 << 20) while true do report.text(x) end"
        )
        #expect(result.failure?.description == "test.lua:1: the report has more than 8.00 MiB")
        #expect(result.report.blocks.count == 7)
    }

    @Test func `a table with many names takes little time`() async throws {
        let values = try await Fixture().values(
            """
            local t = {}
            for i = 1, 45000 do t["key" .. i] = i end
            pcall(backup.status, t)
            return #json.encode(t)
            """
        )
        #expect(values == [742_789])
    }

    @Test func `a script cannot change what others see`() async throws {
        let fixture = try Fixture()
        _ = try await fixture.run("backup = nil string.format = nil _G.print = nil table.insert = nil")
        #expect(
            try await fixture.values("return backup ~= nil, string.format ~= nil, print ~= nil") == [
                true, true, true,
            ]
        )
    }

    @Test func `runs on one thread do not mix`() async throws {
        let fixture = try Fixture()
        try await withThrowingTaskGroup(of: [LuaValue].self) { group in
            for number in 1...8 {
                group.addTask {
                    try await fixture.run(
                        "local r = backup.run('mail') count = (count or 0) + 1 return count, run.args[1]",
                        arguments: .array([.integer(Int64(number))])
                    ).values
                }
            }
            var seen: Set<[LuaValue]> = []
            for try await values in group { seen.insert(values) }
            #expect(seen == Set((1...8).map { [1, .integer(Int64($0))] }))
        }
    }
}
