import BackupTesting
import Foundation
import RunJournal
import Storage
import Testing

struct FileTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func `only the owner may read the journal and enter its folder`() async throws {
        let store = try await RunStore.make(in: folder)
        for (path, expected) in [
            (folder.path + "/state", 0o700), (folder.journal, 0o600), (folder.journal + "-wal", 0o600),
        ] {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == expected, "\(path)")
        }
        #expect(try await store.runs(limit: 9).count == 1)
    }

    @Test func `making a journal leaves nothing else behind`() throws {
        _ = try RunStore(path: folder.journal)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/state")
        #expect(names.filter { !$0.hasPrefix("journal.db") || $0.hasSuffix(".new") } == [])
    }

    @Test func `opening again finds what was recorded`() async throws {
        do { try await RunStore.make(in: folder).record(.make(0), for: .r1) }
        let again = try RunStore(path: folder.journal)
        #expect(try await again.steps(of: "r1") == [.make(0)])
    }

    @Test func `a crash loses nothing that was recorded`() async throws {
        let store = try await RunStore.make(in: folder)
        try await store.record(.make(0), for: .r1)
        let copy = folder.path + "/copy.db"
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: folder.journal + suffix, toPath: copy + suffix)
        }
        let afterCrash = try RunStore(path: copy)
        #expect(try await afterCrash.run("r1").status == .running)
        #expect(try await afterCrash.steps(of: "r1") == [.make(0)])
    }

    @Test func `a torn end of the log loses the last commit only`() async throws {
        let store = try await RunStore.make(in: folder)
        for sequence in 0..<3 { try await store.record(.make(sequence), for: .r1) }
        let copy = folder.path + "/copy.db"
        try FileManager.default.copyItem(atPath: folder.journal, toPath: copy)
        let log = try Data(contentsOf: URL(filePath: folder.journal + "-wal"))
        try log.dropLast(100).write(to: URL(filePath: copy + "-wal"))
        #expect(try await RunStore(path: copy).steps(of: "r1").map(\.key.sequence) == [0, 1])
    }

    @Test func `two instances write to one file at once`() async throws {
        let stores = [
            try await RunStore.make(in: folder), try RunStore(path: folder.journal),
        ]
        try await withThrowingTaskGroup { group in
            for sequence in 0..<40 {
                group.addTask { try await stores[sequence % 2].record(.make(sequence), for: .r1) }
            }
            try await group.waitForAll()
        }
        for store in stores {
            #expect(try await store.steps(of: "r1").map(\.key.sequence).sorted() == Array(0..<40))
        }
    }

    @Test func `many instances make one journal at once`() async throws {
        let path = folder.journal
        try await withThrowingTaskGroup { group in
            for index in 0..<8 {
                group.addTask {
                    _ = try await RunStore(path: path).begin(.make("r\(index)"), source: .make())
                }
            }
            try await group.waitForAll()
        }
        #expect(try await RunStore(path: path).runs(limit: 99).count == 8)
    }

    @Test(arguments: ["", "this is not a database, it is a text of some length\n"])
    func `another file is not touched`(content: String) async throws {
        let path = folder.path + "/notes.txt"
        try content.write(toFile: path, atomically: true, encoding: .utf8)
        await expectError(
            .notAJournal,
            "the file '\(path)' is not a run journal. Move it away, and a new journal is made in its place."
        ) {
            _ = try RunStore(path: path)
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == content)
    }

    @Test func `a damaged journal is told apart`() async throws {
        do {
            let store = try await RunStore.make(in: folder)
            try await store.append((0..<500).map { .make($0, kind: .tick) }, for: .r1)
        }
        let url = URL(filePath: folder.journal)
        var bytes = try Data(contentsOf: url)
        bytes.replaceSubrange(4_096..<bytes.count, with: Data(repeating: 0xA5, count: bytes.count - 4_096))
        try bytes.write(to: url)
        await expectError(
            .corrupted,
            """
            the run journal '\(folder.journal)' is damaged: database disk image is malformed. \
            Move it away together with its -wal and -shm files, or put a copy in its place.
            """
        ) {
            _ = try await RunStore(path: folder.journal).steps(of: "r1")
        }
    }

    @Test func `a journal of a newer program is refused`() async throws {
        do { _ = try RunStore(path: folder.journal) }
        let url = URL(filePath: folder.journal)
        var bytes = try Data(contentsOf: url)
        // The four bytes at 60 of the header are `user_version`: https://www.sqlite.org/fileformat.html#the_database_header
        bytes[63] = 9
        try bytes.write(to: url)
        await expectError(
            .newerSchema,
            """
            the run journal '\(folder.journal)' was made by a newer moonkeep (schema 9, this one knows 5). \
            Update moonkeep on this host.
            """
        ) {
            _ = try RunStore(path: folder.journal)
        }
    }

    @Test func `a full disk is told, and what was recorded before it stays`() async throws {
        _ = try await RunStore.make(in: folder)
        var limits = SQLiteDatabase.Limits()
        limits.pageCount = 60
        let store = try RunStore(path: folder.journal, limits: limits)
        var large = StepRecord.make(0)
        large.input = String(repeating: "x", count: 250_000)
        await expectError(
            .diskFull,
            "there is no space left for the run journal '\(folder.journal)'. Free some space on its disk."
        ) { [large] in
            try await store.record(large, for: .r1)
        }
        #expect(try await store.steps(of: "r1").isEmpty)
        #expect(try await store.run("r1") == .make())
    }

    @Test func `a folder that cannot be made is told`() async throws {
        let file = folder.path + "/file"
        try Data().write(to: URL(filePath: file))
        let error = #expect(throws: JournalError.self) { try RunStore(path: file + "/journal.db") }
        #expect(error?.code == .notAccessible)
        #expect(error?.message.hasPrefix("the run journal '\(file)/journal.db' cannot be used: ") == true)
    }
}
