import BackupAPI
import LuaKit
import RunJournal

extension RunContext {
    /// Steps that one run may record.
    static let stepLimit = 50_000
    /// Bytes of the arguments and answers that one run may record.
    static let byteLimit = 64 << 20

    /// Records a step, and before it the ticks that came before it.
    func write(_ record: StepRecord) async throws {
        try await flushTicks()
        try await asking { try await journal.record(record, for: lease.claim) }
        _ = note(record)
    }

    /// Records how a step ended.
    func end(_ key: StepKey, _ result: StepResult, ended: Int64) async throws {
        try await flushTicks()
        try await asking { try await journal.end(key, result, ended: ended, for: lease.claim) }
    }

    /// Records the ticks that wait for it.
    func flushTicks() async throws {
        let ticks = takeTicks()
        guard !ticks.isEmpty else { return }
        try await asking { try await journal.append(ticks, for: lease.claim) }
    }

    /// Makes sure that the run is still this host's.
    func checkClaim() async throws {
        try await asking { try await lease.check() }
    }

    /// Asks the journal; where it says that another host has the run, the run stops here.
    func asking<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as JournalError where error.code == .claimLost {
            throw halt(.claimLost)
        }
    }

    /// Warns when the run's journal is nearly full, and refuses steps when it is.
    func checkSize(of call: StepCall) throws {
        let size = journalSize
        guard size.steps * 10 >= Self.stepLimit * 8 || size.bytes / 8 >= Self.byteLimit / 10 else { return }
        if takeSizeWarning() {
            observe(
                .log(
                    .warn,
                    "the run has recorded \(size.steps) steps with \(Figures.bytes(Int64(size.bytes))); it may record "
                        + "\(Self.stepLimit) steps with \(Figures.bytes(Int64(Self.byteLimit)))",
                    fields: .record([:])
                )
            )
        }
        guard size.steps >= Self.stepLimit || size.bytes >= Self.byteLimit else { return }
        throw BackupError(
            .unsupported,
            "the run has recorded \(size.steps) steps with \(Figures.bytes(Int64(size.bytes))), and may not record more; "
                + "'\(call.name)' was not called",
            fix: "Let the script do its work in several runs."
        )
    }
}
