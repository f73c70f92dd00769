import BackupAPI
public import LuaKit
public import RunJournal

extension RunContext {
    /// A step whose effect is a write to the journal itself, in the same commit as its record: it happens exactly once.
    ///
    /// `write` gets the record, which is done and has the output `null`, and writes it with what belongs to it; it answers
    /// what the script gets. What else it throws than the journal's own errors is recorded as the step's failure.
    public func commitStep(
        _ call: StepCall,
        write: (_ record: StepRecord, _ journal: any RunStore, _ claim: RunClaim) async throws -> LuaValue
    ) async throws -> LuaValue {
        try checkHalt()
        let key = nextKey()
        let now = environment.now().microseconds
        var record = StepRecord(
            key: key,
            name: call.name,
            kind: call.kind,
            state: .done,
            input: JournalText.encode(.array(call.arguments)),
            output: "null",
            started: now,
            ended: now
        )
        if let recorded = recorded[key] {
            try check(recorded, against: record, call)
            return try answer(of: recorded) ?? .nil
        }
        try await begin(record, call)
        do {
            try await flushTicks()
            let answer = try await write(record, journal, lease.claim)
            noteSize(steps: 1, bytes: record.valueBytes)
            return answer
        } catch let error as JournalError {
            return try await asking { () async throws(JournalError) in throw error }
        } catch {
            try checkHalt()
            let error = call.naming(error)
            (record.state, record.output) = (.failed, nil)
            record.error = ReplayedError.text(of: error, globals: globals)
            try await self.write(record)
            raise(.failure(of: record))
            throw error
        }
    }
}

extension RunContext {
    /// Whether the run only says what it would do; a function that is made of steps asks, and does nothing.
    public var isPlan: Bool { mode == .plan }

    /// Notes a step that a plan would take.
    public func notePlanned(_ call: StepCall) {
        notePlanned(PlannedStep(call))
    }
}

extension RunContext {
    /// Whether the run has stopped without being over: what a function of a module would tidy up is still needed.
    public var isHalted: Bool { haltReason != nil }
}
