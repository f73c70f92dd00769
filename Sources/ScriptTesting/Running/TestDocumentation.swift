import PluginHost

/// What help and editors say of `test` and `expect` beside their functions.
enum TestDocumentation {
    /// The types that the descriptions of `test` and `expect` name.
    static let types: [TypeDescription] = [
        TypeDescription(
            "TestResult",
            "What came of a run of a script in a test.",
            record: [
                .absent("slot", "string", "When it was due, in ISO 8601; for runs of a schedule."),
                .field("outcome", "string", "The run's outcome."),
                .absent("status", "string", "The same, or \"timed_out\", \"cancelled\" or \"parked\"."),
                .absent("message", "string", "What the script said of its outcome, or why it failed."),
                .absent("error", "TestError", "Why the script ended without a result."),
                .absent("returned", "any", "What the script, or its 'run', returned first."),
                .absent("output", "list of strings", "The lines that it printed."),
                .absent("log", "list of TestLogLine", "What it logged."),
                .absent("report", "TestReport", "What it reported."),
                .field(
                    "starts",
                    "list of strings",
                    "Names of configurations, one for each backup that it started."
                ),
                .absent("notifications", "list of TestNotification", "What it sent with 'notify'."),
                .absent(
                    "unfinished",
                    "list of strings",
                    "Configurations whose backups were still running at its end."
                ),
                .absent("began", "string", "When it began, in ISO 8601."),
                .absent("duration_seconds", "number", "How long it took, by the clock of the case."),
                .absent("commits", "integer", "How often it wrote to its journal."),
                .absent("crashes", "integer", "How often it was killed."),
            ]
        ),
        TypeDescription(
            "TestError",
            "Why a script ended without a result.",
            record: [
                .field("code", "string", "What went wrong, in a word."),
                .field("message", "string", "What went wrong, in a sentence."),
                .absent("fix", "string", "What can be done about it."),
                .absent("file", "string", "The file in which it happened."),
                .absent("line", "integer", "The line, from 1."),
            ]
        ),
        TypeDescription(
            "TestLogLine",
            "A message of 'log'.",
            record: [
                .field("level", "string", "How much it matters: debug, info, warn or error."),
                .field("message", "string", "The message."),
                .absent("fields", "any", "What belongs to it."),
            ]
        ),
        TypeDescription(
            "TestReport",
            "A report.",
            record: [
                .field("text", "string", "As a terminal shows it."),
                .field("markdown", "string", "As Markdown."),
            ]
        ),
        TypeDescription(
            "TestNotification",
            "A message of 'notify.send'.",
            record: [
                .field("target", "string", "Whom it was sent to."),
                .absent("title", "string", "Its title."),
                .absent("body", "string", "Its text."),
                .absent("priority", "string", "How urgent it is."),
                .absent("fields", "any", "What belongs to it."),
            ]
        ),
        TypeDescription(
            "TestBackup",
            "How a backup of a test goes; of a list each serves one start, and the last all that follow.",
            record: BackupDouble.fields
        ),
        TypeDescription(
            "TestAnswer",
            "What a server answers in a test.",
            record: WebDouble.fields
        ),
        TypeDescription(
            "TestProgram",
            "How a program ends in a test.",
            record: ProgramDouble.fields
        ),
        TypeDescription(
            "Clock",
            "The time of a case; it stands still where nothing waits.",
            object: [
                .field("now", "string", "The time, in ISO 8601."),
                .field("set", "function(time: time)", "Makes it another time."),
                .field("advance", "function(duration: duration)", "Lets time pass."),
            ]
        ),
        TypeDescription(
            "Calls",
            "What was called in a case so far.",
            object: [
                .field("http", "list", "Requests: {method, url, headers, body}."),
                .field("shell", "list", "Programs: {command, stdin, env, cwd}."),
                .field("mail", "list", "E-mails: {to, subject, body}."),
                .field("questions", "list", "Questions of 'run.ask': {question, choices, default, details}."),
            ]
        ),
        expectation,
    ]

