public import BackupAPI
public import LuaKit
public import RunJournal
import Synchronization

/// The one way in which a run's steps happen: from the journal, or as their ``StepMachine`` says.
public final class StepRecorder: Sendable {
    /// What the recorder tells of.
    enum News: Sendable {
        case failed(StepRecord)
        case warning(String)
    }

    let positions: TaskPositions
    let writer: JournalWriter
    let stop: RunStop
    let service: any BackupService
    let environment: HostEnvironment
    let mode: RunMode
    let permissions: RunPermissions
    private let names: ScriptNames
    let tell: @Sendable (News) -> Void
    private let planned = Mutex<[PlannedStep]>([])

    init(
        _ positions: TaskPositions,
        _ writer: JournalWriter,
        service: any BackupService,
        environment: HostEnvironment,
        permissions: RunPermissions,
        mode: RunMode,
        names: ScriptNames,
        tell: @escaping @Sendable (News) -> Void
    ) {
        (self.positions, self.writer, self.service) = (positions, writer, service)
        (self.environment, self.mode, self.names, self.tell) = (environment, mode, names, tell)
        self.permissions = permissions
        stop = writer.stop
    }

    // MARK: Steps

    /// Runs a step: from the journal if it is there, else with an intent before its effect where it has one, and its
    /// result after it.
    ///
    /// `learn` gets what a step of the journal answered: what the body would have noted. `prelude` runs in any case, after
    /// the step is known to fit. The body gets the moment at which the step began the first time.
    public func step(
        _ call: StepCall,
        learn: (LuaValue) throws -> Void = { _ in },
        prelude: (StepKey) async throws -> Void = { _ in },
        body: (Timestamp) async throws -> LuaValue
    ) async throws -> LuaValue {
        try await record(call, .work, learn: learn, prelude: prelude) { record, _ in
            do {
                return .success(try await body(Timestamp(microseconds: record.started)))
            } catch {
                return .failure(call.naming(error))
            }
        }
    }

    /// A step whose effect is a write to the journal itself, in the same commit as its record: it happens exactly once.
    ///
    /// `write` gets the record, which is done and has the output `null`, and writes it with what belongs to it; it answers
    /// what the script gets. What else it throws than the journal's own errors is recorded as the step's failure.
    public func commit(
        _ call: StepCall,
        write: (_ record: StepRecord, _ journal: RunStore, _ claim: RunClaim) async throws -> LuaValue
    ) async throws -> LuaValue {
        var call = call
        call.isIntended = false
        return try await record(call, .commit) { intent, _ in
            var record = intent
            (record.state, record.output, record.ended) = (.done, "null", record.started)
            do {
                try await writer.flushTicks()
                let answer = try await write(record, writer.journal, writer.lease.claim)
                writer.noteSize(steps: 1, bytes: record.valueBytes)
                return .success(answer)
            } catch let error as JournalError {
                return try await writer.asking { () async throws(JournalError) in throw error }
            } catch {
                return .failure(call.naming(error))
            }
        }
    }

    /// Does something that is the host's own, whatever has become of the script's task, once; only a live run does.
    func aside(
        _ call: StepCall,
        at key: StepKey,
        body: () async throws -> Result<LuaValue, any Error>
    ) async throws {
        guard mode == .live else { return }
        _ = try await record(call, .aside, at: key) { _, _ in try await body() }
    }

    /// The tick of a piece of progress, or of an end.
    func tick(_ key: StepKey, _ name: String, _ output: LuaValue) -> StepRecord {
        let now = now
        return StepRecord(
            key: key,
            name: name,
            kind: .tick,
            state: .done,
            input: "[]",
            output: JournalText.encode(output),
            started: now,
            ended: now
        )
    }

    /// Makes sure that something may happen which the journal does not have.
    func admit(_ record: StepRecord, _ call: StepCall) async throws {
        _ = try await admit(record, call, .new)
    }

    /// The intent of a call.
    func intent(_ key: StepKey, _ call: StepCall) -> StepRecord {
        StepRecord(
            key: key,
            name: call.name,
            kind: call.kind,
            input: JournalText.encode(.array(call.arguments)),
            started: now
        )
    }

    /// What a recorded step answered; `nil` when it is an intent. Throws what it failed with.
    func answer(of recorded: StepRecord) throws -> LuaValue? {
        switch recorded.state {
        case .intent: return nil
        case .done: return try JournalText.decode(recorded.output ?? "null")
        case .failed:
            tell(.failed(recorded))
            throw try ReplayedError(recorded.error ?? "{}").original
        }
    }

    /// An error as the journal keeps it.
    func text(of error: any Error) -> String { ReplayedError.text(of: error, names: names) }

    var now: Int64 { environment.now().microseconds }

    // MARK: Plans

    /// The steps that a plan has come to.
    var plannedSteps: [PlannedStep] { planned.withLock { $0 } }

    /// Notes a step that a plan would take.
    public func plan(_ call: StepCall) {
        planned.withLock { $0.append(PlannedStep(call)) }
    }
}
