import BackupTesting
import Foundation
import RunJournal
import Testing

/// Texts of steps that are too large for a row.
struct ValueFileTests {
    let folder: TemporaryFolder
    let store: RunStore

    init() async throws {
        folder = try TemporaryFolder()
        store = try await RunStore.make(in: folder)
    }

    private var values: String { folder.journal + ".values" }

    private func step(_ sequence: Int, bytes: Int) -> StepRecord {
        var step = StepRecord.make(sequence)
        step.input = String(repeating: "x", count: bytes)
        return step
    }

    private func files() throws -> [String] {
        guard FileManager.default.fileExists(atPath: values) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: values)
    }

    @Test func `a text of 256 KiB is in its row, and a longer one is a file`() async throws {
        try await store.record(step(0, bytes: 262_144), for: .r1)
        #expect(try files() == [])
        try await store.record(step(1, bytes: 262_145), for: .r1)
        #expect(try files().count == 1)
    }

    @Test func `one content is one file, that only the owner may read`() async throws {
        let large = step(0, bytes: 300_000)
        try await store.record(large, for: .r1)
        try await store.end(large.key, .done(output: large.input), ended: 3, for: .r1)
        try await store.append([step(1, bytes: 300_000)], for: .r1)
        let files = try files()
        #expect(files.count == 1 && files[0].count == 64)
        for (path, expected) in [(values, 0o700), (values + "/" + files[0], 0o600)] {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == expected, "\(path)")
        }
    }

    @Test(arguments: [true, false])
    func `a file that is missing or damaged is named with its step`(isMissing: Bool) async throws {
        try await store.record(step(0, bytes: 300_000), for: .r1)
        let path = values + "/" + (try #require(try files().first))
        if isMissing {
            try FileManager.default.removeItem(atPath: path)
        } else {
            try String(repeating: "y", count: 300_000).write(toFile: path, atomically: true, encoding: .utf8)
        }
        await expectError(
            .corrupted,
            """
            the file '\(path)' with a large value of step 'r1/0#0' is \(isMissing ? "missing" : "damaged"). \
            Put a copy in its place.
            """
        ) {
            _ = try await store.steps(of: "r1")
        }
        try await store.record(step(1, bytes: 300_000), for: .r1)
        #expect(try await store.steps(of: "r1").count == 2, "the next step with the content mends it")
    }

    @Test func `a reference cannot lead out of the folder`() async throws {
        try await store.record(.make(0), for: .r1)
        try SQLiteProgram.run(
            #"UPDATE step SET input = '{"$value_file":"../../../../../../etc/passwd","bytes":9}'"#,
            on: folder.journal,
            options: []
        )
        await expectError(
            .corrupted,
            #"step 'r1/0#0' has the broken reference '{"$value_file":"../../../../../../etc/passwd","bytes":9}'"#
        ) {
            _ = try await store.steps(of: "r1")
        }
    }
}
