import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import RunJournal
import Testing

extension RunSession {
    /// Runs a text, and answers what its values look like.
    @discardableResult
    fileprivate func type(_ text: String) async throws -> [String] {
        try await run(SessionLine(text))
    }

    /// What a text fails with.
    fileprivate func failure(_ text: String) async throws -> SessionFailure {
        do {
            try await type(text)
        } catch let failure as SessionFailure {
            return failure
        }
        throw Unexpected()
    }
}

private struct Unexpected: Error {}

@Suite(.timeLimit(.minutes(5))) struct SessionTests {
    @Test func `what a line gives a global stays, and its locals go`() async throws {
        let session = try await Fixture().host.openSession()
        try await session.type("count = 1 local gone = 2")
        #expect(try await session.type("count, gone") == ["1", "nil"])
        try await session.type("function double(n) return 2 * n end")
        #expect(try await session.type("double(21)") == ["42"])
    }

    @Test(arguments: [
        ("1 + 1", ["2"]), ("return 3", ["3"]), ("1, 'two'", ["1", #""two""#]), ("x = 1", []),
        ("print('x')", []), ("-- nothing", []), ("", []), ("nil", ["nil"]), ("for i = 1, 3 do end", []),
        ("print", ["function: 1"]),
    ])
    func `an expression answers its values, and a statement nothing`(text: String, values: [String])
        async throws
    {
        let shown = try await Fixture().host.openSession().type(text)
        #expect(shown == values)
    }

    @Test(arguments: [
        ("for i = 1, 2 do", true), ("x =", true), ("print(", true), ("{", true), ("1 +", true),
        ("function f()", true), ("[[one", true), ("--[[ one", true), ("if x then", true),
        ("return {1,", true), ("f(function()", true),
        ("x = 1", false), ("x = = 1", false), ("end", false), (")", false), ("'open", false), ("1 1", false),
        ("", false), ("local x", false), ("for i = 1, 2 do end", false),
    ])
    func `what is the beginning of something is unfinished`(text: String, isUnfinished: Bool) {
        #expect(SessionLine(text).isUnfinished == isUnfinished)
    }

    @Test func `a mistake has its place, and the session goes on`() async throws {
        let session = try await Fixture().host.openSession()
        #expect(
            try await session.failure("x = = 1").failure.description
                == "repl:1: unexpected symbol near '='"
        )
        let raised = try await session.failure("local function f() error('no') end\nf()").failure
        #expect(raised.description == "repl:1: no")
        #expect(
            raised.traceback == [
                "[C]: in function 'error'", "repl:1: in local 'f'", "repl:2: in main chunk",
            ]
        )
        #expect(
            try await session.failure("bakcup.start('mail')").failure.description
                == "repl:1: attempt to index a nil value (global 'bakcup'). Did you mean 'backup'?"
        )
        #expect(try await session.type("1") == ["1"])
    }

    @Test func `calls wait, and their steps are one run's`() async throws {
        let fixture = try Fixture()
        let session = try await fixture.host.openSession { event in
            fixture.news.change { $0.append(event) }
        }
        try await session.type("id = backup.start('mail')")
        #expect(try await session.type("backup.wait(id).state") == [#""completed""#])
        try await session.type("lock.with('one', function() end) print('hello')")
        let result = await session.end()
        #expect(result.outcome == .ok)
        #expect(result.id == "r1")
        #expect(result.script == "repl")
        #expect(
            try fixture.journal.allSteps.map(\.name).prefix(2) == ["backup.start", "backup.wait"]
        )
        let record = try #require(try fixture.journal.allRuns.first)
        #expect(record.status == .ok)
        #expect(fixture.lines.first == "started r1 repl")
        #expect(fixture.lines.suffix(2) == ["output hello", "finished ok"])
    }

    @Test func `a backup that ended badly is the session's outcome, a line that failed is not`() async throws
    {
        let fixture = try Fixture(scripts: ["mail": .fails])
        let session = try await fixture.host.openSession()
        _ = try await session.failure("error('no')")
        #expect(try await session.type("backup.wait(backup.start('mail')).state") == [#""failed""#])
        #expect(await session.end().outcome == .failed)
        let other = try await fixture.host.openSession()
        _ = try await other.failure("error('no')")
        #expect(await other.end().outcome == .ok)
    }

    @Test func `cancelling a line ends what it waits for and nothing else`() async throws {
        let fixture = try Fixture(scripts: ["mail": .runsUntilStopped])
        let gate = Gate()
        let session = try await fixture.host.openSession { event in
            if case .output("now") = event { gate.open() }
        }
        try await session.type("id = backup.start('mail')")
        let line = Task { try await session.type("print('now') backup.wait(id)") }
        try await gate.pass()
        line.cancel()
        let end = await line.result
        #expect(throws: SessionFailure.self) { try end.get() }
        #expect(try await session.type("backup.status(id).state") == [#""in_progress""#])
        #expect(try await session.type("backup.stop(id) backup.wait(id)") == [])
        let result = await session.end()
        #expect(result.status == .stopped)
    }

    @Test func `cancelling a line ends a loop too`() async throws {
        let gate = Gate()
        let session = try await Fixture().makeHost(
            journal: RunStore(),
            limits: LuaLimits(grace: .milliseconds(8))
        ).openSession { event in
            if case .output("now") = event { gate.open() }
        }
        try await session.type("kept = 1")
        let line = Task { try await session.type("print('now') while true do end") }
        try await gate.pass()
        line.cancel()
        let end = await line.result
        #expect(throws: SessionFailure.self) { try end.get() }
        #expect(try await session.type("kept") == ["1"])
    }

    @Test func `each line has the time of a script, and one that uses it up costs the state`() async throws {
        let fixture = try Fixture()
        let limits = LuaLimits(runningTime: .milliseconds(400))
        let session = try await fixture.makeHost(journal: fixture.journal, limits: limits).openSession()
        try await session.type("kept = 1")
        let busy = "for i = 1, 3e6 do kept = i end"
        for _ in 0..<12 { try await session.type(busy) }
        let failed = try await session.failure("while true do end")
        #expect(failed.failure.code == "time_limit")
        #expect(failed.isStateLost)
        #expect(try await session.type("kept, backup.run('mail').state") == ["nil", #""completed""#])
        #expect(await session.end().outcome == .ok)
    }

    @Test func `what a session is refused can be granted`() async throws {
        let session = try await Fixture(modules: [.treasury]).host.openSession()
        let failed = try await session.failure("treasury.open('pg')")
        #expect(failed.refused == Permission("secrets", "pg"))
        await session.grant(Permission("secrets", "pg"))
        #expect(try await session.type("treasury.open('pg')") == [#""gold""#])
    }

    @Test func `names are globals and fields, and functions among them`() async throws {
        let session = try await Fixture().host.openSession()
        try await session.type("web = { id = 1, wait = function() end, ['odd key'] = 1 } web.self = web")
        let names = Set(await session.names())
        #expect(names.isSuperset(of: ["web", "web.id", "web.wait(", "web.self", "print(", "string.format("]))
        #expect(!names.contains { $0.hasPrefix("backup") || $0.contains("odd") || $0.hasPrefix("web.self.") })
    }

    @Test func `tasks of a line go on, and the end waits for them`() async throws {
        let fixture = try Fixture()
        let session = try await fixture.host.openSession()
        try await session.type("task.spawn(function() backup.run('mail') end)")
        #expect(try await session.type("1") == ["1"])
        let result = await session.end()
        #expect(result.outcome == .ok)
        #expect(try await fixture.service.backups(BackupFilter()).map(\.state) == [.completed])
    }

    @Test func `a session whose host died only ends`() async throws {
        let fixture = try Fixture()
        let session = try await fixture.host.openSession()
        try await session.type("backup.run('mail')")
        let run = try await fixture.journal.run(session.id)
        let result = try await fixture.host.resume(run)
        #expect(result.status == .failed)
        #expect(result.message == "a session that was interrupted is over: what was typed is not kept")
        _ = try? await session.type("backup.run('mail')")
        #expect(await session.isOver)
    }
}

