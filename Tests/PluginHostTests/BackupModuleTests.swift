import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import RunJournal
import Testing

private let first = "00000000-0000-4000-8000-000000000001"

@Suite(.timeLimit(.minutes(5))) struct BackupModuleTests {
    @Test func `start answers the id, by name, by id and by record`() async throws {
        let values = try await Fixture().values(
            """
            local record = backup.configuration("mail")
            return backup.start("web-files"), backup.start(record.id), backup.start(record)
            """
        )
        #expect(
            values == [1, 2, 3].map { .string(ResourceID<Backup>.make($0).rawValue) }
        )
    }

    @Test func `wait answers the record of the contract without nulls`() async throws {
        let values = try await Fixture().values(
            """
            local id = backup.start("web-files")
            local r = backup.wait(id)
            return r.id == id, r.state, r.outcome, r.configuration.id, r.files_searched, r.bytes_backed_up,
                r.restorable, r.errors.count, r.started_time, r["local"]
            """
        )
        #expect(
            values == [
                true, "completed", "ok", "web-files", 1222, 127_000_000, true, 0,
                "2014-08-05T18:22:23.000000Z", .nil,
            ]
        )
    }

    @Test func `wait takes a record, and answers one that ended badly`() async throws {
        let values = try await Fixture(scripts: ["mail": .fails]).values(
            """
            local r = backup.wait(backup.status(backup.start("mail")))
            return r.state, r.outcome, r.errors.reason, r.errors.diagnostics
            """
        )
        #expect(values == ["failed", "failed", "unable_to_read_source", "the source cannot be read"])
    }

    @Test(arguments: [
        (BackupScript.completes, ["completed", "ok"]),
        (.completesWithErrors, ["completed_with_errors", "warning"]),
    ])
    func `run answers the record unless the backup ended badly`(script: BackupScript, expected: [LuaValue])
        async throws
    {
        let values = try await Fixture(scripts: ["mail": script]).values(
            #"local r = backup.run("mail") return r.state, r.outcome"#
        )
        #expect(values == expected)
    }

    @Test func `run raises when the backup ended badly`() async throws {
        let fixture = try Fixture(scripts: ["mail": .fails])
        let result = try await fixture.run(#"backup.run("mail")"#)
        #expect(
            result.failure?.description
                == "test.lua:1: the backup of 'mail' ended as failed: the source cannot be read"
        )
        #expect(result.failure?.code == "backup_failed")
        let values = try await fixture.values(
            #"local ok, e = pcall(backup.run, "mail") return ok, e.code, e.retryable, e.data.state, tostring(e)"#
        )
        #expect(
            values == [
                false, "backup_failed", false, "failed",
                "the backup of 'mail' ended as failed: the source cannot be read",
            ]
        )
    }

    @Test func `status answers the record as of now`() async throws {
        let values = try await Fixture(scripts: ["mail": .runsUntilStopped]).values(
            #"local r = backup.status(backup.start("mail")) return r.state, r.outcome, r.ended_time"#
        )
        #expect(values == ["in_progress", .nil, .nil])
    }

    @Test func `stop asks for a stop and answers the record`() async throws {
        let fixture = try Fixture(scripts: ["mail": .runsUntilStopped])
        let values = try await fixture.values(
            """
            local id = backup.start("mail")
            return backup.stop(id).state, backup.wait(id).state
            """
        )
        #expect(values == ["stop_requested", "stopped"])
        #expect(
            try await fixture.failure(#"backup.stop(backup.run("web-files"))"#)
                == "test.lua:1: backup '00000000-0000-4000-8000-000000000002' is already completed and cannot be stopped"
        )
    }

    @Test func `errors answers what went wrong file by file`() async throws {
        let values = try await Fixture(scripts: ["mail": .completesWithErrors]).values(
            """
            local e = backup.errors(backup.run("mail"))
            return e.count, e.reason, e.diagnostics, #e.list, e.list[1].index, e.list[1].path, e.list[1].type,
                e.list[1].description, e.list[1].exception
            """
        )
        #expect(
            values == [
                1, "unable_to_process_some_files", "1 of the files could not be read", 1, 0,
                "/srv/nightly/locked", "file_or_folder_missing", "vanished between search and copy", .nil,
            ]
        )
    }

    @Test func `list answers the newest first and takes filters`() async throws {
        let values = try await Fixture(scripts: ["mail": .completesWithErrors]).values(
            """
            local function ids(options)
              local ids = {}
              for i, r in ipairs(backup.list(options)) do ids[i] = r.id:sub(-1) end
              return table.concat(ids)
            end
            backup.run("mail") backup.run("web-files") backup.run("mail")
            return ids(), ids({ configuration = "mail" }), ids({ state = "completed" }), ids({ limit = 2 }),
                ids({ state = "failed" })
            """
        )
        #expect(values == ["321", "31", "2", "32", ""])
    }

    @Test func `latest answers the newest of a configuration, or nil`() async throws {
        let values = try await Fixture(scripts: ["mail": .completesWithErrors]).values(
            """
            local before = backup.latest("mail")
            backup.run("mail") backup.run("mail")
            return before, backup.latest("mail").id:sub(-1), backup.latest("mail", { state = "failed" }),
                select("#", backup.latest("web-files"))
            """
        )
        #expect(values == [.nil, "2", .nil, 1])
    }

    @Test func `configurations answers all by name, without nulls`() async throws {
        let values = try await Fixture().values(
            """
            local all = backup.configurations()
            local one = backup.configuration("mail")
            return #all, all[1].name, all[2].name, one.id, one.retention.days, one.inclusions[1].path, one.schedule
            """
        )
        #expect(values == [2, "mail", "web-files", "mail", 30, "/srv/mail/", .nil])
    }

    @Test(arguments: ["wait", "status", "stop", "errors"])
    func `an unknown backup is an error with a fix`(function: String) async throws {
        let fixture = try Fixture()
        #expect(
            try await fixture.failure("\n backup.\(function)('b9')")
                == "test.lua:2: no backup has the id 'b9'. List the backups to see their ids."
        )
        let values = try await fixture.values(
            "local ok, e = pcall(backup.\(function), 'b9') return ok, e.code, e.message, e.fix, e.retryable"
        )
        #expect(
            values == [
                false, "unknown_backup", "no backup has the id 'b9'", "List the backups to see their ids.",
                false,
            ]
        )
    }

    @Test(arguments: [
        "start('web-file')", "run('web-file')", "latest('web-file')", "configuration('web-file')",
        "list({configuration = 'web-file'})",
    ])
    func `an unknown configuration is a wrong argument with a suggestion and a code`(call: String)
        async throws
    {
        let fixture = try Fixture()
        let name = call.prefix { $0 != "(" }
        #expect(
            try await fixture.failure("backup.\(call)")
                == "test.lua:1: bad argument #1 to 'backup.\(name)': no configuration is called 'web-file'; did you mean 'web-files'?"
        )
        let values = try await fixture.values(
            "local ok, e = pcall(function() backup.\(call) end) return ok, e.code, e.retryable"
        )
        #expect(values == [false, "unknown_configuration", false])
    }

    @Test func `an unknown configuration that is like no other names all`() async throws {
        #expect(
            try await Fixture().failure(#"backup.start("database")"#)
                == "test.lua:1: bad argument #1 to 'backup.start': no configuration is called 'database'; known are: mail, web-files"
        )
        #expect(
            try await Fixture(service: InMemoryBackupService([])).failure(#"backup.start("database")"#)
                == "test.lua:1: bad argument #1 to 'backup.start': no configuration is called 'database'; there are no configurations yet"
        )
    }

    @Test func `a start that the service refuses raises its error`() async throws {
        let locked = BackupError(
            .repositoryLocked,
            "the repository is locked",
            fix: "Wait for the other program.",
            isRetryable: true
        )
        let fixture = try Fixture(scripts: ["mail": .refuses(locked)])
        let result = try await fixture.run(#"backup.start("mail")"#)
        #expect(
            result.failure?.description
                == "test.lua:1: the repository is locked. Wait for the other program."
        )
        #expect(result.failure?.code == "repository_locked")
        #expect(
            try await fixture.values(#"local _, e = pcall(backup.start, "mail") return e.code, e.retryable"#)
                == ["repository_locked", true]
        )
    }

    @Test func `the service's news that break off are an error, and the backup goes on`() async throws {
        let broken = BackupScript(steps: [
            .untilWatched, .breakUpdates(BackupError(.service, "connection lost", isRetryable: true)),
            .untilStopped,
        ])
        let result = try await Fixture(scripts: ["mail": broken]).run(#"backup.run("mail")"#)
        #expect(result.failure?.description == "test.lua:1: connection lost")
        #expect(result.unfinished.map(\.id) == [.make(1)])
    }
}

