import RunJournal

/// A run whose steps are journaled.
struct JournaledSteps {
    private let store: RunStore
    private let claim: RunClaim

    init(path: String) async throws {
        store = try RunStore(path: path)
        claim = try await store.begin(
            RunRecord(
                id: "018f3c5e-0000-7000-8000-000000000001",
                scriptName: "nightly",
                scriptSHA256: "5ca1ab1e",
                seed: 7,
                owner: RunOwner(processID: 1, processStartTime: 1, bootID: "bench"),
                started: 1
            ),
            source: ScriptSource(sha256: "5ca1ab1e", name: "nightly", text: "print(1)", firstSeen: 1)
        )
    }

    /// An intent and its end.
    func step(_ sequence: Int) async throws {
        let step = record(sequence, kind: .start)
        try await store.record(step, for: claim)
        let result = StepResult.done(output: SampleText.output, externalReference: "backup-\(sequence)")
        try await store.end(step.key, result, ended: 3, for: claim)
    }

    /// An intent that ends with a text that is a file of its own.
    func largeStep(_ sequence: Int, bytes: Int) async throws {
        let step = record(sequence, kind: .start)
        try await store.record(step, for: claim)
        let output = "\"\(sequence)" + String(repeating: "x", count: bytes) + "\""
        try await store.end(step.key, .done(output: output), ended: 3, for: claim)
    }

    func ticks(_ count: Int) async throws {
        for start in stride(from: 0, to: count, by: 50) {
            try await store.append((start..<start + 50).map { record($0, kind: .tick) }, for: claim)
        }
    }

    func readAll() async throws -> Int { try await store.steps(of: claim.run).count }

    private func record(_ sequence: Int, kind: StepKind) -> StepRecord {
        StepRecord(
            key: StepKey(run: claim.run, sequence: sequence),
            name: "backup.start",
            kind: kind,
            watermark: SampleText.watermark,
            input: SampleText.input,
            started: 2
        )
    }
}

/// What a start of a backup writes.
enum SampleText {
    static let watermark =
        #"{"known":["b0c7d1de-0000-4000-8000-000000000001","b0c7d1de-0000-4000-8000-000000000002"]}"#
    static let input = #"{"configuration":"web-files","options":{"wait":true}}"#
    static let output = #""b0c7d1de-0000-4000-8000-000000000003""#
}
