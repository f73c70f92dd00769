import BackupTesting
import Foundation
import RunJournal
import Storage
import Testing

/// What is left of a journal when the machine loses its power while the log is written.
///
/// A cut leaves a beginning of the log, or a log with a damaged frame. Each is put beside a copy of the file, opened, and
/// compared with what the journal answered after each of its commits.
@Suite(.enabled(if: SQLiteProgram.exists, "sqlite3 is not installed at \(SQLiteProgram.path)"))
struct PowerCutTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder(inMemory: true)
    }

    @Test func `a log that is cut at any byte leaves what was recorded before, and nothing else`()
        async throws
    {
        let history = try await History.record(in: folder)
        let last = history.commits.suffix(3)
        let start = try #require(last.first).logBytes
        var survived: Set<Int> = []
        for length in start...history.log.count {
            let wanted = history.commits.lastIndex { $0.logBytes <= length } ?? 0
            let found = try await open(history.database, log: history.log.prefix(length))
            guard found == history.commits[wanted].journal else {
                Issue.record("a log of \(length) bytes has not the first \(wanted) commits: \(found)")
                return
            }
            survived.insert(wanted)
        }
        #expect(survived.count == 3, "the cuts are before, between and after the last two commits")
    }

    @Test func `a log with a damaged byte in any frame leaves the commits before it`() async throws {
        let history = try await History.record(in: folder)
        let frameBytes = History.pageBytes + 24
        for (index, start) in stride(from: 32, to: history.log.count, by: frameBytes).enumerated() {
            for offset in [0, 4, 8, 16, 20, 24 + index % History.pageBytes, frameBytes - 1] {
                var log = history.log
                log[log.startIndex + start + offset] ^= 0x40
                let found = try await open(history.database, log: log)
                let wanted = history.commits.lastIndex { $0.logBytes <= start } ?? 0
                guard found == history.commits[wanted].journal else {
                    Issue.record("a flip at \(start + offset) has not the first \(wanted) commits: \(found)")
                    return
                }
            }
        }
    }

    @Test func `a journal whose log was cut is whole and goes on`() async throws {
        let history = try await History.record(in: folder)
        let logBytes = history.commits.map(\.logBytes)
        for (before, after) in zip(logBytes, logBytes.dropFirst()) {
            for length in [before, before + 1, (before + after) / 2, after - 1] {
                let path = try place(history.database, log: history.log.prefix(length))
                do {
                    let store = try RunStore(path: path)
                    let run = try await store.run("r1")
                    guard !run.status.isOver else { continue }
                    let claim = try await store.take(run, owner: .other, leaseEnd: 9)
                    try await store.record(.make(99), for: claim)
                }
                let check = try SQLiteProgram.run("PRAGMA integrity_check", on: path, options: [])
                #expect(check == "integrity_check\nok\n")
            }
        }
    }

    private func open(_ database: Data, log: Data) async throws -> WholeRun {
        let path = try place(database, log: log)
        defer {
            for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        }
        return try await WholeRun(of: try RunStore(path: path))
    }

    /// Puts the file and its log where no journal ever was: the connection to the one before may still be open.
    private func place(_ database: Data, log: Data) throws -> String {
        let path = folder.path + "/\(UUID().uuidString).db"
        try database.write(to: URL(filePath: path))
        try log.write(to: URL(filePath: path + "-wal"))
        return path
    }
}

/// What the journal answers about run `r1`.
private struct WholeRun: Equatable {
    var run: RunRecord
    var steps: [StepRecord]

    init(of store: RunStore) async throws {
        run = try await store.run("r1")
        steps = try await store.steps(of: "r1")
    }
}

/// A journal with a file, a log, and what stood in it after each commit.
private struct History {
    static let pageBytes = 512

    struct Commit {
        var logBytes: Int
        var journal: WholeRun
    }

    var database: Data
    var log: Data
    var commits: [Commit]

    static func record(in folder: TemporaryFolder) async throws -> History {
        var limits = SQLiteDatabase.Limits()
        limits.pageBytes = pageBytes
        let path = folder.journal
        let store = try RunStore(path: path, limits: limits)
        _ = try await store.begin(.make(), source: .make())
        try await store.record(.make(0), for: .r1)
        try SQLiteProgram.run("PRAGMA wal_checkpoint(TRUNCATE)", on: path, options: [])
        let database = try Data(contentsOf: URL(filePath: path))
        var commits = [Commit(logBytes: 0, journal: try await WholeRun(of: store))]
        let log = { try Data(contentsOf: URL(filePath: path + "-wal")) }
        for write in writes {
            try await write(store)
            commits.append(Commit(logBytes: try log().count, journal: try await WholeRun(of: store)))
        }
        return History(database: database, log: try log(), commits: commits)
    }

    private static let writes: [@Sendable (RunStore) async throws -> Void] = [
        { try await $0.end(StepRecord.make(0).key, .done(output: "1"), ended: 3, for: .r1) },
        { try await $0.append((10..<14).map { .make($0, kind: .tick) }, for: .r1) },
        { try await $0.record(.make(1), for: .r1) },
        { try await $0.end(StepRecord.make(1).key, .failed(error: "{}"), ended: 4, for: .r1) },
        { try await $0.finish(.r1, RunEnd(status: .parked, message: "was it started?", ended: 5)) },
        { try await $0.record(.make(2), for: .r1) },
        {
            let result = StepResult.done(output: #""b1""#, externalReference: "b1")
            try await $0.end(StepRecord.make(2).key, result, ended: 6, for: .r1)
        },
    ]
}
