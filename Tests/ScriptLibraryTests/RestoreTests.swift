import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import RunJournal
import ScriptLibrary
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5))) struct RestoreTests {
    private func fixture(
        restores: [BackupScript] = [],
        permissions: [String] = ["restore:start"]
    ) throws -> (LibraryFixture, InMemoryBackupService) {
        let service = InMemoryBackupService([.make("web-files")], restores: restores)
        return (
            try LibraryFixture(
                [.restore(temporaryFolder: "/nowhere")],
                permissions: permissions,
                service: service
            ),
            service
        )
    }

    @Test func `a restore is started and waited for`() async throws {
        let (fixture, service) = try fixture()
        let values = try await fixture.values(
            """
            local b = backup.run("web-files")
            local id = restore.start(b, { to = "/srv/again", overwrite = true, include = { "/srv/nightly/" }, exclude = "/srv/nightly/a" })
            local r = restore.wait(id, { timeout = "1h" })
            return id == r.id, r.state, r.outcome, restore.status(r).state, restore.errors(id).count
            """
        )
        #expect(values == [true, "completed", "ok", "completed", 0])
        let restore = try #require(try await service.restores(Page()).first)
        #expect(restore.destinationPath == "/srv/again")
        #expect(restore.overwriteFiles)
        #expect(restore.inclusions == [PathRule(type: .folder, path: "/srv/nightly/")])
        #expect(restore.exclusions == [PathRule(type: .file, path: "/srv/nightly/a")])
    }

    @Test func `a cancelled run stops the restore that it has started`() async throws {
        let (fixture, service) = try fixture(restores: [.runsUntilStopped])
        let running = Task { try await fixture.run("restore.run(backup.run('web-files'))") }
        try await fixture.clock.waitForSleepers(1)
        running.cancel()
        #expect(try await running.value.outcome == .stopped)
        #expect(try await service.restores(Page()).map(\.state) == [.stopped])
    }

    @Test func `everything goes where it was unless the options say otherwise`() async throws {
        let (fixture, service) = try fixture()
        _ = try await fixture.values("return restore.run(backup.run('web-files').id)")
        let restore = try #require(try await service.restores(Page()).first)
        #expect(restore.destinationPath == nil)
        #expect(!restore.overwriteFiles)
        #expect(restore.inclusions == [PathRule(type: .folder, path: "/")])
    }

    @Test func `run raises when the restore ended badly, and the run has failed`() async throws {
        let (fixture, _) = try fixture(restores: [.fails, .completesWithErrors])
        let result = try await fixture.run(
            """
            local b = backup.run("web-files")
            local ok, e = pcall(restore.run, b)
            return ok, e.code, e.message, e.data.state, restore.run(b).outcome
            """
        )
        #expect(
            result.values == [
                false, "restore_failed",
                .string(
                    "the restore of backup '\(ResourceID<Backup>.make(1))' ended as failed: the source cannot be read"
                ),
                "failed", "warning",
            ]
        )
        #expect(result.outcome == .failed)
    }

    @Test func `a wait has a limit`() async throws {
        let (fixture, service) = try fixture(restores: [.runsUntilStopped])
        let running = Task {
            try await fixture.failure(
                "restore.run(backup.run('web-files'), { timeout = '1s' })"
            )
        }
        for _ in 0..<2 {
            try await fixture.clock.waitForSleepers(1)
            fixture.clock.advance(by: .milliseconds(500))
        }
        #expect(
            try await running.value == """
                test.lua:1: restore '\(ResourceID<Restore>.make(100_001))' was not over after 1.0 s. It goes on; wait for it \
                again, or stop it.
                """
        )
        #expect(try await service.restores(Page()).first?.state == .inProgress)
    }

    @Test func `a stop is asked for`() async throws {
        let (fixture, _) = try fixture(restores: [.runsUntilStopped])
        let result = try await fixture.run(
            "local id = restore.start(backup.run('web-files')); restore.stop(id); return restore.wait(id).state"
        )
        #expect(result.values == ["stopped"])
        #expect(result.outcome == .stopped)
    }

    @Test func `a folder of a backup is shown`() async throws {
        let (fixture, _) = try fixture(permissions: [])
        let values = try await fixture.values(
            """
            local b, lines = backup.run("web-files"), {}
            for _, path in ipairs({ "/", "/srv/nightly" }) do
                for _, item in ipairs(restore.browse(b, path)) do
                    lines[#lines + 1] = item.type .. " " .. item.path .. " " .. item.bytes
                end
            end
            return table.concat(lines, ", "), #restore.browse(b)
            """
        )
        #expect(
            values == [
                "folder /srv 0, file /srv/nightly/a 512, file /srv/nightly/b 512, link /srv/nightly/latest 0",
                1,
            ]
        )
    }

    @Test(arguments: [
        ("restore.start(b, { include = '/srv/nightly/c' })", "backup 'ID' has no '/srv/nightly/c'"),
        (
            "restore.start(b, { include = '/srv/nigthly' })",
            "backup 'ID' has no '/srv/nigthly'. Did you mean '/srv/nightly'?"
        ),
        ("restore.start(b, { to = 'x' })", "to: an absolute path expected, got \"x\""),
        (
            "restore.start(b, { into = '/x' })",
            "there is no option 'into'; known are: to, overwrite, include, exclude, agent"
        ),
        (
            "restore.start(b, { agent = 'x' })",
            "destination agent 'x' is not known; a destination path is needed on another host than that of the backup"
        ),
        ("restore.start('none')", "no backup has the id 'none'. List the backups to see their ids."),
        ("restore.wait('none')", "no restore has the id 'none'"),
        ("restore.browse(b, '/none')", "there is no folder '/none'"),
        (
            "restore.browse(b, 'none')",
            "bad argument #2 to 'restore.browse': an absolute path expected, got \"none\""
        ),
        (
            "restore.test(b, { count = 0 })",
            "bad argument #2 to 'restore.test': count: 1 to 1000 expected, got 0"
        ),
        (
            "restore.test(b, { max_bytes = '1 pound' })",
            "max_bytes: size expected (bytes, or a text such as \"512KiB\", \"50GiB\"), got \"1 pound\""
        ),
        (
            "restore.test(b, { max_bytes = 10 })",
            "no file of at most 10 B was found in backup 'ID'. Look at it with 'restore.browse', or raise 'max_bytes'."
        ),
    ])
    func `what is wrong is named`(call: String, message: String) async throws {
        let (fixture, _) = try fixture()
        let failure = try await fixture.failure("local b = backup.run('web-files'); \(call)")
        let wanted = message.replacing("ID", with: ResourceID<Backup>.make(1).rawValue)
        #expect(failure?.contains(wanted) == true, "\(failure ?? "nothing")")
    }

    @Test(arguments: ["start(b)", "run(b)", "test(b)", "stop('x')"])
    func `restoring needs a permission`(call: String) async throws {
        let (fixture, service) = try fixture(permissions: [])
        #expect(
            try await fixture.failure("local b = backup.run('web-files'); restore.\(call)") == """
                test.lua:1: the script may not do this: it has no permission 'restore:start'. Ask for it in the script's \
                'needs', and grant it with 'moonkeep allow test.lua'.
                """
        )
        #expect(try await service.restores(Page()).isEmpty)
    }

    @Test func `hooks hear once of each restore that a run waits for`() async throws {
        let folder = try TestFolder()
        try folder.write(
            """
            hooks.on("restore.finished", function(e) print(e.event, e.restore.id, e.restore.outcome) end)
            return { api = 1 }
            """,
            to: "plugins/told/plugin.lua"
        )
        let (fixture, _) = try fixture(restores: [.completes, .fails, .completesWithErrors])
        let folders = ModuleFolders(folder: folder.path)
        let catalogue = PluginCatalogue(folders, inspector: fixture.makeHost().inspector)
        let host = fixture.makeHost { environment in
            environment.hookPlugins = { await catalogue.hookPlugins { _ in .standard } }
        }
        let output = Mutex<[String]>([])
        let script = """
            local b = backup.run("web-files")
            local id = restore.start(b)
            restore.wait(id)
            restore.wait(id)
            print("twice", id)
            print(pcall(restore.run, b))
            restore.run(b)
            """
        let result = try await host.run(LuaSource(name: "test.lua", text: script)) { event in
            if case .output(let line) = event { output.withLock { $0.append(line) } }
        }
        #expect(result.failure == nil)
        let ids = (1...3).map { ResourceID<Restore>.make(100_000 + $0).rawValue }
        let lines = output.withLock { $0 }.filter { !$0.hasPrefix("false") }
        #expect(
            lines == [
                "restore.finished\t\(ids[0])\tok", "twice\t\(ids[0])", "restore.finished\t\(ids[1])\tfailed",
                "restore.finished\t\(ids[2])\twarning",
            ]
        )
    }

    @Test func `a plan restores nothing`() async throws {
        let (fixture, service) = try fixture(permissions: [])
        let plan = try await fixture.makeHost().plan(
            LuaSource(
                name: "test.lua",
                text:
                    "restore.wait(restore.start('b')); restore.run('b', { to = '/x' }); return restore.test('b').checked"
            )
        )
        #expect(plan.result.failure == nil)
        #expect(
            plan.steps.map(\.description) == [
                #"restore.start("b")"#, #"restore.wait("planned")"#, #"restore.start("b",{"to":"/x"})"#,
                #"restore.sample("b",20,268435456,"b")"#, #"restore.start("b")"#,
            ]
        )
        #expect(try await service.restores(Page()).isEmpty)
    }
}