@Suite(.timeLimit(.minutes(5))) struct WaitTests {
    @Test func `on_progress gets how far the backup is`() async throws {
        let values = try await Fixture().values(
            """
            local seen = {}
            backup.run("mail", { on_progress = function(p) seen[#seen + 1] = p end })
            local names = {}
            for name in pairs(seen[1]) do names[#names + 1] = name end
            table.sort(names)
            local p = seen[1]
            return #seen, table.concat(names, " "), p.state, p.files_done, p.total_files, p.bytes_done, p.total_bytes,
                p.error_count, p.fraction
            """
        )
        #expect(
            values == [
                1, "bytes_done error_count files_done fraction state total_bytes total_files", "in_progress",
                1, 2,
                512, 1024, 0, 0.5,
            ]
        )
    }

    @Test func `on_progress may wait itself`() async throws {
        let values = try await Fixture().values(
            """
            local now
            backup.run("mail", { on_progress = function() now = time.now() end })
            return now
            """
        )
        #expect(values == ["2014-08-05T18:22:22.000000Z"])
    }

    @Test func `an error in on_progress is raised at the wait, with its own place`() async throws {
        let fixture = try Fixture()
        let script = """
            local id = backup.start("mail")
            local function show(p)
              error("no space on the display")
            end
            """
        let result = try await fixture.run(script + "\nbackup.wait(id, { on_progress = show })")
        #expect(result.failure?.description == "test.lua:3: no space on the display")
        #expect(result.failure?.code == "runtime")
        #expect(result.unfinished.isEmpty)
        let values = try await fixture.values(
            script + "\nlocal ok, e = pcall(backup.wait, id, { on_progress = show }) return ok, e.message"
        )
        #expect(values == [false, "test.lua:3: no space on the display"])
    }

    @Test func `an error value in on_progress keeps its fields`() async throws {
        let values = try await Fixture().values(
            """
            local function show() error({ code = "display", message = "it is dark", fix = "Turn it on.", lamp = 7 }) end
            local ok, e = pcall(backup.run, "mail", { on_progress = show })
            return e.code, e.message, e.fix, e.lamp
            """
        )
        #expect(values == ["display", "it is dark", "Turn it on.", 7])
    }

    @Test func `a timeout raises timed_out and the backup goes on`() async throws {
        let fixture = try Fixture(scripts: ["mail": .runsUntilStopped])
        let task = Task { try await fixture.run(#"backup.run("mail", { timeout = "15m" })"#) }
        try await fixture.clock.waitForSleepers()
        fixture.clock.advance(by: .seconds(900))
        let result = try await task.value
        #expect(
            result.failure?.description
                == "test.lua:1: backup '\(first)' was not over after 15 min 00 s. It goes on; wait for it again, or stop it."
        )
        #expect(result.failure?.code == "timed_out")
        #expect(result.status == .failed)
        #expect(result.unfinished.map(\.state) == [.inProgress])
    }

    @Test func `a script that catches the timeout can stop the backup`() async throws {
        let fixture = try Fixture(scripts: ["mail": .runsUntilStopped])
        let task = Task {
            try await fixture.values(
                """
                local id = backup.start("mail")
                local ok, e = pcall(backup.wait, id, { timeout = 60 })
                backup.stop(id)
                return ok, e.code, e.retryable, backup.wait(id, { timeout = 60 }).state
                """
            )
        }
        try await fixture.clock.waitForSleepers()
        fixture.clock.advance(by: .seconds(60))
        #expect(try await task.value == [false, "timed_out", true, "stopped"])
    }

    @Test func `a timeout while on_progress waits does not end the script`() async throws {
        let steps: [BackupScript.Step] = [.progress(.half), .untilStopped]
        let fixture = try Fixture(scripts: ["mail": BackupScript(steps: steps)])
        let task = Task {
            try await fixture.run(
                """
                local function show() task.sleep(90) end
                local ok, e = pcall(backup.run, "mail", { timeout = 60, on_progress = show })
                for _ = 1, 1e7 do end
                return e.code, (pcall(time.now))
                """,
                limits: LuaLimits(grace: .zero)
            )
        }
        try await fixture.clock.waitForSleepers(2)
        fixture.clock.advance(by: .seconds(60))
        fixture.clock.advance(by: .seconds(30))
        #expect(try await task.value.values == ["timed_out", true])
    }

    @Test func `a backup that ends in time leaves no sleeper behind`() async throws {
        let fixture = try Fixture()
        _ = try await fixture.run(#"backup.run("mail", { timeout = "4h" })"#)
        #expect(fixture.clock.sleeperCount == 0)
    }
}
