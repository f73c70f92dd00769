import BackupAPI
import LuaKit
import RunJournal

extension RunContext {
    /// Records a step, and before it the ticks that came before it.
    func write(_ record: StepRecord) async throws {
        try await flushTicks()
        try await asking { () async throws(JournalError) in
            try await journal.record(record, for: lease.claim)
        }
        noteSize(steps: 1, bytes: record.valueBytes)
    }

    /// Records how a step ended. Throws the journal's `conflict` when what came of it came of another step.
    func end(_ record: StepRecord) async throws {
        let result =
            record.error.map { StepResult.failed(error: $0) }
            ?? .done(output: record.output ?? "null", externalReference: record.externalReference)
        try await flushTicks()
        try await asking { () async throws(JournalError) in
            try await journal.end(
                record.key,
                result,
                ended: record.ended ?? record.started,
                for: lease.claim
            )
        }
        noteSize(bytes: record.valueBytes - record.input.utf8.count)
    }

    /// Records the ticks that wait for it.
    func flushTicks() async throws {
        let ticks = takeTicks()
        guard !ticks.isEmpty else { return }
        try await asking { () async throws(JournalError) in
            try await journal.append(ticks, for: lease.claim)
        }
    }

    /// Makes sure that the run is still this host's.
    func checkClaim() async throws {
        try await asking { () async throws(JournalError) in try await lease.check() }
    }

    /// Asks the journal. Where that fails, or says that another host has the run, the run stops here: a script that went on
    /// would do what no journal has.
    func asking<Value>(_ body: () async throws(JournalError) -> Value) async throws -> Value {
        do throws(JournalError) {
            return try await body()
        } catch {
            switch error.code {
            case .conflict: throw error
            case .claimLost: throw halt(.claimLost)
            default: throw halt(.journal(error))
            }
        }
    }

    /// Warns when the run's journal is nearly full, and refuses steps when it is.
    func checkSize(of call: StepCall) throws {
        let size = journalSize
        let (steps, bytes) = (environment.stepLimit, environment.stepBytesLimit)
        guard size.steps * 10 >= steps * 8 || size.bytes / 8 >= bytes / 10 else { return }
        let recorded = "the run has recorded \(size.steps) steps with \(Figures.bytes(Int64(size.bytes)))"
        if takeSizeWarning() {
            let text = "\(recorded); it may record \(steps) steps with \(Figures.bytes(Int64(bytes)))"
            observe(.log(.warn, text, fields: .record([:])))
        }
        guard size.steps >= steps || size.bytes >= bytes else { return }
        throw BackupError(
            .unsupported,
            "\(recorded), and may not record more; '\(call.name)' was not called",
            fix: "Let the script do its work in several runs."
        )
    }
}
