import BackupTesting
import Foundation
import RunJournal
import Testing

/// Where a journal is kept. Its rules hold in each place; each suite checks them one after the other, since all at once would
/// have a thousand files open.
enum Place: CaseIterable {
    case file, memory
}

/// An empty journal to look at one rule of.
struct JournalFixture {
    let store: RunStore
    /// Another instance over the same journal; in memory there is none.
    let second: RunStore
    private let folder: TemporaryFolder?

    init(_ place: Place) throws {
        switch place {
        case .memory:
            (folder, store) = (nil, RunStore())
            second = store
        case .file:
            let folder = try TemporaryFolder()
            self.folder = folder
            store = try RunStore(path: folder.journal)
            second = try RunStore(path: folder.journal)
        }
    }

    /// Begins a run and returns its claim.
    @discardableResult
    func begun(_ id: String = "r1", started: Int64 = 1_000_000) async throws -> RunClaim {
        try await store.begin(.make(id, started: started), source: .make())
    }

    /// Takes the run as it is now.
    func taken(_ id: String = "r1", leaseEnd: Int64 = 9) async throws -> RunClaim {
        try await store.take(try await store.run(id), owner: .other, leaseEnd: leaseEnd)
    }

    /// Begins a run, records the intent of its first step, asks about it and parks the run.
    func parked(_ id: String = "r1", _ step: StepRecord? = nil) async throws -> RunClaim {
        let step = step ?? .make(0, of: id)
        let claim = try await begun(id)
        try await store.record(step, for: claim)
        try await store.ask(#"{"choices":["b1"]}"#, about: step.key, for: claim)
        try await store.finish(claim, RunEnd(status: .parked, message: "was it started?", ended: 5))
        return claim
    }

    /// Does the same in eight tasks at once over both instances; returns what the winners got.
    ///
    /// Whoever did not win got `conflict`; any other error is thrown on.
    func race<Value: Sendable>(_ work: @escaping @Sendable (RunStore, Int) async throws -> Value)
        async throws -> [Value]
    {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            for index in 0..<8 {
                let store = index.isMultiple(of: 2) ? store : second
                group.addTask {
                    do {
                        return try await work(store, index)
                    } catch let error as JournalError where error.code == .conflict {
                        return nil
                    }
                }
            }
            return try await group.reduce(into: []) { winners, value in
                if let value { winners.append(value) }
            }
        }
    }
}

/// Expects this very error.
func expect(
    throws expected: JournalError,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ work: () async throws -> Void
) async {
    await expectError(expected.code, expected.description, sourceLocation: sourceLocation, work)
}
