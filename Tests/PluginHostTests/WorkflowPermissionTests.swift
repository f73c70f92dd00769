import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import RunJournal
import Testing

extension Module {
    /// A module whose one function needs a permission.
    fileprivate static let vault = Module("vault", "Keeps things.") {
        Function("open", "Opens the vault.", .step(.read), Parameter<Text>("name", "Which one.")) {
            run,
            name in
            try run.require(Permission("secrets", name))
            return .string("gold of \(name)")
        }
    }
}

@Suite(.timeLimit(.minutes(5))) struct WorkflowPermissionTests {
    private static let text = """
        return { api = 1, needs = { "secrets:pg" }, run = function() return vault.open("pg") end }
        """
    private static let grant = ScriptGrant(script: "/site/test.lua", needs: ["secrets:pg"])

    private func makeFixture() throws -> Fixture { try Fixture(modules: [.vault]) }

    @Test func `asking is not having`() async throws {
        let result = try await makeFixture().run(Self.text)
        #expect(result.failure?.code == "permission_denied")
        #expect(
            result.failure?.description == """
                test.lua:1: the script may not do this: it has no permission 'secrets:pg'. Ask for it in the script's 'needs', \
                and grant it with 'moonkeep allow test.lua'.
                """
        )
    }

    @Test func `what is granted may be done, and is noted with the run`() async throws {
        let fixture = try makeFixture()
        let host = fixture.host.granting(Self.grant)
        let result = try await host.run(LuaSource(name: "test.lua", text: Self.text))
        #expect(result.values == ["gold of pg"])
        let run = try await fixture.journal.run("r1")
        #expect(try await host.grant(of: run) == Self.grant)
        #expect(
            try await fixture.journal.notes(of: "r1").map(\.message) == [
                #"{"needs":["secrets:pg"],"script":"/site/test.lua"}"#
            ]
        )
    }

    @Test func `a grant is for what it names alone`() async throws {
        let fixture = try makeFixture()
        let result = try await fixture.host.granting(Self.grant).run(
            LuaSource(name: "test.lua", text: "backup.configurations() vault.open('other')")
        )
        #expect(result.failure?.code == "permission_denied")
    }

    @Test func `a plan reads only what the script may read`() async throws {
        let fixture = try makeFixture()
        let source = LuaSource(name: "test.lua", text: Self.text)
        #expect(try await fixture.host.plan(source).result.failure?.code == "permission_denied")
        #expect(try await fixture.host.granting(Self.grant).plan(source).result.values == ["gold of pg"])
    }

    @Test func `a run without a grant has none noted`() async throws {
        let fixture = try makeFixture()
        _ = try await fixture.run("return 1")
        let run = try await fixture.journal.run("r1")
        #expect(try await fixture.host.grant(of: run) == nil)
    }

    @Test(arguments: [
        ("shell:pg_dump", "runs the program 'pg_dump'"), ("shell:*", "runs all programs"),
        ("shell:sh", "runs any text in a shell"), ("fs:read:/srv", "reads '/srv' and what is below"),
        ("fs:write:/srv", "changes '/srv' and what is below"),
        ("http:https://x.org", "speaks to https://x.org"),
        ("secrets:pg/password", "uses the secret 'pg/password'"), ("notify:ops", "sends messages to 'ops'"),
        ("backup:cleanup", "removes old backups"), ("backup:*", "does all that can be done with backups"),
        ("restore:start", "restores files"), ("lock:repo/*", "holds the lock 'repo/*'"),
    ])
    func `a permission is told in words`(text: String, words: String) throws {
        #expect(try #require(Permission(text)).words == words)
    }
}
