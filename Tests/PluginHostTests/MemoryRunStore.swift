import RunJournal
import Synchronization

/// A journal in memory, which can be told to fail.
final class MemoryRunStore: RunStore {
    /// A write, as it is about to happen.
    enum Write {
        case begin(RunRecord)
        case record(StepRecord)
        case end(StepKey)
        case finish(RunEnd)
    }

    private struct State {
        var sources: [String: ScriptSource] = [:]
        var runs: [RunRecord] = []
        var steps: [StepRecord] = []
    }

    private let state = Mutex(State())
    private let failure: @Sendable (Write) -> JournalError?

    /// Makes a journal; a write for which `failure` answers an error does not happen.
    init(failure: @escaping @Sendable (Write) -> JournalError? = { _ in nil }) {
        self.failure = failure
    }

    static let diskFull = JournalError(.diskFull, "the disk is full", fix: "Free some space.")

    /// The runs in the order of their beginning.
    var allRuns: [RunRecord] { state.withLock { $0.runs } }

    /// All steps, in the order in which they were recorded.
    var allSteps: [StepRecord] { state.withLock { $0.steps } }

    /// The steps as `kind name state`.
    var stepLines: [String] { allSteps.map { "\($0.kind) \($0.name) \($0.state.rawValue)" } }

    func store(_ source: ScriptSource) async throws(JournalError) {
        state.withLock { $0.sources[source.sha256] = source }
    }

    func script(_ sha256: String) async throws(JournalError) -> ScriptSource {
        guard let source = state.withLock({ $0.sources[sha256] }) else { throw .unknownScript(sha256) }
        return source
    }

    func begin(_ run: RunRecord, source: ScriptSource) async throws(JournalError) {
        if let error = failure(.begin(run)) { throw error }
        state.withLock { state in
            state.sources[source.sha256] = source
            state.runs.append(run)
        }
    }

    func finish(_ run: RunRecord.ID, _ end: RunEnd) async throws(JournalError) {
        if let error = failure(.finish(end)) { throw error }
        state.withLock { state in
            for index in state.runs.indices where state.runs[index].id == run {
                state.runs[index].status = end.status
                state.runs[index].outcome = end.outcome
                state.runs[index].message = end.message
                state.runs[index].ended = end.ended
            }
        }
    }

    func record(_ step: StepRecord) async throws(JournalError) {
        if let error = failure(.record(step)) { throw error }
        state.withLock { $0.steps.append(step) }
    }

    func end(_ step: StepKey, _ result: StepResult, ended: Int64) async throws(JournalError) {
        if let error = failure(.end(step)) { throw error }
        state.withLock { state in
            for index in state.steps.indices where state.steps[index].key == step {
                switch result {
                case .done(let output, let reference):
                    state.steps[index].state = .done
                    state.steps[index].output = output
                    state.steps[index].externalReference = reference
                case .failed(let error):
                    state.steps[index].state = .failed
                    state.steps[index].error = error
                }
                state.steps[index].ended = ended
            }
        }
    }

    func append(_ steps: [StepRecord]) async throws(JournalError) {
        for step in steps { try await record(step) }
    }

    func runs(limit: Int) async throws(JournalError) -> [RunRecord] {
        Array(allRuns.reversed().prefix(limit))
    }

    func run(_ idOrPrefix: String) async throws(JournalError) -> RunRecord {
        guard let run = allRuns.first(where: { $0.id == idOrPrefix }) else { throw .unknownRun(idOrPrefix) }
        return run
    }

    func steps(of run: RunRecord.ID) async throws(JournalError) -> [StepRecord] {
        allSteps.filter { $0.key.run == run }
    }
}
