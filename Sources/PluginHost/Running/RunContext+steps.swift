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
}

extension RunContext {
    /// The key of the step whose body runs now, the same whenever the run is taken up again: for services that do what they
    /// are asked with one key only once. `nil` outside a step.
    public var stepKey: String? { TaskScope.current.step?.description }

    /// The key of the next step of the current task.
    func nextKey() -> StepKey {
        StepKey(run: id, taskPath: TaskScope.current.path, sequence: nextSequence(of: TaskScope.current.path))
    }

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
        var record = StepRecord(
            key: key,
            name: call.name,
            kind: call.kind,
            input: JournalText.encode(.array(call.arguments)),
            started: environment.now().microseconds
        )
        let recorded = recorded[key]
        if let recorded {
            try check(recorded, against: record, call)
            try await prelude(key)
            if let answer = try answer(of: recorded) {
                try learn(answer)
                return answer
            }
            if let answer = try await recover(recorded, call) {
                let skipped = Result<LuaValue, any Error>.success(answer)
                try await end(key, skipped.stepResult(), ended: environment.now().microseconds)
                return answer
            }
            record.started = recorded.started
        } else {
            try await prelude(key)
            try await begin(key, call)
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
            result = .failure(error)
        }
        try checkHalt()
        let ended = environment.now().microseconds
        if call.isIntended || recorded != nil {
            try await end(key, result.stepResult(), ended: ended)
        } else {
            record.finish(result, ended: ended)
            try await write(record)
        }
        return try result.get()
    }

    /// What a recorded step answered; `nil` when it is an intent. Throws what it failed with.
    func answer(of recorded: StepRecord) throws -> LuaValue? {
        switch recorded.state {
        case .intent: return nil
        case .done: return try JournalText.decode(recorded.output ?? "null")
        case .failed: throw try ReplayedError(recorded.error ?? "{}")
        }
    }

    /// Halts the run where a recorded step is another one than the script wants.
    func check(_ recorded: StepRecord, against wanted: StepRecord, _ call: StepCall) throws {
        guard recorded.name != wanted.name || recorded.input != wanted.input else { return }
        throw mismatch(recorded, wanted, call)
    }

    func mismatch(_ recorded: StepRecord?, _ wanted: StepRecord, _ call: StepCall) -> RunHalted {
        var mismatch = StepMismatch(recorded, key: wanted.key, name: wanted.name, input: wanted.input)
        mismatch.place = call.place
        return halt(.mismatch(mismatch))
    }

    /// Makes sure that a step which the journal does not have may happen now.
    func begin(_ key: StepKey, _ call: StepCall) async throws {
        try await TaskScope.current.freeze?.hold()
        try Task.checkCancellation()
        guard mode == .live else {
            let wanted = StepRecord(
                key: key,
                name: call.name,
                kind: call.kind,
                input: JournalText.encode(.array(call.arguments)),
                started: 0
            )
            throw mismatch(nil, wanted, call)
        }
        try checkSize(of: call)
        try await checkClaim()
    }

    /// Decides what becomes of a step that was about to happen when the host died: answers what to go on with, or `nil` when
    /// it is to be done again.
    private func recover(_ recorded: StepRecord, _ call: StepCall) async throws -> LuaValue? {
        guard mode == .live else { throw mismatch(nil, recorded, call) }
        try await checkClaim()
        switch call.recovery {
        case .again: return nil
        case .skip(let answer): return answer
        case .park: break
        }
        guard !recorded.isToBeRepeated else {
            try await asking { try await journal.beginAgain(recorded.key, watermark: nil, for: lease.claim) }
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
            try await asking { try await journal.ask(question.text, about: key, for: lease.claim) }
        } catch let halted as RunHalted {
            return halted
        } catch {
            return halt(.journal(JournalError(.storage, "\(error)")))
        }
        return halt(.parked(key, reason: question.reason))
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

extension Result<LuaValue, any Error> {
    func stepResult(externalReference: String? = nil) -> StepResult {
        switch self {
        case .success(let value):
            .done(output: JournalText.encode(value), externalReference: externalReference)
        case .failure(let error): .failed(error: JournalText.encode(error))
        }
    }
}

extension StepRecord {
    fileprivate mutating func finish(_ result: Result<LuaValue, any Error>, ended: Int64) {
        self.ended = ended
        switch result {
        case .success(let value):
            state = .done
            output = JournalText.encode(value)
        case .failure(let failure):
            state = .failed
            error = JournalText.encode(failure)
        }
    }
}
