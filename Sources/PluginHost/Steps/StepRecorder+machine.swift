import BackupAPI
import LuaKit
import RunJournal

extension StepRecorder {
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

    /// Makes sure that a step may happen now; returns the error of one that a host died in and that is cancelled by now.
    func admit(_ record: StepRecord, _ call: StepCall, _ admission: StepMachine.Admission)
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