extension Module {
    /// A module whose one function needs a permission.
    fileprivate static let treasury = Module("treasury", "Keeps things.") {
        Function("open", "Opens it.", .step(.read), Parameter<Text>("name", "Which one.")) { run, name in
            try run.require(Permission("secrets", name))
            return .string("gold")
        }
    }
}

@Suite struct SessionTextTests {
    @Test(arguments: [
        ("true", "true"), ("1.5", "1.5"), (#"'a"b\n\27\\'"#, #""a\"b\n\x1B\\""#), ("'é'", #""é""#),
        (#"'\xff\0'"#, #""\xFF\x00""#), ("{}", "{}"), ("{1, 2, {3}}", "{ 1, 2, { 3 } }"),
        ("{b = 1, a = {x = 'y'}}", #"{ a = { x = "y" }, b = 1 }"#),
        (
            "{['end'] = 1, ['odd key'] = 2, [1.5] = 3, [true] = 4}",
            #"{ [1.5] = 3, ["end"] = 1, ["odd key"] = 2, [true] = 4 }"#
        ),
        ("backup", "module backup"), ("backup.wait", "function backup.wait"),
        ("setmetatable({}, { __tostring = function() return 'me' end })", "me"),
        ("setmetatable({}, { __tostring = function() error('no') end })", "table"),
        (
            "select(2, pcall(backup.status, 'x'))",
            "no backup has the id 'x'. List the backups to see their ids."
        ),
        ("json.decode('null')", "null"), ("{1, nil, 3}", "{ 1, nil, 3 }"),
        ("{{{{{{{}}}}}}}", "{ { { { { { {} } } } } } }"), ("{{{{{{{1}}}}}}}", "{ { { { { { {…} } } } } } }"),
    ])
    func `a value is readable`(text: String, shown: String) async throws {
        let session = try await Fixture().host.openSession()
        let answer = try await session.run(SessionLine(text))
        #expect(answer == [shown])
    }

    @Test func `a table that is in itself is shown once`() async throws {
        let session = try await Fixture().host.openSession()
        _ = try await session.run(SessionLine("t = { name = 'x' } t.self = t"))
        #expect(try await session.run(SessionLine("t")) == [#"{ name = "x", self = {…} }"#])
    }

    @Test func `what does not fit a line has a line for each field`() async throws {
        let session = try await Fixture().host.openSession()
        let text = """
            { id = "0b0a3ef3-2a0e-4c3a-9da1-8d1c1e3a9f11", errors = { count = 0 }, state = "completed",
              inclusions = { { path = "/srv/www" }, { path = "/srv/mail" } } }
            """
        #expect(
            try await session.run(SessionLine(text)) == [
                """
                {
                  errors = { count = 0 },
                  id = "0b0a3ef3-2a0e-4c3a-9da1-8d1c1e3a9f11",
                  inclusions = { { path = "/srv/www" }, { path = "/srv/mail" } },
                  state = "completed"
                }
                """
            ]
        )
    }

    @Test func `much is shown in part`() async throws {
        let session = try await Fixture().host.openSession()
        _ = try await session.run(SessionLine("t = {} for i = 1, 1e5 do t[i] = i end"))
        let list = try #require(try await session.run(SessionLine("t")).first)
        #expect(list.hasPrefix("{\n  1, 2, 3,"))
        #expect(list.hasSuffix("… 99701 more\n}"))
        let text = try #require(try await session.run(SessionLine("('é'):rep(5000)")).first)
        #expect(text.hasPrefix(#""ééé"#))
        #expect(text.hasSuffix("é\" … 8000 bytes more"))
    }
}
