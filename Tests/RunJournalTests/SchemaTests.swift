import BackupTesting
import RunJournal
import Testing

/// The schema is public: people read it with SQLite's own program while moonkeep runs.
@Suite(.enabled(if: SQLiteProgram.exists, "sqlite3 is not installed at \(SQLiteProgram.path)"))
struct SchemaTests {
    let folder: TemporaryFolder
    let store: RunStore

    init() async throws {
        folder = try TemporaryFolder()
        store = try await RunStore.make(in: folder)
    }

    @Test func `the overview has a line for each run, the parked ones first`() async throws {
        try await store.append([.make(0), .make(1, kind: .tick), .make(2)], for: .r1)
        try await store.end(StepKey(run: "r1", sequence: 0), .failed(error: "{}"), ended: 3_000_000, for: .r1)
        try await store.finish(.r1, RunEnd(status: .failed, outcome: "failed", ended: 3_500_000))
        for id in ["r0", "r2"] {
            _ = try await store.begin(.make(id, started: id == "r2" ? 2_000_000 : 0), source: .make())
        }
        let parked = RunClaim(run: "r0", fence: 1)
        try await store.record(.make(0, of: "r0"), for: parked)
        try await store.ask("{}", about: StepKey(run: "r0", sequence: 0), for: parked)
        try await store.finish(parked, RunEnd(status: .parked, message: "was it started?", ended: 1))
        #expect(
            try SQLiteProgram.run("SELECT * FROM run_overview", on: folder.journal) == """
                id|script|status|outcome|message|started|seconds|attempt|steps|failed_steps|open_steps|questions
                r0|nightly|parked||was it started?|1970-01-01T00:00:00.000Z||1|1|0|1|1
                r2|nightly|running|||1970-01-01T00:00:02.000Z||1|0|0|0|0
                r1|nightly|failed|failed||1970-01-01T00:00:01.000Z|2.5|1|2|1|2|0

                """
        )
    }

    @Test func `the file tells what it is and which changes it has`() throws {
        #expect(try SQLiteProgram.run("PRAGMA journal_mode", on: folder.journal) == "journal_mode\nwal\n")
        #expect(
            try SQLiteProgram.run("SELECT * FROM migration", on: folder.journal)
                == """
                version|name
                1|scripts, runs and steps
                2|claims, questions, locks, state and outbox
                3|schedules
                4|waits for locks
                5|history

                """
        )
    }
}
