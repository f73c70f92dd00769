import LuaKit
import PluginHost
import Testing

@Suite(.timeLimit(.minutes(5))) struct WorkflowArgumentTests {
    private func manifest() async throws -> Manifest {
        let text = """
            return {
              api = 1, name = "nightly", summary = "Backs up and cleans up.",
              needs = { "backup:start", "shell:pg_dump", "fs:read:/srv" },
              args = {
                { name = "config", required = true, help = "What to back up" },
                { name = "limit", type = "integer", default = 4, help = "How many at once." },
                { name = "rate", type = "number" },
                { name = "max_age", type = "duration", default = "26h" },
                { name = "max_size", type = "size" },
                { name = "verify", type = "boolean", default = true },
                { name = "mode", choices = { "fast", "full" }, default = "fast" },
                { name = "host", type = "list" },
              },
              run = function() end,
            }
            """
        guard
            case .workflow(let manifest) = try await Fixture().host.inspector.inspect(
                LuaSource(name: "nightly.lua", text: text)
            )
        else { throw LuaConversionError("no workflow") }
        return manifest
    }

    private static let defaults: [String: LuaValue] = [
        "config": "web", "limit": 4, "max_age": 93_600, "verify": true, "mode": "fast",
    ]

    @Test(
        arguments: [
            (["--config", "web"], [:]),
            (["--config=web"], [:]),
            (["--config", "web", "--limit", "7"], ["limit": 7]),
            (["--config", "web", "--rate", "-1.5"], ["rate": -1.5]),
            (["--config", "web", "--rate=2"], ["rate": 2]),
            (["--config", "web", "--max-age", "90s"], ["max_age": 90]),
            (["--config", "web", "--max-age", "500ms"], ["max_age": 0.5]),
            (["--config", "web", "--max_size", "1.5GiB"], ["max_size": 1_610_612_736]),
            (["--config", "web", "--no-verify"], ["verify": false]),
            (["--config", "web", "--verify=no"], ["verify": false]),
            (["--config", "web", "--verify"], [:]),
            (["--config", "web", "--mode", "full"], ["mode": "full"]),
            (["--config", "web", "--host", "a", "--host=b"], ["host": .array(["a", "b"])]),
        ] as [([String], [String: LuaValue])]
    )
    func `words are converted by their types, and defaults filled in`(
        words: [String],
        changes: [String: LuaValue]
    ) async throws {
        let manifest = try await manifest()
        let arguments = try manifest.arguments(from: words)
        #expect(arguments == .record(Self.defaults.merging(changes) { $1 }))
        #expect(try manifest.complete(arguments) == arguments, "they stay as they are")
    }

    @Test(arguments: [
        ([], "the argument 'config' is missing. Give it with --config."),
        (["--confg", "x"], "there is no argument '--confg'. Did you mean '--config'?"),
        (["--zzzzzz"], "there is no argument '--zzzzzz'. 'moonkeep run nightly.lua --help' lists them."),
        (["--config"], "--config needs a value. Write --config=…"),
        (["--config", "--limit", "1"], "--config needs a value. Write --config=…"),
        (["--config", "a", "--config", "b"], "--config is given twice"),
        (["web"], "'web' belongs to no argument. 'moonkeep run nightly.lua --help' lists them."),
        (["--config", "a", "--limit", "x"], "the argument 'limit': integer expected, got \"x\""),
        (["--config", "a", "--limit", "1.5"], "the argument 'limit': integer expected, got \"1.5\""),
        (["--config", "a", "--rate", "nan"], "the argument 'rate': number expected, got \"nan\""),
        (
            ["--config", "a", "--max-age", "x"],
            """
            the argument 'max_age': duration expected (seconds, or a text such as "90s", "15m", "4h"), got "x"
            """
        ),
        (
            ["--config", "a", "--max-size=-1"],
            """
            the argument 'max_size': size expected (bytes, or a text such as "512KiB", "50GiB"), got "-1"
            """
        ),
        (["--config", "a", "--verify=x"], "the argument 'verify': true or false expected, got \"x\""),
        (["--config", "a", "--no-verify=x"], "'--no-verify' takes no value"),
        (
            ["--config", "a", "--no-limit"],
            "there is no argument '--no-limit'. 'moonkeep run nightly.lua --help' lists them."
        ),
        (
            ["--config", "a", "--mode", "fsat"],
            "the argument 'mode': one of fast, full expected, got \"fsat\"; did you mean 'fast'?"
        ),
    ])
    func `words that do not fit are an error`(words: [String], message: String) async throws {
        let manifest = try await manifest()
        let error = #expect(throws: WorkflowError.self) { try manifest.arguments(from: words) }
        #expect(error?.code == .badArguments)
        #expect(error?.description == "nightly.lua: " + message)
    }

    @Test func `help shows usage, arguments and permissions in words`() async throws {
        #expect(
            try await manifest().helpText == """
                USAGE: moonkeep run nightly.lua --config <string> [--limit <integer>] [--rate <number>] [--max-age <duration>] \
                [--max-size <size>] [--verify] [--mode <string>] [--host <string> ...]

                Backs up and cleans up.

                ARGUMENTS:
                  --config <string>     What to back up. Required.
                  --limit <integer>     How many at once. Default: 4.
                  --rate <number>
                  --max-age <duration>  Default: 26h.
                  --max-size <size>
                  --verify              Default: true.
                  --mode <string>       One of: fast, full. Default: fast.
                  --host <string>       May be given several times.

                PERMISSIONS:
                  backup:start   starts backups
                  shell:pg_dump  runs the program 'pg_dump'
                  fs:read:/srv   reads '/srv' and what is below
                """
        )
    }
}
