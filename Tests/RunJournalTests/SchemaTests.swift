import Foundation
import RunJournal
import Testing

/// The schema is public: people read it with SQLite's own program while moonkeep runs.
@Suite(.enabled(if: SQLiteProgram.exists, "sqlite3 is not installed at \(SQLiteProgram.path)"))
struct SchemaTests {
    let folder: TemporaryFolder
    let store: SQLiteRunStore

    init() async throws {
        folder = try TemporaryFolder()
        store = try await SQLiteRunStore.make(in: folder)
    }

    @Test func `the overview has one line for each run`() async throws {
        try await store.append([.make(0), .make(1, kind: .tick), .make(2)])
        try await store.end(StepKey(run: "r1", sequence: 0), .failed(error: "{}"), ended: 3_000_000)
        try await store.finish("r1", RunEnd(status: .failed, outcome: "failed", ended: 3_500_000))
        try await store.begin(.make("r2", started: 2_000_000), source: .make())
        #expect(
            try SQLiteProgram.run("SELECT * FROM run_overview", on: folder.journal) == """
                id|script|status|outcome|message|started|seconds|steps|failed_steps|open_steps
                r2|nightly|running|||1970-01-01T00:00:02.000Z||0|0|0
                r1|nightly|failed|failed||1970-01-01T00:00:01.000Z|2.5|2|1|2

                """
        )
    }

    @Test func `the file tells what it is and which changes it has`() throws {
        #expect(try SQLiteProgram.run("PRAGMA journal_mode", on: folder.journal) == "journal_mode\nwal\n")
        #expect(
            try SQLiteProgram.run("SELECT * FROM migration", on: folder.journal)
                == "version|name\n1|scripts, runs and steps\n"
        )
    }
}

/// SQLite's command.
private enum SQLiteProgram {
    static let path = "/usr/bin/sqlite3"

    static var exists: Bool { FileManager.default.isExecutableFile(atPath: path) }

    static func run(_ sql: String, on file: String) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: path)
        process.arguments = ["-readonly", "-header", file, sql]
        process.standardOutput = output
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: bytes, as: UTF8.self)
    }
}
