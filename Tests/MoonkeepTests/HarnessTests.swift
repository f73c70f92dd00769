import Foundation
import Testing

/// What `moonkeep test` prints, and how it ends.
@Suite struct HarnessTests {
    /// A workflow that is tested.
    static let workflow = """
        return {
          api = 1,
          run = function(args)
            for _, configuration in ipairs(backup.configurations()) do
              local result = backup.wait(backup.start(configuration.id))
              report.add(result)
            end
            return "done"
          end,
        }
        """

    @Test func `tests that pass are listed and end with 0`() async throws {
        try await withSite { site in
            try site.write(Self.workflow, to: "nightly.lua")
            try site.makeFolder("test")
            try site.write(
                """
                test.case("all is backed up", function()
                  test.backups { web = {}, mail = {} }
                  local result = test.run("nightly.lua")
                  expect(result.outcome):equals("ok")
                  expect(result.starts):equals({ "mail", "web" })
                  expect(result.returned):equals("done")
                  expect(result.duration_seconds):equals(120)
                end)
                test.case("a warning is a warning", function()
                  test.backups { web = { errors = { "/srv/a" } } }
                  expect(test.run("nightly.lua").outcome):equals("warning")
                end)
                """,
                to: "test/nightly.lua"
            )
            let ended = try await site.moonkeep("test")
            let output = """
                ✓ test/nightly.lua: all is backed up
                ✓ test/nightly.lua: a warning is a warning

                2 passed

                """
            #expect(ended == Ended(exitCode: 0, output: output, error: ""))
        }
    }

    @Test func `a test that fails says where, what was expected and what came, and ends with 1`() async throws
    {
        try await withSite { site in
            try site.write(Self.workflow, to: "nightly.lua")
            try site.write(
                """
                test.case("mail comes first", function()
                  test.backups { web = {}, mail = {} }
                  expect(test.run("nightly.lua").starts):equals({ "mail", "db" })
                end)
                test.case("numbers", function() expect(2):equals(2) end)
                test.case("it is ok", function()
                  test.backups { web = { start_error = { code = "unreachable", message = "no route" } } }
                  expect(test.run("nightly.lua").outcome, "outcome"):equals("ok")
                end)
                """,
                to: "nightly_test.lua"
            )
            let ended = try await site.moonkeep("test", "nightly_test.lua")
            let output = """
                ✗ nightly_test.lua:3: mail comes first: [2]: expected "db", got "web"
                ✓ nightly_test.lua: numbers
                ✗ nightly_test.lua:8: it is ok: outcome: expected "ok", got "failed"
                    the run of 'nightly.lua' ended so: nightly.lua:5: no route

                1 passed, 2 failed

                """
            #expect(ended == Ended(exitCode: 1, output: output, error: ""))
        }
    }

