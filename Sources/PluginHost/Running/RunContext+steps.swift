public import BackupAPI
public import LuaKit
public import RunJournal

/// A call of a host function that is a step.
public struct StepCall: Sendable {
    /// The function's name, for example `backup.start`.
    public let name: String
    /// What it does.
    public let kind: StepKind
    /// What it was given: a resumed run checks that it is the same.
    public let arguments: [LuaValue]
    /// The function that the script called, where the step is a part of it.
    public var function: String?
    /// What to do with it when nobody knows whether it happened.
    public var recovery: StepRecovery
    /// Where in the script; `nil` when it is not known.
    var place: LuaError.Place?

    /// Whether it must be on disk before its effect happens, or its beginning has to be known.
    public var isIntended: Bool

    /// Makes a call; a start, an effect and a sleep are intended unless `isIntended` says otherwise.
    public init(
        name: String,
        kind: StepKind,
        arguments: [LuaValue],
        recovery: StepRecovery = .again,
        isIntended: Bool? = nil
    ) {
        self.name = name
        self.kind = kind
        self.arguments = arguments
        self.recovery = recovery
        self.isIntended = isIntended ?? [.start, .effect, .sleep].contains(kind)
    }

    /// What is wrong with an argument, with the function's name: here, so that the journal has the whole message.
    func naming(_ error: any Error) -> any Error {
        (error as? ArgumentProblem)?.error(in: function ?? name) ?? error
    }
}

extension RunContext {
    /// The key of the step whose body runs now, the same whenever the run is taken up again: for services that do what they
    /// are asked with one key only once. `nil` outside a step.
    public var stepKey: String? { TaskScope.current.step?.description }

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
        try checkHalt()
        guard mode != .plan else { return try await body(environment.now()) }
        let key = nextKey()
        var record = makeRecord(key, call)
        let recorded = recorded[key]
        if let recorded {
            try check(recorded, against: record, call)
            try await prelude(key)
            if let answer = try answer(of: recorded) {
                try learn(answer)
                return answer
            }
            if let answer = try await recover(recorded, call) {
                record = recorded
                (record.state, record.output) = (.done, JournalText.encode(answer))
                record.ended = environment.now().microseconds
                try await end(record)
                return answer
            }
            record.started = recorded.started
        } else {
            try await prelude(key)
            try await begin(record, call)
            if call.isIntended { try await write(record) }
        }
        let result: Result<LuaValue, any Error>
        do {
            var scope = TaskScope.current
            scope.step = key
            result = .success(
                try await TaskScope.$current.withValue(scope) {
                    try await body(Timestamp(microseconds: record.started))
                }
            )
        } catch {
            result = .failure(call.naming(error))
        }
        try checkHalt()
        record.ended = environment.now().microseconds
        switch result {
        case .success(let value): (record.state, record.output) = (.done, JournalText.encode(value))
        case .failure(let error):
            (record.state, record.error) = (.failed, ReplayedError.text(of: error, globals: globals))
        }
        if call.isIntended || recorded != nil { try await end(record) } else { try await write(record) }
        if record.state == .failed { raise(.failure(of: record)) }
        return try result.get()
    }

    /// The intent of a call.
    func makeRecord(_ key: StepKey, _ call: StepCall) -> StepRecord {
        StepRecord(
            key: key,
            name: call.name,
            kind: call.kind,
            input: JournalText.encode(.array(call.arguments)),
            started: environment.now().microseconds
        )
    }

    /// What a recorded step answered; `nil` when it is an intent. Throws what it failed with.
    func answer(of recorded: StepRecord) throws -> LuaValue? {
        switch recorded.state {
        case .intent: return nil
        case .done: return try JournalText.decode(recorded.output ?? "null")
        case .failed:
            raise(.failure(of: recorded))
            throw try ReplayedError(recorded.error ?? "{}").original
        }
    }

    /// Halts the run where a recorded step is another one than the script wants.
    func check(_ recorded: StepRecord, against wanted: StepRecord, _ call: StepCall) throws {
        guard recorded.name != wanted.name || recorded.input != wanted.input else { return }
        throw halt(
            .mismatch(StepMismatch(recorded, wanted: wanted, at: call.place ?? TaskScope.current.place))
        )
    }

    /// Makes sure that a step which the journal does not have may happen now.
    func begin(_ wanted: StepRecord, _ call: StepCall) async throws {
        try await expectLive(wanted, call)
        try checkCancellation()
        try checkSize(of: call)
        try await checkClaim()
    }

    /// Makes sure that something may happen which the journal does not have.
    func expectLive(_ wanted: StepRecord, _ call: StepCall) async throws {
        try await TaskScope.current.freeze?.hold()
        TaskScope.current.milestone?.reach()
        guard mode == .live else {
            throw halt(
                .mismatch(StepMismatch(nil, wanted: wanted, at: call.place ?? TaskScope.current.place))
            )
        }
    }

    /// Decides what becomes of a step that was about to happen when the host died: answers what to go on with, or `nil` when
    /// it is to be done again.
    private func recover(_ recorded: StepRecord, _ call: StepCall) async throws -> LuaValue? {
        try await expectLive(recorded, call)
        try await checkClaim()
        do {
            try checkCancellation()
        } catch {
            // What changes nothing is over with its task.
            if call.kind != .effect {
                var record = recorded
                (record.state, record.ended) = (.failed, environment.now().microseconds)
                record.error = ReplayedError.text(of: error, globals: globals)
                try await end(record)
            }
            throw error
        }
        switch call.recovery {
        case .again: return nil
        case .skip(let answer): return answer
        case .park: break
        }
        guard !recorded.isToBeRepeated else {
            try await asking { () async throws(JournalError) in
                try await journal.beginAgain(recorded.key, watermark: nil, for: lease.claim)
            }
            return nil
        }
        throw await park(
            recorded.key,
            StepQuestion(
                call: StepMismatch.call(recorded.name, recorded.input),
                reason: "nobody knows whether \(call.name) happened before the host died",
                candidates: []
            )
        )
    }

    /// Parks the run with a question about a step.
    func park(_ key: StepKey, _ question: StepQuestion) async -> RunHalted {
        do {
            try await asking { () async throws(JournalError) in
                try await journal.ask(question.text, about: key, for: lease.claim)
            }
        } catch let halted as RunHalted {
            return halted
        } catch {
            return halt(.journal(JournalError(.storage, "\(error)")))
        }
        return halt(.parked(key, question))
    }
}

/// What a resumed run does with an effect of which nobody knows whether it happened.
public enum StepRecovery: Hashable, Sendable {
    /// It is done again: twice is as good as once.
    case again
    /// A person decides.
    case park
    /// It is not done again, and answers so.
    case skip(LuaValue)
}
