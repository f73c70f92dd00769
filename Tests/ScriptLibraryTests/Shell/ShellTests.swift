import BackupTesting
import Foundation
import LuaKit
import PluginHost
import ScriptLibrary
import Testing

@Suite(.timeLimit(.minutes(2))) struct ShellTests {
    @Test func `a program's end is answered`() async throws {
        let site = try Site(needs: ["shell:sh", "shell:printf"])
        let values = try await site.values(
            """
            local r = shell.run { "printf", "%s|", "a b", "$HOME`id`", "*", "" }
            local e = shell.sh("echo out; echo err >&2; exit 3", { ok = { 0, 3 } })
            return r.stdout, r.exit_code, r.stdout_bytes, r.stderr, e.stdout, e.stderr, e.exit_code
            """
        )
        #expect(values == ["a b|$HOME`id`|*||", 0, 17, "", "out\n", "err\n", 3])
    }

    @Test(arguments: [
        ("shell.run { 'false' }", "'false' ended with the exit code 1"),
        (
            "shell.sh('echo one >&2; echo two >&2; exit 7')",
            "'/bin/sh' ended with the exit code 7: one / two"
        ),
        ("shell.sh('kill -9 $$')", "'/bin/sh' was ended by the signal 9"),
        ("shell.run({ 'true' }, { ok = 1 })", "'true' ended with the exit code 0"),
        (
            "shell.sh('head -c 2000 /dev/zero', { max_output = '1KB' })",
            "'/bin/sh' wrote more than 1.00 KB and was ended. Say 'stdout' to write it to a file, or 'max_output'."
        ),
        (
            "shell.run { 'no-such-program-here' }",
            "there is no program 'no-such-program-here'. Install it, or add its folder to the PATH that Moonkeep is started with (/usr/bin:/bin)."
        ),
        (
            "shell.run { '/no/such' }",
            "there is no program '/no/such'. Install it, or correct the path."
        ),
        (
            "shell.run { 'true', user = 'no-such-user' }",
            "there is no user 'no-such-user' on this machine"
        ),
    ])
    func `an end that is not accepted is named`(text: String, message: String) async throws {
        let site = try Site(needs: ["shell:*", "shell:sh"], variables: ["PATH": "/usr/bin:/bin"])
        let result = try await site.run(text)
        let known = message.replacing("1.00 KB", with: Figures.bytes(1_000))
        #expect(result.failure?.description == "test.lua:1: \(known)")
    }

    @Test func `an error has what a script may switch on`() async throws {
        let site = try Site(needs: ["shell:sh"])
        let values = try await site.values(
            "local _, e = pcall(shell.sh, 'echo no >&2; exit 4') return e.code, e.data.exit_code, e.data.stderr, e.retryable"
        )
        #expect(values == ["exit_code", 4, "no\n", false])
    }

    @Test(arguments: [
        ("shell.run { 'date' }", "shell:date"),
        ("shell.run { '/bin/true' }", "shell:/bin/true"),
        ("shell.run { '/usr/bin/../bin/true' }", "shell:/usr/bin/../bin/true"),
        ("shell.run { 'sh', '-c', 'id' }", "shell:sh:*"),
        ("shell.sh('id')", "shell:sh:*"),
        ("shell.run { 'true', stdout = '/etc/x' }", "fs:write:/etc/x"),
        ("shell.run { 'true', cwd = '/etc' }", "fs:write:/etc"),
    ])
    func `what was not granted is refused`(text: String, permission: String) async throws {
        let site = try Site(needs: ["shell:true"])
        #expect(
            try await site.failure(text)
                == "test.lua:1: the script may not do this: it has no permission '\(permission)'. Ask for it in the script's 'needs', and grant it with 'moonkeep allow test.lua'."
        )
    }

    @Test(arguments: [
        ("{}", "a list with a program and its arguments expected, as in { \"pg_dump\", \"app\" }"),
        ("'ls -l'", "a list with a program and its arguments expected, got string"),
        ("{ './x' }", "a program's name or absolute path expected, got \"./x\""),
        ("{ 'true', {} }", "argument 2: text without NUL expected, got table"),
        ("{ 'true', 'a\\0b' }", "argument 2: text without NUL expected, got string"),
        ("{ 'true', timout = 1 }", "there is no option 'timout'; did you mean 'timeout'?"),
        (
            "{ 'true', env = { LD_PRELOAD = '/x' } }",
            "env: 'LD_PRELOAD' cannot be set: with it a program runs other code than its own; use shell.sh if that is wanted"
        ),
        (
            "{ 'true', env = { PATH = '/x' } }",
            "env: 'PATH' cannot be set: with it a program runs other code than its own; use shell.sh if that is wanted"
        ),
        ("{ 'true', env = { ['A=B'] = 'x' } }", "env: a variable's name expected, got \"A=B\""),
        ("{ 'true', env = { A = {} } }", "env: A: text without NUL or Secret expected, got table"),
        ("{ 'true', ok = { 256 } }", "ok: exit codes from 0 to 255 expected, got 256"),
        ("{ 'true', cwd = 'x' }", "cwd: an absolute path such as \"/srv/data\" expected, got \"x\""),
        ("{ 'true', on_unknown = 'x' }", "on_unknown: \"park\", \"retry\" or \"skip\" expected, got \"x\""),
    ])
    func `a wrong command is named`(command: String, problem: String) async throws {
        let site = try Site(needs: ["shell:*"])
        #expect(
            try await site.failure("shell.run(\(command))")
                == "test.lua:1: bad argument #1 to 'shell.run': \(problem)"
        )
    }

    @Test func `a program gets the allowed variables and those of the call`() async throws {
        let site = try Site(
            needs: ["shell:env:env=A,N"],
            variables: ["PATH": "/usr/bin:/bin", "LANG": "C", "AWS_SECRET": "no", "TZ": "UTC"]
        )
        let values = try await site.values("return shell.run({ 'env', env = { A = 'b c', N = 1 } }).stdout")
        let lines = try #require(values.first?.text).split(separator: "\n").sorted()
        #expect(lines == ["A=b c", "LANG=C", "N=1", "PATH=/usr/bin:/bin", "TZ=UTC"])
    }

    @Test(arguments: [
        ("shell:env", "A = 'x', PERL5OPT = '-Mx'", "shell:env:env=A,PERL5OPT"),
        ("shell:env:env=A", "A = 'x', PERL5OPT = '-Mx'", "shell:env:env=PERL5OPT"),
        ("shell:env:env=A", "HOME = '/x'", "shell:env:env=HOME"),
        ("shell:en*", "PYTHONPATH = '/x'", "shell:env:env=PYTHONPATH"),
    ])
    func `a variable that the permission does not name is refused`(
        granted: String,
        variables: String,
        missing: String
    ) async throws {
        let site = try Site(needs: [granted])
        #expect(
            try await site.failure("shell.run { 'env', env = { \(variables) } }")
                == "test.lua:1: the script may not do this: it has no permission '\(missing)'. Ask for it in the script's "
                + "'needs', and grant it with 'moonkeep allow test.lua'."
        )
    }

    @Test(arguments: [
        ("shell:env", "LANG = 'C', LC_ALL = 'C', TZ = 'UTC'"), ("shell:env:env=A,B", "B = 'x', A = 'y'"),
        ("shell:*", "PERL5OPT = ''"),
    ])
    func `a variable that chooses a language, or that the permission names, is given`(
        granted: String,
        variables: String
    ) async throws {
        let site = try Site(needs: [granted])
        #expect(try await site.failure("shell.run { 'env', env = { \(variables) } }") == nil)
    }

    @Test func `a program reads what it is given, and works in its folder`() async throws {
        let site = try Site(needs: ["shell:cat", "shell:pwd", "fs:read:$"])
        let values = try await site.values(
            "return shell.run({ 'cat', stdin = 'a\\0b' }).stdout, shell.run({ 'pwd', cwd = '$' }).stdout, shell.run({ 'cat' }).stdout"
        )
        #expect(values == ["a\0b", .string(site.folder.path + "\n"), ""])
    }

    @Test func `a program need not read what it is given`() async throws {
        let site = try Site(needs: ["shell:true", "shell:head", "shell:sh"])
        let values = try await site.values(
            """
            local long = ("x"):rep(4 << 20)
            return shell.run({ "true", stdin = long }).exit_code, shell.run({ "head", "-c", "3", stdin = long }).stdout,
                shell.sh("exec <&-; sleep 0.1; echo on", { stdin = long }).stdout
            """
        )
        #expect(values == [0, "xxx", "on\n"])
    }

    @Test func `output goes to a file whole or not at all`() async throws {
        let site = try Site(needs: ["shell:sh", "fs:write:$/out"])
        try site.folder.write("out/old", "before")
        let values = try await site.values(
            """
            local r = shell.sh("head -c 300000 /dev/zero", { stdout = "$/out/new", max_output = 10 })
            local ok, e = pcall(shell.sh, "echo half; exit 1", { stdout = "$/out/old" })
            return r.stdout, r.stdout_bytes, ok, e.code
            """
        )
        #expect(values == ["", 300_000, false, "exit_code"])
        #expect(try site.folder.text("out/old") == "before")
        #expect(try site.folder.text("out/new").utf8.count == 300_000)
        #expect(site.folder.contents == ["out", "out/new", "out/old", "temporary"])
    }
}
