import Foundation
import LuaKit
import ScriptLibrary
import Testing

@Suite(.timeLimit(.minutes(2))) struct SecretTests {
    private static func site() throws -> Site {
        try Site(needs: ["secrets:pg/password", "secrets:other"], secrets: ["pg/password": "s3cr3t-w0rd\n"])
    }

    @Test func `a handle shows as its placeholder`() async throws {
        let values = try await Self.site().values(
            "local s = secrets.get('pg/password') return tostring(s), s.name, ('%s'):format(s), type(s)"
        )
        #expect(values == ["<secret pg/password>", "pg/password", "<secret pg/password>", "userdata"])
    }

    @Test(arguments: [
        ("return s .. ''", "attempt to concatenate a Secret value (local 's')"),
        ("return s < 's'", "attempt to compare Secret with string"),
        ("return #s", "attempt to get length of a Secret value (local 's')"),
        ("return s.value", "Secret has no member 'value'"),
        ("s.name = 'x'", "Secret.name is read-only and cannot be set"),
        ("return json.encode(s)", "bad argument #1 to 'json.encode': a Secret has no form outside Lua"),
        (
            "return json.encode({ a = s })",
            "bad argument #1 to 'json.encode': a: a Secret has no form outside Lua"
        ),
        ("fs.write('/x', s)", "bad argument #2 to 'fs.write': string expected, got Secret"),
        (
            "shell.run({ 'echo', s })",
            "bad argument #1 to 'shell.run': argument 2 is a Secret, which all users of the machine could see; hand it over in 'env' or 'stdin'"
        ),
    ])
    func `a handle cannot be turned into text`(text: String, message: String) async throws {
        let failure = try await Self.site().failure("local s = secrets.get('pg/password') \(text)")
        #expect(failure == "test.lua:1: \(message)")
    }

    @Test func `two handles of one secret tell nothing of its content`() async throws {
        let values = try await Self.site().values(
            "local a, b = secrets.get('pg/password'), secrets.get('pg/password') return a == b, a == 's3cr3t-w0rd', a == a"
        )
        #expect(values == [false, false, true])
    }

    @Test func `a secret that was not granted is refused`() async throws {
        #expect(
            try await Self.site().failure("secrets.get('root')")
                == "test.lua:1: the script may not do this: it has no permission 'secrets:root'. Ask for it in the script's 'needs', and grant it with 'moonkeep allow test.lua'."
        )
    }

    @Test(arguments: ["''", "'../x'", "'a/../b'", "'-x'", "'/a'", "'a/'", "'a b'", "'a\\0'", "'é'", "'.x'"])
    func `a name that could be a path or an option is refused`(name: String) async throws {
        let failure = try #require(try await Self.site().failure("secrets.get(\(name))"))
        #expect(
            failure.hasPrefix(
                "test.lua:1: bad argument #1 to 'secrets.get': a secret's name such as \"pg/password\" expected"
            )
        )
    }

    @Test func `a secret that nobody has is named where it is used`() async throws {
        let failure = try await Self.site().failure(
            "local s = secrets.get('other') shell.run { 'true', stdin = s }"
        )
        #expect(failure?.hasPrefix("test.lua:1: the script may not do this") == true)
        let site = try Site(needs: ["secrets:other", "shell:true"])
        #expect(
            try await site.failure("shell.run { 'true', stdin = secrets.get('other') }")
                == "test.lua:1: there is no secret 'other'. Put it into the file '$/secrets/other' with the mode 0600."
        )
    }
}

