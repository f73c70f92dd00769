import Foundation
import RunJournal

/// A folder that goes away with the test that made it.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/run-journal-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A journal that is not there yet, in a folder that is not there yet.
    var journal: String { path + "/state/journal.db" }
}

extension ScriptSource {
    static func make(sha256: String = "5ca1ab1e", text: String = "print('hello')") -> ScriptSource {
        ScriptSource(sha256: sha256, name: "nightly", text: text, firstSeen: 1_000)
    }
}

extension RunRecord {
    static func make(_ id: String = "r1", started: Int64 = 1_000_000) -> RunRecord {
        RunRecord(
            id: id,
            scriptName: "nightly",
            scriptSHA256: "5ca1ab1e",
            arguments: #"{"site":"öl"}"#,
            seed: -7,
            owner: RunOwner(processID: 42, processStartTime: 1_234_567, bootID: "b00t"),
            started: started
        )
    }
}

extension StepRecord {
    static func make(
        _ sequence: Int,
        task: String = "0",
        kind: StepKind = .start,
        externalReference: String? = nil
    ) -> StepRecord {
        StepRecord(
            key: StepKey(run: "r1", taskPath: task, sequence: sequence),
            name: "backup.\(kind)",
            kind: kind,
            watermark: #"{"newest":"b0"}"#,
            externalReference: externalReference,
            input: #"{"config":"etc"}"#,
            started: 2_000_000
        )
    }
}

extension SQLiteRunStore {
    /// A journal in which run `r1` has begun.
    static func make(in folder: TemporaryFolder) async throws -> SQLiteRunStore {
        let store = try SQLiteRunStore(path: folder.journal)
        try await store.begin(.make(), source: .make())
        return store
    }
}
