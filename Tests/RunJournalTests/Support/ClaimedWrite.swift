import BackupTesting
import RunJournal
import Testing

/// A write that needs a claim, to be tried with a good one and with a lost one.
struct ClaimedWrite: Sendable, CustomTestStringConvertible {
    let name: String
    var testDescription: String { name }
    let body: @Sendable (RunStore, RunClaim) async throws -> Void

    /// All functions of ``RunStore`` that take a claim; they fit what `prepared` has recorded.
    static let all = [
        ClaimedWrite(name: "keeping a module") { store, claim in
            try await store.keep(.make(sha256: "abc"), as: "util", for: claim)
        },
        ClaimedWrite(name: "moving to another script") { store, claim in
            try await store.move(claim, to: .make(sha256: "abc", name: "other"))
        },
        ClaimedWrite(name: "renewing the lease") { store, claim in
            _ = try await store.renew(claim, leaseEnd: 4_444)
        },
        ClaimedWrite(name: "ending the run") { store, claim in
            try await store.finish(claim, RunEnd(status: .ok, ended: 4_444))
        },
        ClaimedWrite(name: "recording a step") { store, claim in try await store.record(.make(7), for: claim)
        },
        ClaimedWrite(name: "ending a step") { store, claim in
            try await store.end(StepRecord.make(0).key, .done(output: "1"), ended: 4_444, for: claim)
        },
        ClaimedWrite(name: "appending ticks") { store, claim in
            try await store.append([.make(7, kind: .tick), .make(8, kind: .tick)], for: claim)
        },
        ClaimedWrite(name: "asking a question") { store, claim in
            try await store.ask("{}", about: StepRecord.make(0).key, for: claim)
        },
        ClaimedWrite(name: "beginning a step again") { store, claim in
            try await store.beginAgain(StepRecord.make(0).key, watermark: "[]", for: claim)
        },
        ClaimedWrite(name: "taking a lock") { store, claim in
            _ = try await store.lock("db", .shared, by: StepRecord.make(7).key, at: 4_444, for: claim)
        },
        ClaimedWrite(name: "freeing a lock") { store, claim in
            try await store.unlock("db", by: StepRecord.make(0).key, for: claim)
        },
        ClaimedWrite(name: "waiting for a lock") { store, claim in
            _ = try await store.noteWait(.make("db", 7), for: claim)
        },
        ClaimedWrite(name: "waiting no more") { store, claim in
            try await store.stopWaiting(StepRecord.make(7).key, for: claim)
        },
        ClaimedWrite(name: "setting a value") { store, claim in
            _ = try await store.setState(.make("k"), to: "4", expecting: nil, recording: .make(7), for: claim)
        },
        ClaimedWrite(name: "sending a message") { store, claim in
            try await store.send(.make("m7"), recording: .make(7), for: claim)
        },
        ClaimedWrite(name: "noting an event") { store, claim in
            try await store.note(RunNote(time: 4_444, kind: "resumed", message: "resumed"), for: claim)
        },
    ]
}

extension LockWait {
    static func make(_ name: String, run: String = "r1", _ sequence: Int, keeping: Int...) -> LockWait {
        LockWait(
            name: name,
            mode: .exclusive,
            step: StepKey(run: run, sequence: sequence),
            keeping: Set(keeping.map { StepKey(run: run, sequence: $0) })
        )
    }
}

extension StateKey {
    static func make(_ key: String, in namespace: String = "plugin") -> StateKey {
        StateKey(namespace: namespace, key: key)
    }
}

/// All that a store answers.
struct WholeJournal: Equatable {
    var runs: [RunRecord]
    var steps: [StepRecord]
    var modules: [String: ScriptSource]
    var locks: [LockRecord]
    var states: [StateEntry]
    var messages: [OutboxMessage]
    var notes: [RunNote]
}

extension JournalFixture {
    /// Begins a run that has something of everything.
    func prepared() async throws -> RunClaim {
        let claim = try await begun()
        try await store.record(.make(0), for: claim)
        _ = try await store.lock("db", .shared, by: StepRecord.make(0).key, at: 3, for: claim)
        _ = try await store.setState(.make("k"), to: "1", expecting: nil, recording: .make(1), for: claim)
        return claim
    }

    /// All that is recorded of run `r1` and beside runs.
    func everything() async throws -> WholeJournal {
        WholeJournal(
            runs: try await store.runs(limit: 99),
            steps: try await store.steps(of: "r1"),
            modules: try await store.modules(of: "r1"),
            locks: try await store.locks(),
            states: try await store.states(in: "plugin", prefix: ""),
            messages: try await store.dueMessages(at: .max, limit: 99),
            notes: try await store.notes(of: "r1")
        )
    }
}