/// Files, variables, credentials and programs that hold secrets.
@Suite(.timeLimit(.minutes(2))) struct SecretProviderTests {
    private static let fix = "as the user that Moonkeep runs as."

    private func failure(of name: String, in folder: TemporaryFolder) async -> String? {
        do {
            _ = try await SecretFiles(folder: folder.path + "/secrets").value(of: name)
            return nil
        } catch {
            return "\(error)".replacing(folder.path, with: "$")
        }
    }

    @Test(arguments: [
        ("s3cret\n", "s3cret"), ("s3cret", "s3cret"), ("s3cret\r\n", "s3cret"), ("a\nb\n\n", "a\nb\n"),
    ])
    func `a file's line end is left out`(content: String, value: String) async throws {
        let folder = try TemporaryFolder()
        try folder.write("secrets/a/b", content, mode: 0o400)
        #expect(try await SecretFiles(folder: folder.path + "/secrets").value(of: "a/b") == Array(value.utf8))
        #expect(try await SecretFiles(folder: folder.path + "/secrets").value(of: "a/c") == nil)
        #expect(try await SecretFiles(folder: folder.path + "/none").value(of: "a") == nil)
    }

    @Test(arguments: [0o644, 0o640, 0o604, 0o660, 0o700, 0o4600])
    func `a file that others may read or run is refused`(mode: Int) async throws {
        let folder = try TemporaryFolder()
        try folder.write("secrets/a", "s3cret", mode: mode)
        #expect(
            await failure(of: "a", in: folder)
                == "the file of the secret 'a' can be read or changed by others (its mode is 0\(String(mode, radix: 8))). Run 'chmod 600 $/secrets/a', and change the secret if others may have seen it."
        )
    }

    @Test func `a symbolic link is refused, also on the way`() async throws {
        let folder = try TemporaryFolder()
        try folder.write("secrets/real/key", "s3cret", mode: 0o600)
        try folder.write("outside", "s3cret", mode: 0o600)
        try folder.link("secrets/link", to: "real/key")
        try folder.link("secrets/way", to: "real")
        try folder.link("secrets/out", to: "../outside")
        for name in ["link", "way/key", "out"] {
            #expect(
                await failure(of: name, in: folder)
                    == "the file of the secret '\(name)' is behind a symbolic link. Put the file itself there."
            )
        }
    }

    @Test func `a file that is too long for a secret is refused`() async throws {
        let folder = try TemporaryFolder()
        try folder.write("secrets/a", String(repeating: "x", count: 70_000), mode: 0o600)
        #expect(
            await failure(of: "a", in: folder)
                == "the file of the secret 'a' has more than 64.0 KiB. A secret is a password or a key."
        )
    }

    @Test func `a secret of three bytes is refused where it is used`() async throws {
        let site = try Site(needs: ["secrets:a", "shell:cat"], secrets: ["a": "abc"])
        #expect(
            try await site.failure("shell.run { 'cat', stdin = secrets.get('a') }")
                == "test.lua:1: the secret 'a' has only 3 bytes, in the file '$/secrets/a' with the mode 0600. Give it 4 or more: a shorter one cannot be kept out of logs."
        )
    }

    @Test func `a variable holds the secrets that the site names`() async throws {
        let provider = SecretVariables(
            ["pg/password": "PGPASSWORD"],
            in: ["PGPASSWORD": "word", "OTHER": "x"]
        )
        #expect(try await provider.value(of: "pg/password") == Array("word".utf8))
        #expect(try await provider.value(of: "OTHER") == nil)
        #expect(provider.place(of: "pg/password") == "the variable 'PGPASSWORD'")
    }

    @Test func `a credential has its own name for a slash`() async throws {
        let folder = try TemporaryFolder()
        try folder.write("pg@password", "word\n", mode: 0o444)
        let provider = SecretCredentials(folder: folder.path)
        #expect(try await provider.value(of: "pg/password") == Array("word".utf8))
        #expect(try await provider.value(of: "pg") == nil)
        #expect(provider.place(of: "pg/password") == "the systemd credential 'pg@password'")
    }

    @Test func `a program prints secrets`() async throws {
        let provider = SecretCommand(["printf", "%s-word\\n"], variables: [:])
        #expect(try await provider.value(of: "pg") == Array("pg-word".utf8))
    }

    @Test func `a program that fails is named, and its words are not`() async throws {
        let folder = try TemporaryFolder()
        try folder.write("show", "#!/bin/sh\necho leaked-word\necho leaked-word >&2\nexit 3\n", mode: 0o755)
        let provider = SecretCommand([folder.path + "/show"], variables: [:])
        await #expect {
            _ = try await provider.value(of: "pg")
        } throws: { error in
            "\(error)"
                == "the secret 'pg' could not be read: '\(folder.path)/show' ended with the exit code 3. Run '\(folder.path)/show pg' \(Self.fix)"
        }
    }
}