    @Test(
        arguments: [
            (#"expect("a"):equals("b")"#, #"expected "b", got "a""#),
            (#"expect({ a = { 1, 2 } }):equals({ a = { 1, 3 } })"#, ".a[2]: expected 3, got 2"),
            (#"expect({ ["a b"] = 1 }):equals({})"#, #"["a b"]: expected nil, got 1"#),
            (#"expect(1):equals({ 1 })"#, "expected { 1 }, got 1"),
            (#"expect(1):differs(1.0)"#, "expected another value than 1.0"),
            (#"expect(1.5):near(1, 0.1)"#, "expected 1.0, give or take 0.1, got 1.5"),
            (#"expect("hello"):matches("^x")"#, #"expected a text that matches "^x", got "hello""#),
            (#"expect("hello"):contains("x")"#, #"expected a value with "x" in it, got "hello""#),
            (#"expect({ 1, 2 }):contains(3)"#, "expected a value with 3 in it, got { 1, 2 }"),
            (
                #"expect({ a = 1, b = 2 }):contains({ a = 2 })"#,
                "expected a value with { a = 2 } in it, got { a = 1, b = 2 }"
            ),
            (#"expect(false):is_nil()"#, "expected nil, got false"),
            (#"expect(nil):exists()"#, "expected a value, got nil"),
            (#"expect(0):is_true()"#, "expected true, got 0"),
            (#"expect(function() end):raises("x")"#, #"expected an error that matches "x", got none"#),
            (
                #"expect(function() error("boom", 0) end):raises("x")"#,
                #"expected an error that matches "x", got "boom""#
            ),
            (#"expect("a\n\"b"):is_nil()"#, #"expected nil, got "a\n\"b""#),
            ("nothing.here()", "attempt to index a nil value (global 'nothing')"),
            ("error { code = 'x', message = 'broken' }", "broken"),
        ]
    )
    func `each expectation says what it expected and what it got`(code: String, message: String) async throws
    {
        try await withSite { site in
            try site.write("test.case('c', function()\n  \(code)\nend)", to: "a_test.lua")
            let ended = try await site.moonkeep("test")
            #expect(ended.exitCode == 1)
            #expect(ended.output == "✗ a_test.lua:2: c: \(message)\n\n0 passed, 1 failed\n")
        }
    }

    @Test func `expectations that hold say nothing`() async throws {
        try await withSite { site in
            try site.write(
                """
                test.case("c", function()
                  expect(1):equals(1.0)
                  expect({ a = { 1 } }):equals({ a = { 1 } })
                  expect("hello"):matches("l+")
                  expect("hello"):contains("ell")
                  expect({ { a = 1, b = 2 } }):contains({ a = 1 })
                  expect(0.1 + 0.2):near(0.3)
                  expect(nil):is_nil()
                  local raised = expect(function() backup.status("none") end):raises("none")
                  expect(raised.code):equals("unknown_backup")
                end)
                """,
                to: "a_test.lua"
            )
            let ended = try await site.moonkeep("test")
            #expect(ended == Ended(exitCode: 0, output: "✓ a_test.lua: c\n\n1 passed\n", error: ""))
        }
    }

    @Test func `a filter runs what has its text alone`() async throws {
        try await withSite { site in
            try site.write("test.case('one', print) test.case('two', print)", to: "a_test.lua")
            try site.write("test.case('two', print)", to: "b_test.lua")
            let two = try await site.moonkeep("test", "--filter", "two")
            #expect(two.output == "✓ a_test.lua: two\n✓ b_test.lua: two\n\n2 passed\n")
            let file = try await site.moonkeep("test", "--filter", "b_test")
            #expect(file.output == "✓ b_test.lua: two\n\n1 passed\n")
            let none = try await site.moonkeep("test", "--filter", "three")
            #expect(none.exitCode == 2)
            #expect(none.error == "moonkeep: no test has 'three' in its name\n")
        }
    }

    @Test func `no tests are an error`() async throws {
        try await withSite { site in
            let none = try await site.moonkeep("test")
            #expect(
                none
                    == Ended(
                        exitCode: 2,
                        output: "",
                        error:
                            "moonkeep: there are no tests in '.'. Put them into a folder 'test', or into files whose names end in _test.lua.\n"
                    )
            )
            let missing = try await site.moonkeep("test", "nowhere")
            #expect(missing.exitCode == 2)
            #expect(
                missing.error
                    == "moonkeep: there is no 'nowhere'. Give a test file, or a folder with tests.\n"
            )
            try site.write("local x = 1", to: "a_test.lua")
            let empty = try await site.moonkeep("test", "a_test.lua")
            #expect(empty.exitCode == 2)
            #expect(
                empty.error
                    == "moonkeep: 'a_test.lua' has no tests. Say them with test.case(\"what holds\", function() … end).\n"
            )
        }
    }

    @Test func `a file that is no Lua fails, and the other files are run`() async throws {
        try await withSite { site in
            try site.write("test.case('a', function() end\nlocal x = = 1", to: "a_test.lua")
            try site.write("test.case('b', function() end)", to: "b_test.lua")
            let ended = try await site.moonkeep("test")
            let output = """
                ✗ a_test.lua:2: ')' expected (to close '(' at line 1) near 'local'
                ✓ b_test.lua: b

                1 passed, 1 failed

                """
            #expect(ended == Ended(exitCode: 1, output: output, error: ""))
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a test that loops for ever is ended, and the others run`()
        async throws
    {
        try await withSite { site in
            try site.write("while true do end", to: "loop.lua")
            try site.write(
                """
                test.case("loops", function() while true do end end)
                test.case("a script that loops", function()
                  local result = test.run("loop.lua")
                  expect(result.status):equals("timed_out")
                  expect(result.error.code):equals("time_limit")
                end)
                """,
                to: "a_test.lua"
            )
            let ended = try await site.moonkeep("test", "--time-limit", "200ms")
            let output = """
                ✗ a_test.lua: loops: the script ran longer than its 0.2 seconds
                ✓ a_test.lua: a script that loops

                1 passed, 1 failed

                """
            #expect(ended == Ended(exitCode: 1, output: output, error: ""))
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a test that waits for what never happens says so`() async throws {
        try await withSite { site in
            try site.write("backup.wait(backup.start('web'))", to: "wait.lua")
            try site.write(
                """
                test.case("waits", function()
                  test.backups { web = { outcome = "running" } }
                  test.run("wait.lua")
                end)
                """,
                to: "a_test.lua"
            )
            let ended = try await site.moonkeep("test")
            let output = """
                ✗ a_test.lua: waits: the test waits for something that never happens: no backup goes on, and nobody sleeps
                    the run of 'wait.lua' ended so: wait.lua:1: cancelled

                0 passed, 1 failed

                """
            #expect(ended == Ended(exitCode: 1, output: output, error: ""))
        }
    }

    @Test func `each case has a state of its own`() async throws {
        try await withSite { site in
            try site.write(
                """
                count = (count or 0) + 1
                test.case("a", function()
                  count = 10
                  test.backups { web = {} }
                  backup.run("web")
                  test.clock:advance("1h")
                end)
                test.case("b", function()
                  expect(count):equals(1)
                  expect(backup.list()):equals({})
                  expect(test.clock.now):equals("2026-01-01T00:00:00.000000Z")
                end)
                """,
                to: "a_test.lua"
            )
            let ended = try await site.moonkeep("test")
            #expect(
                ended
                    == Ended(exitCode: 0, output: "✓ a_test.lua: a\n✓ a_test.lua: b\n\n2 passed\n", error: "")
            )
        }
    }

    @Test func `a case in a case is refused`() async throws {
        try await withSite { site in
            try site.write(
                "test.case('a', function()\n  test.case('b', function() end)\nend)",
                to: "a_test.lua"
            )
            let ended = try await site.moonkeep("test")
            #expect(
                ended.output
                    == "✗ a_test.lua:2: a: the case 'b' stands in another one\n\n0 passed, 1 failed\n"
            )
        }
    }

    @Test func `help explains what tests are written with`() async throws {
        try await withSite { site in
            let command = try await site.moonkeep("help", "test")
            #expect(command.exitCode == 0)
            #expect(command.output.contains("Runs the tests of scripts, which are written in Lua."))
            #expect(command.output.contains("crash_everywhere"))
            let function = try await site.moonkeep("help", "test.expect")
            #expect(function.output.contains("Answers Expectation: what says what the value has to be."))
            let bare = try await site.moonkeep("help", "expect")
            #expect(bare.output.hasPrefix("expect(value, [label])\n"))
            #expect(bare.output.contains("\n  raises    function(pattern: string): table  "))
        }
    }

    @Test func `what a test and its scripts print is shown when it fails, and only then`() async throws {
        try await withSite { site in
            try site.write("print('in the script', 1)", to: "a.lua")
            try site.write(
                """
                test.case("good", function() print("all well") end)
                test.case("bad", function()
                  print("before")
                  test.run("a.lua")
                  error("no")
                end)
                """,
                to: "a_test.lua"
            )
            let ended = try await site.moonkeep("test")
            #expect(
                ended.output == """
                    ✓ a_test.lua: good
                    ✗ a_test.lua:5: bad: no
                        it printed:
                          before
                          in the script?1

                    1 passed, 1 failed

                    """
            )
        }
    }
}
