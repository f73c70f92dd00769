import BackupAPI
import RunJournal
import Synchronization

/// What a run writes to its journal, under its claim. Where that fails the run stops: a script that went on would do what no
/// journal has.
final class JournalWriter: Sendable {
    let journal: RunStore
    let lease: RunLease
    let stop: RunStop
    private let state: Mutex<State>

    private struct State {
        var size: JournalSize
        var isSizeWarned = false
        var ticks: [StepRecord] = []
    }

    /// Ticks that are written together.
    private static let tickBatch = 32

    init(_ journal: RunStore, _ lease: RunLease, _ stop: RunStop, size: JournalSize) {
        (self.journal, self.lease, self.stop) = (journal, lease, stop)
        state = Mutex(State(size: size))
    }

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
        let ended = record.ended ?? record.started
        try await flushTicks()
        try await asking { () async throws(JournalError) in
            try await journal.end(record.key, result, ended: ended, for: lease.claim)
        }
        noteSize(bytes: record.valueBytes - record.input.utf8.count)
    }

    /// Asks the journal. Where that fails, or says that another host has the run, the run stops here.
    func asking<Value>(_ body: () async throws(JournalError) -> Value) async throws -> Value {
        do throws(JournalError) {
            return try await body()
        } catch {
            switch error.code {
            case .conflict: throw error
            case .claimLost: throw stop.halt(.claimLost)
            default: throw stop.halt(.journal(error))
            }
        }
    }

    /// Parks the run with a question about a step.
    func park(_ key: StepKey, _ question: StepQuestion) async -> RunHalted {
        do {
            try await ask(question, about: key)
        } catch let halted as RunHalted {
            return halted
        } catch {
            return stop.halt(.journal(JournalError(.storage, "\(error)")))
        }
        return stop.halt(.parked(key, question))
    }

    /// Notes with an intent what a person is asked.
    func ask(_ question: StepQuestion, about key: StepKey) async throws {
        try await asking { () async throws(JournalError) in
            try await journal.ask(question.text, about: key, for: lease.claim)
        }
    }

    /// Makes sure that the run is still this host's.
    func checkClaim() async throws {
        try await asking { () async throws(JournalError) in try await lease.check() }
    }

    /// Throws when the task is cancelled, or the run by somebody who asked the journal for it.
    func checkCancellation() throws {
        if lease.isCancellationRequested { stop.cancel() }
        try stop.checkCancellation()
    }

    // MARK: Ticks

    /// Records a tick: a piece of progress that the script is shown, or the end of a task that it spawned; written with
    /// others, at the latest before the next step.
    func tick(_ record: StepRecord) async throws {
        noteSize(steps: 1, bytes: record.valueBytes)
        let count = state.withLock { state in
            state.ticks.append(record)
            return state.ticks.count
        }
        if count >= Self.tickBatch { try await flushTicks() }
    }

    /// Records the ticks that wait for it.
    func flushTicks() async throws {
        let ticks = takeTicks()
        guard !ticks.isEmpty else { return }
        try await asking { () async throws(JournalError) in
            try await journal.append(ticks, for: lease.claim)
        }
    }

    func takeTicks() -> [StepRecord] {
        state.withLock { state in
            defer { state.ticks = [] }
            return state.ticks
        }
    }

    // MARK: Size

    /// Notes that the journal has become longer.
    func noteSize(steps: Int = 0, bytes: Int) {
        state.withLock { state in
            state.size.steps += steps
            state.size.bytes += bytes
        }
    }

    /// Warns once when the run's journal is nearly full, and refuses steps when it is.
    func checkSize(of call: StepCall, steps: Int, bytes: Int, warn: (String) -> Void) throws {
        let size = state.withLock { $0.size }
        guard size.steps * 10 >= steps * 8 || size.bytes / 8 >= bytes / 10 else { return }
        let recorded = "the run has recorded \(size.steps) steps with \(Figures.bytes(Int64(size.bytes)))"
        let isWarned = state.withLock { state in
            defer { state.isSizeWarned = true }
            return state.isSizeWarned
        }
        if !isWarned {
            warn("\(recorded); it may record \(steps) steps with \(Figures.bytes(Int64(bytes)))")
        }
        guard size.steps >= steps || size.bytes >= bytes else { return }
        throw BackupError(
            .unsupported,
            "\(recorded), and may not record more; '\(call.name)' was not called",
            fix: "Let the script do its work in several runs."
        )
    }
}
