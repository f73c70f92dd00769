import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import RunJournal
import Testing

@Suite(.timeLimit(.minutes(5))) struct WorkflowTests {
    static let nightly = """
        return {
          name = "nightly", api = 1,
          args = { config = { default = "mail" }, limit = { type = "integer", required = true } },
          run = function(args)
            local result = backup.run(args.config)
            return result.state, args.limit
          end,
        }
        """

    @Test func `a workflow's run gets its arguments, and its results are the run's`() async throws {
        let fixture = try Fixture()
        let result = try await fixture.run(Self.nightly, arguments: .record(["limit": "3"]))
        #expect(result.failure == nil)
        #expect(result.values == ["completed", 3])
        #expect(try fixture.journal.stepLines == ["start backup.start done", "wait backup.wait done"])
    }

    @Test func `a workflow goes on after an interruption, and is replayed`() async throws {
        let revival = try Revival()
        let text = """
            return { api = 1, run = function()
              backup.run("mail")
              print("stop")
              return backup.run("web-files").state .. math.random(1000000)
            end }
            """
        #expect(try await revival.run(text).halt != nil)
        let result = try await revival.resume()
        #expect(result.outcome == .ok)
        let record = try await revival.record
        let replay = try await revival.makeHost().replay(record)
        #expect(replay.mismatch == nil)
        #expect(replay.result.values == result.values)
        #expect(
            try await revival.steps == [
                "0#0 backup.start done", "0#1 backup.wait done", "0#2 backup.start done",
                "0#3 backup.wait done",
            ]
        )
    }

    @Test func `a plan is that of its run`() async throws {
        let plan = try await Fixture().host.plan(
            LuaSource(name: "test.lua", text: Self.nightly),
            arguments: .record(["limit": 1])
        )
        #expect(plan.steps.map(\.description) == [#"backup.start("mail")"#, #"backup.wait("planned-1")"#])
    }

    @Test(
        arguments: [
            (.record([:]), "test.lua: the argument 'limit' is missing. Give it with --limit."),
            (
                .record(["limit": 1.5]),
                "test.lua: the argument 'limit': integer expected, got 1.5"
            ),
            (
                .record(["limit": 1, "confg": "x"]),
                "test.lua: there is no argument '--confg'. Did you mean '--config'?"
            ),
            (.array([1]), "test.lua: '1' belongs to no argument. 'moonkeep run test.lua --help' lists them."),
        ] as [(LuaValue, String)]
    )
    func `arguments that do not fit fail the run`(arguments: LuaValue, message: String) async throws {
        let fixture = try Fixture()
        let result = try await fixture.run(Self.nightly, arguments: arguments)
        #expect(result.failure?.code == "bad_arguments")
        #expect(result.failure.map { "test.lua: \($0)" } == message)
        #expect(try fixture.journal.allSteps.isEmpty)
    }

    @Test func `a file that calls and then returns a workflow fails instead of doing half of it`()
        async throws
    {
        let fixture = try Fixture()
        let result = try await fixture.run(
            "local now = time.now() return { api = 1, run = function() backup.run('mail') end }"
        )
        #expect(result.failure?.code == "called_while_loading")
        #expect(
            result.failure?.description
                == "test.lua:1: 'time.now' is called while the file is loaded, which must do nothing. Call this inside run()."
        )
    }

    @Test func `an error in run has its place`() async throws {
        let message = try await Fixture().failure("return { api = 1,\nrun = function() error('no') end }")
        #expect(message == "test.lua:2: no")
    }
}

