import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import ScriptLibrary
import Testing

@Suite(.timeLimit(.minutes(5))) struct BackupAdditionsTests {
    private func fixture(
        cleanups: [BackupScript] = [],
        permissions: [String] = ["backup:cleanup"]
    ) throws -> (LibraryFixture, InMemoryBackupService) {
        let service = InMemoryBackupService([.make("web-files")], cleanups: cleanups)
        return (
            try LibraryFixture([.backup, .agent], permissions: permissions, service: service), service
        )
    }

    @Test func `a cleanup is started and waited for`() async throws {
        let (fixture, service) = try fixture()
        #expect(
            try await fixture.values("local c = backup.cleanup(); return c.state, c.outcome") == [
                "completed", "ok",
            ]
        )
        #expect(try await service.cleanups(Page()).count == 1)
    }

    @Test func `a cleanup that ended badly raises`() async throws {
        let (fixture, _) = try fixture(cleanups: [.fails])
        let result = try await fixture.run("backup.cleanup()")
        #expect(
            result.failure?.description == "test.lua:1: the cleanup ended as failed: unable_to_read_source"
        )
    }

    @Test func `cleaning up needs a permission`() async throws {
        let (fixture, service) = try fixture(permissions: [])
        #expect(
            try await fixture.failure("backup.cleanup()") == """
                test.lua:1: the script may not do this: it has no permission 'backup:cleanup'. Ask for it in the script's \
                'needs', and grant it with 'moonkeep allow test.lua'.
                """
        )
        #expect(try await service.cleanups(Page()).isEmpty)
    }

    @Test func `agents are listed and looked at`() async throws {
        let (fixture, service) = try fixture()
        let agent = try #require(try await service.agents().first)
        let found = try await fixture.values(
            "local a = agent.list()[1]; return a.id, agent.status(a).name, #agent.status(a.name).activities"
        )
        #expect(found == [.string(agent.id.rawValue), .string(agent.name), 0])
        #expect(
            try await fixture.failure("agent.status('none')")
                == "test.lua:1: no agent has the id or name 'none'"
        )
    }

    @Test func `the events of a backup are listed`() async throws {
        let (fixture, _) = try fixture()
        let found = try await fixture.values(
            "return #backup.events(backup.run('web-files')) > 0, backup.list()[1].state"
        )
        #expect(found == [true, "completed"])
    }
}
