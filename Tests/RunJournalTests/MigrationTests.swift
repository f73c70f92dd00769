import BackupTesting
import RunJournal
import Testing

@Suite(.enabled(if: SQLiteProgram.exists, "sqlite3 is not installed at \(SQLiteProgram.path)"))
struct MigrationTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path + "/journal.db"
        try SQLiteProgram.run(FirstSchema.sql, on: path, options: [])
    }

    @Test func `what a journal of the first schema has is kept`() async throws {
        let store = try RunStore(path: path)
        var running = RunRecord.make()
        running.leaseEnd = 0
        #expect(try await store.unfinishedRuns() == [running])
        let over = try await store.run("r0")
        #expect(over.status == .warning)
        #expect(over.message == "2 files")
        #expect(try await store.steps(of: "r1") == [.make(0)])
        #expect(try await store.steps(of: "r0").map(\.externalReference) == ["b1"])
    }

    @Test func `a run of the first schema is taken and goes on`() async throws {
        let store = try RunStore(path: path)
        let claim = try await store.take(try await store.run("r1"), owner: .other, leaseEnd: 9)
        #expect(claim.fence == 2)
        try await store.end(StepRecord.make(0).key, .done(output: "1"), ended: 3, for: claim)
        try await store.record(.make(1), for: claim)
        try await store.finish(claim, RunEnd(status: .ok, ended: 9))
        #expect(try await store.run("r1").status == .ok)
    }

    @Test func `a journal that was changed is as one that was made`() throws {
        _ = try RunStore(path: path)
        _ = try RunStore(path: folder.journal)
        let sql = "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name; PRAGMA user_version"
        let made = try SQLiteProgram.run(sql, on: folder.journal)
        #expect(try SQLiteProgram.run(sql, on: path) == made)
        #expect(
            try SQLiteProgram.run("SELECT * FROM migration; PRAGMA integrity_check", on: path) == """
                version|name
                1|scripts, runs and steps
                2|claims, questions, locks, state and outbox
                3|schedules
                4|waits for locks
                5|history
                integrity_check
                ok

                """
        )
    }

    @Test func `many instances change one journal at once`() async throws {
        try await withThrowingTaskGroup { [path] group in
            for _ in 0..<8 {
                group.addTask {
                    let runs = try await RunStore(path: path).runs(limit: 9)
                    #expect(runs.map(\.id) == ["r1", "r0"])
                }
            }
            try await group.waitForAll()
        }
    }
}
