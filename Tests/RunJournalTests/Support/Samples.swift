import BackupTesting
import Foundation
import RunJournal

/// A folder that goes away with the test that made it.
final class TemporaryFolder: Sendable {
    let path: String

    /// Makes the folder; `inMemory` for a test that would wait for the disk all the time, where the system has such a place.
    init(inMemory: Bool = false) throws {
        let memory = "/dev/shm"
        let isInMemory = inMemory && FileManager.default.isWritableFile(atPath: memory)
        let base = isInMemory ? memory : FileManager.default.temporaryDirectory.path
        path = base + "/run-journal-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A journal that is not there yet, in a folder that is not there yet.
    var journal: String { path + "/state/journal.db" }
}

extension RunClaim {
    /// The claim of whoever began run `r1`.
    static let r1 = RunClaim(run: "r1", fence: 1)
}

extension RunStore {
    /// A journal in which run `r1` has begun.
    static func make(in folder: TemporaryFolder) async throws -> RunStore {
        let store = try RunStore(path: folder.journal)
        _ = try await store.begin(.make(), source: .make())
        return store
    }
}