@Suite(.timeLimit(.minutes(5))) struct InspectionTests {
    private func kind(_ text: String) async throws -> ScriptKind {
        try await Fixture().host.inspector.inspect(LuaSource(name: "scripts/nightly.lua", text: text))
    }

    @Test func `a manifest is read without doing anything`() async throws {
        let fixture = try Fixture()
        let kind = try await fixture.host.inspector.inspect(
            LuaSource(
                name: "scripts/nightly.lua",
                text: """
                    return {
                      api = 1, summary = "Backs up.", description = "More.", category = "nights",
                      needs = { "backup:start", "shell:pg_dump" },
                      args = {
                        { name = "mode", choices = { "fast", "full" }, default = "fast", help = "How." },
                        { name = "age", type = "duration", required = true },
                      },
                      schedule = { at = "02:30" },
                      run = function() end,
                    }
                    """
            )
        )
        guard case .workflow(let manifest) = kind else {
            Issue.record("\(kind)")
            return
        }
        #expect(manifest.name == "nightly")
        #expect(manifest.summary == "Backs up.")
        #expect(manifest.description == "More.")
        #expect(manifest.category == "nights")
        #expect(manifest.needs == [Permission("backup", "start"), Permission("shell", "pg_dump")])
        #expect(manifest.wants == [Permission("shell", "pg_dump")])
        #expect(
            manifest.arguments == [
                WorkflowArgument("mode", help: "How.", defaultValue: "fast", choices: ["fast", "full"]),
                WorkflowArgument("age", .duration, isRequired: true),
            ]
        )
        #expect(manifest.schedule == .record(["at": "02:30"]))
        #expect(try fixture.journal.allRuns.isEmpty)
        #expect(fixture.news.value.isEmpty)
    }

    @Test(arguments: [
        "", "backup.start('mail') return { api = 1, run = print }", "error('no')", "= 1", "return 1",
        "return { name = 'x' }", "return { run = 'x' }", "log.info('x') return { run = print }",
        "while true do pcall(backup.start, 'mail') end", "while true do end",
        "pcall(backup.start, 'mail') return { api = 1, run = print }", "return print, { run = print }",
    ])
    func `all else is a plain script`(text: String) async throws {
        #expect(try await kind(text) == .script)
    }

    @Test func `pure functions may be called`() async throws {
        guard case .workflow = try await kind("json.encode({}) return { api = 1, run = print }") else {
            Issue.record("no workflow")
            return
        }
    }

    @Test(arguments: [
        ("name = 1", "'name': a text expected, got 1"),
        ("nmae = 'x'", "'nmae': there is no such field. Did you mean 'name'?"),
        (
            "frequency = 1",
            """
            'frequency': there is no such field. Known are: name, api, summary, description, category, needs, args, \
            schedule, run.
            """
        ),
        ("1", "'1': names with values expected, got 1"),
        ("api = 2", "'api': 1, the only version there is, expected, got 2"),
        ("api = false", "'api': 1, the only version there is, expected, got boolean"),
        ("needs = 'shell:x'", "'needs': a list expected, got \"shell:x\""),
        ("needs = { 1 }", "'needs[1]': a permission such as \"shell:pg_dump\" expected, got 1"),
        ("needs = { 'lock:a', 'shel:x' }", "'needs[2]': 'shel:x' is no permission. Did you mean 'shell'?"),
        ("needs = { 'shell' }", "'needs[1]': 'shell' does not say on what. Write 'shell:…'."),
        ("args = 1", "'args': a table of arguments, or a list of them, expected, got 1"),
        ("args = { x = 1 }", "'args.x': a table expected, got 1"),
        ("args = { { type = 'list' } }", "'args[1].name': a text expected, got nil"),
        ("args = { { name = 'x' }, { name = 'x' } }", "'args[2].name': there is another argument 'x'"),
        (
            "args = { Big = {} }",
            """
            'args.Big': 'Big' is no name for an argument. Use lower-case letters, digits and '_', beginning with a letter.
            """
        ),
        ("args = { help = {} }", "'args.help': '--help' shows what the workflow takes. Choose another name."),
        ("args = { x = { typ = 1 } }", "'args.x.typ': there is no such field. Did you mean 'type'?"),
        (
            "args = { x = { type = 'itneger' } }",
            "'args.x.type': there is no type 'itneger'. Did you mean 'integer'?"
        ),
        (
            "args = { x = { type = 'integer', default = 'a' } }",
            "'args.x.default': integer expected, got \"a\""
        ),
        (
            "args = { x = { type = 'integer', choices = { 1, true } } }",
            "'args.x.choices[2]': integer expected, got boolean"
        ),
        (
            "args = { x = { default = 'a', required = true } }",
            "'args.x.required': an argument with a default need not be given"
        ),
        ("args = { x = { required = 1 } }", "'args.x.required': true or false expected, got 1"),
    ])
    func `a wrong manifest is an error that names the field`(field: String, message: String) async throws {
        let api = field.hasPrefix("api") ? "" : "api = 1, "
        let error = await #expect(throws: WorkflowError.self) {
            try await kind("return { \(api)run = print, \(field) }")
        }
        #expect(error?.code == .badManifest)
        #expect(error?.description == "scripts/nightly.lua: the manifest's " + message)
    }

    @Test func `a manifest without a version is an error`() async throws {
        let error = await #expect(throws: WorkflowError.self) { try await kind("return { run = print }") }
        #expect(
            error?.description
                == "scripts/nightly.lua: the manifest has no 'api'. Write 'api = 1'."
        )
    }
}
