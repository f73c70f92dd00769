public import BackupAPI
public import LuaKit
import RunJournal

extension RunContext {
    /// A step that starts something at the service, once: a start whose answer nobody has seen is looked for before it is
    /// asked for again.
    ///
    /// `prepare` makes the request; what it throws is the step's error. `start` asks for it with a key, and answers the
    /// id. `found` gets the id of one whose answer was lost, `learn` that of one that the journal has.
    public func startStep(
        _ call: StepCall,
        learn: (LuaValue) throws -> Void,
        prepare: () async throws -> StartRequest,
        found: (String) async -> Void,
        start: @escaping @Sendable (StartRequest, _ key: String) async throws -> String
    ) async throws -> LuaValue {
        try checkHalt()
        let key = nextKey()
        var record = makeRecord(key, call)
        let mark: StartMark
        var fate = StartFate.absent
        if let recorded = recorded[key] {
            try check(recorded, against: record, call)
            if let answer = try answer(of: recorded) {
                try learn(answer)
                return answer
            }
            record.started = recorded.started
            (mark, fate) = try await recoverStart(recorded, call)
        } else {
            try await begin(record, call)
            do {
                let request = try await prepare()
                mark = StartMark(request: request, watermark: try await service.watermark(before: request))
            } catch {
                throw try await fail(record, call.naming(error), isIntended: false)
            }
            record.watermark = try JSONText.encode(mark)
            try await write(record)
        }
        var repetitions = 0
        /// Ids that turned out to be of other steps.
        var others: Set<String> = []
        while true {
            switch fate {
            case .happened(let id):
                if try await adopt(id, record) {
                    await found(id)
                    return .string(id)
                }
                guard others.insert(id).inserted else {
                    throw halt(.journal(.referenceTaken(id, by: key)))
                }
                fate = try await self.fate(of: mark, key: key)
            case .unknown(let reason, let candidates):
                let text = StepMismatch.call(call.name, record.input)
                throw await park(key, StepQuestion(call: text, reason: reason, candidates: candidates))
            case .absent:
                do {
                    try await mayStart()
                } catch let error as CancellationError {
                    throw try await fail(record, error, isIntended: true)
                }
                // In a task of its own: whether a request that is under way has reached the service nobody could tell.
                let result = await Task(executorPreference: environment.taskExecutor) {
                    try await start(mark.request, key.description)
                }.result
                switch result {
                case .success(let id):
                    guard try await adopt(id, record) else {
                        // A step that was looking for its own has found it first, and is content with it.
                        guard others.insert(id).inserted else {
                            throw halt(.journal(.referenceTaken(id, by: key)))
                        }
                        fate = try await self.fate(of: mark, key: key)
                        continue
                    }
                    return .string(id)
                case .failure(let error):
                    try checkHalt()
                    if (error as? BackupError)?.isStartUncertain == true {
                        fate = try await self.fate(of: mark, key: key)
                        guard case .absent = fate else { continue }
                        if (error as? BackupError)?.isAnswerLost == true, repetitions < Self.mostRepetitions {
                            repetitions += 1
                            continue
                        }
                    }
                    throw try await fail(record, error, isIntended: true)
                }
            }
        }
    }

    /// Right before a start: what came before it may have taken a long time.
    private func mayStart() async throws {
        try checkHalt()
        try checkCancellation()
        try await checkClaim()
    }

    /// Records that a start has failed, and answers the error to throw.
    private func fail(_ record: StepRecord, _ error: any Error, isIntended: Bool) async throws -> any Error {
        try checkHalt()
        var record = record
        record.state = .failed
        record.error = ReplayedError.text(of: error, globals: globals)
        record.ended = environment.now().microseconds
        if isIntended { try await end(record) } else { try await write(record) }
        raise(.failure(of: record))
        return error
    }

    /// What has become of a start that was about to happen when the host died; `absent` too when a person has decided that it
    /// is to happen again.
    private func recoverStart(_ recorded: StepRecord, _ call: StepCall) async throws -> (StartMark, StartFate)
    {
        try await TaskScope.current.freeze?.hold()
        guard mode == .live else {
            throw halt(
                .mismatch(StepMismatch(nil, wanted: recorded, at: call.place ?? TaskScope.current.place))
            )
        }
        try await checkClaim()
        var mark = try await asking { () throws(JournalError) in try StartMark(of: recorded) }
        guard recorded.isToBeRepeated else { return (mark, try await fate(of: mark, key: recorded.key)) }
        let watermark = try await service.watermark(before: mark.request)
        mark = StartMark(request: mark.request, watermark: watermark)
        let text = try JSONText.encode(mark)
        try await asking { () async throws(JournalError) in
            try await journal.beginAgain(recorded.key, watermark: text, for: lease.claim)
        }
        return (mark, .absent)
    }

    /// Records what came of a start; `false` when it came of another one.
    private func adopt(_ id: String, _ record: StepRecord) async throws -> Bool {
        var record = record
        (record.state, record.output, record.externalReference) = (.done, JournalText.encode(.string(id)), id)
        record.ended = environment.now().microseconds
        do {
            try await end(record)
        } catch is JournalError {
            // It came of another start.
            noteClaimed(id)
            return false
        }
        noteClaimed(id)
        return true
    }

    /// Asks the service, again and again while it cannot be reached, and parks the run when that takes too long.
    private func fate(of mark: StartMark, key: StepKey) async throws -> StartFate {
        var delay = Duration.milliseconds(500)
        for attempt in 1... {
            do {
                return try await service.reconcile(
                    mark.request,
                    key: key.description,
                    watermark: mark.watermark,
                    claimed: claimedReferences
                )
            } catch let error as BackupError where error.isRetryable && attempt < Self.reconcileAttempts {
                try await environment.clock.sleep(for: delay)
                delay = min(delay * 2, .seconds(30))
            } catch let error as BackupError {
                return .unknown(reason: "the service could not be asked: \(error.message)", candidates: [])
            }
        }
        return .absent
    }

    /// How often a start is asked for again that did not happen, since the request or its answer was lost.
    private static var mostRepetitions: Int { 3 }

    /// Some five minutes.
    private static var reconcileAttempts: Int { 15 }
}

extension JournalError {
    fileprivate static func referenceTaken(_ id: String, by key: StepKey) -> JournalError {
        JournalError(.conflict, "step '\(key)' was answered with '\(id)', which another step has started")
    }
}

extension BackupError {
    /// Whether a start that failed so may have happened all the same.
    fileprivate var isStartUncertain: Bool {
        isAnswerLost || [.service, .storage, .diskFull].contains(code) || isRetryable
    }

    /// Whether the service has refused nothing: the request has not come through, or its answer has not.
    fileprivate var isAnswerLost: Bool { [.unreachable, .timedOut].contains(code) }
}
