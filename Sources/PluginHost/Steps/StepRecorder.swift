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
    private let permissions: RunPermissions
    private let globals: [String]
    private let tell: @Sendable (News) -> Void
    private let planned = Mutex<[PlannedStep]>([])

    init(
        _ positions: TaskPositions,
        _ writer: JournalWriter,
        service: any BackupService,
        environment: HostEnvironment,
        permissions: RunPermissions,
        mode: RunMode,
        globals: [String],
        tell: @escaping @Sendable (News) -> Void
    ) {
        (self.positions, self.writer, self.service) = (positions, writer, service)
        (self.environment, self.mode, self.globals, self.tell) = (environment, mode, globals, tell)
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
        write: (_ record: StepRecord, _ journal: any RunStore, _ claim: RunClaim) async throws -> LuaValue
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
    func text(of error: any Error) -> String { ReplayedError.text(of: error, globals: globals) }

    var now: Int64 { environment.now().microseconds }

    // MARK: Plans

    /// The steps that a plan has come to.
    var plannedSteps: [PlannedStep] { planned.withLock { $0 } }

    /// Notes a step that a plan would take.
    public func plan(_ call: StepCall) {
        planned.withLock { $0.append(PlannedStep(call)) }
    }

    // MARK: The machine's actions

    /// Drives the machine of a step.
    ///
    /// `body` gets the intent, and whether an earlier attempt may have happened; what it throws is not recorded, and what it
    /// answers is.
    func record(
        _ call: StepCall,
        _ form: StepMachine.Form,
        at fixed: StepKey? = nil,
        learn: (LuaValue) throws -> Void = { _ in },
        prelude: (StepKey) async throws -> Void = { _ in },
        prepare: (StepRecord?) async throws -> String? = { _ in nil },
        body: (StepRecord, _ isInDoubt: Bool) async throws -> Result<LuaValue, any Error>
    ) async throws -> LuaValue {
        if form != .aside { try stop.check() }
        guard mode != .plan else {
            return try await planned(call) { record in try await body(record, false).get() }
        }
        let wanted = intent(fixed ?? positions.nextKey(), call)
        var machine = StepMachine(wanted, form, isIntended: call.isIntended, recovery: call.recovery)
        var action = machine.begin(found: positions.recorded[wanted.key])
        if case .refuse(let found) = action { throw mismatch(found, wanted, call) }
        try await prelude(wanted.key)
        var result: Result<LuaValue, any Error>?
        while let event = try await perform(action, call, form, &result, learn, prepare, body) {
            action = machine.handle(event)
        }
        return try result?.get() ?? .nil
    }

    private func planned(_ call: StepCall, body: (StepRecord) async throws -> LuaValue) async throws
        -> LuaValue
    {
        switch call.planned {
        case .body: break
        case .untold(let answer): return answer
        case .answer(let answer):
            plan(call)
            return try answer()
        case .standard:
            plan(call)
            guard call.kind == .read else { return .nil }
        }
        try permissions.require(call.needs)
        return try await body(intent(StepKey(run: "plan", taskPath: "", sequence: 0), call))
    }

    /// Does what the machine of a step wants; `nil` when the step is over, with `result` as what came of it.
    private func perform(
        _ action: StepMachine.Action,
        _ call: StepCall,
        _ form: StepMachine.Form,
        _ result: inout Result<LuaValue, any Error>?,
        _ learn: (LuaValue) throws -> Void,
        _ prepare: (StepRecord?) async throws -> String?,
        _ body: (StepRecord, Bool) async throws -> Result<LuaValue, any Error>
    ) async throws -> StepMachine.Event? {
        switch action {
        case .refuse(let found): throw mismatch(found, found, call)
        case .answer(let found):
            let answer = try answer(of: found) ?? .nil
            try learn(answer)
            result = .success(answer)
            return nil
        case .admit(let record, let admission):
            guard let error = try await admit(record, call, admission) else { return .admitted }
            result = .failure(error)
            return .cancelled(error: text(of: error))
        case .prepare(let found):
            do {
                if found == nil { try permissions.require(call.needs) }
                return .prepared(watermark: try await prepare(found))
            } catch  where found == nil {
                return try ended(.failure(call.naming(error)), form, &result)
            }
        case .write(let record): try await writer.write(record.ended(at: now))
        case .end(let record):
            if result == nil { result = .success(try JournalText.decode(record.output ?? "null")) }
            try await writer.end(record.ended(at: now))
        case .beginAgain(let record):
            try await writer.asking { () async throws(JournalError) in
                try await writer.journal.beginAgain(
                    record.key,
                    watermark: record.watermark,
                    for: writer.lease.claim
                )
            }
        case .perform(let record, let isInDoubt):
            if form != .start, let refusal = permissions.refusal(of: call.needs) {
                return try ended(.failure(refusal), form, &result)
            }
            var scope = TaskScope.current
            scope.step = record.key
            let end = try await TaskScope.$current.withValue(scope) { try await body(record, isInDoubt) }
            return try ended(end, form, &result)
        case .park(let record):
            throw await writer.park(
                record.key,
                StepQuestion(
                    call: StepMismatch.call(record.name, record.input),
                    reason: "nobody knows whether \(record.name) happened before the host died"
                )
            )
        case .finish(let record, let isNews):
            if isNews, record.state == .failed, form != .aside { tell(.failed(record)) }
            return nil
        }
        return .written
    }

    private func ended(
        _ end: Result<LuaValue, any Error>,
        _ form: StepMachine.Form,
        _ result: inout Result<LuaValue, any Error>?
    ) throws -> StepMachine.Event {
        if form != .aside { try stop.check() }
        result = end
        switch end {
        case .success where form == .commit || form == .start: return .ended(.recorded)
        case .success(let value): return .ended(.done(output: JournalText.encode(value)))
        case .failure(let error): return .ended(.failed(error: text(of: error)))
        }
    }

    /// Makes sure that a step may happen now; answers the error of one that a host died in and that is cancelled by now.
    private func admit(_ record: StepRecord, _ call: StepCall, _ admission: StepMachine.Admission)
        async throws -> (any Error)?
    {
        try await TaskScope.current.freeze?.hold()
        if admission != .looking { TaskScope.current.milestone?.reach() }
        guard mode == .live else { throw mismatch(nil, record, call) }
        switch admission {
        case .new:
            try writer.checkCancellation()
            try writer.checkSize(
                of: call,
                steps: environment.stepLimit,
                bytes: environment.stepBytesLimit
            ) { tell(.warning($0)) }
            try await writer.checkClaim()
        case .again:
            try await writer.checkClaim()
            do {
                try writer.checkCancellation()
            } catch {
                return error
            }
        case .looking: try await writer.checkClaim()
        }
        return nil
    }

    private func mismatch(_ found: StepRecord?, _ wanted: StepRecord, _ call: StepCall) -> RunHalted {
        stop.halt(.mismatch(StepMismatch(found, wanted: wanted, at: call.place ?? TaskScope.current.place)))
    }
}

extension StepRecord {
    /// The record with the moment at which it ended, where it is no intent.
    fileprivate func ended(at now: Int64) -> StepRecord {
        var record = self
        if state != .intent, ended == nil { record.ended = now }
        return record
    }
}