    /// What `expect` answers.
    static let expectation = TypeDescription(
        "Expectation",
        "A value of which a test says what it has to be; each method fails the case where it is another one.",
        object: [
            .field("equals", "function(expected: any)", "It is equal: tables by what is in them."),
            .field("differs", "function(other: any)", "It is not equal."),
            .field(
                "near",
                "function(expected: number, tolerance: number)",
                "It is a number that is no farther away than the tolerance, 1e-9 where it is left out."
            ),
            .field(
                "contains",
                "function(part: any)",
                "It is a text with another one in it, a list with an element, or a table with all fields of another one."
            ),
            .field("matches", "function(pattern: string)", "It is a text with a match of a pattern of Lua."),
            .field("is_nil", "function()", "It is nil."),
            .field("is_true", "function()", "It is true."),
            .field("is_false", "function()", "It is false."),
            .field("exists", "function()", "It is not nil."),
            .field(
                "raises",
                "function(pattern: string): table",
                "It is a function that raises an error, whose code is the text or whose message matches it where one is given; answers the error."
            ),
        ]
    )

    /// A short script for each function of `test`.
    static let examples = [
        "clock": """
        test.clock:advance("2d")
        expect(test.clock.now):contains("T")
        """,
        "calls": """
        test.http { ["POST https://hooks.example.org/1"] = { status = 204 } }
        http.post("https://hooks.example.org/1", { json = { outcome = "ok" } })
        expect(#test.calls.http):equals(1)
        """,
        "case": """
        test.case("a backup that fails is a failure", function()
          test.backups { web = { outcome = "failed" } }
          expect(test.run("nightly.lua").outcome):equals("failed")
        end)
        """,
        "crash_everywhere": """
        test.crash_everywhere("nothing is started twice", function()
          test.backups { web = {} }
          expect(test.run("nightly.lua").starts):equals({ "web" })
        end)
        """,
        "run": """
        local result = test.run("nightly.lua", { only = "web" })
        expect(result.outcome):equals("ok")
        """,
        "schedule": """
        local runs = test.schedule("nightly.lua", { to = "2026-03-08T00:00:00Z" })
        expect(#runs):equals(7)
        """,
        "week": """
        expect(#test.week("nightly.lua")):equals(7)
        """,
        "crash_at": """
        test.crash_at(3)
        expect(test.run("nightly.lua").crashes):equals(1)
        """,
        "expect": """
        local fresh = true
        test.expect(fresh, "fresh"):is_true()
        """,
        "backups": """
        test.backups {
          web = { duration = "10m" },
          mail = { { outcome = "failed" }, { outcome = "completed" } },
        }
        """,
        "checks": """
        test.checks({ { "pack 1f2e is damaged" }, {} })
        """,
        "http": """
        test.http {
          ["POST https://hooks.example.org/*"] = { status = 204 },
          ["https://status.example.org/"] = { json = { ready = true } },
        }
        """,
        "shell": """
        test.shell { ["pg_dump"] = { stdout = "-- a dump" } }
        """,
        "answers": """
        test.answers { ["Go on?"] = "yes" }
        """,
        "secrets": """
        test.secrets { ["pg/password"] = "not a real one" }
        """,
        "notifiers": """
        test.notifiers({ "ops" })
        """,
        "settings": """
        test.settings("ntfy", { server = "https://ntfy.example.org" })
        local ntfy = require "ntfy"
        print(ntfy.version)
        """,
        "file": """
        test.file("hello.lua", "print('hello')")
        expect(test.run("hello.lua").output):equals({ "hello" })
        """,
    ]

    /// A short script for `expect`.
    static let expectExample = """
        expect(backup.run("web").outcome, "the outcome"):equals("ok")
        expect(function() backup.start("nobody") end):raises("unknown_configuration")
        """
}
