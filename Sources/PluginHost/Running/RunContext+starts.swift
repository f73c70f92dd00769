import BackupAPI
import LuaKit
import RunJournal

/// What the journal keeps with the intent of a start: enough to find out later what has become of it.
private struct StartMark: Codable {
    let request: StartRequest
    let watermark: String
}

extension RunContext {
    /// A step that starts something at the service, once: a start whose answer nobody has seen is looked for before it is
    /// asked for again.
    ///
    /// `prepare` makes the request; what it throws is the step's error. `start` asks for it with a key, and answers the
    /// id.
    func startStep(
        _ call: StepCall,
        learn: (LuaValue) throws -> Void,
        prepare: () async throws -> StartRequest,
        found: (String) async throws -> Void,
        start: @escaping @Sendable (StartRequest, _ key: String) async throws -> String
    ) async throws -> LuaValue {
        try checkHalt()
        let key = nextKey()
        var record = StepRecord(
            key: key,
            name: call.name,
            kind: call.kind,
            input: JournalText.encode(.array(call.arguments)),
            started: environment.now().microseconds
        )
        var mark: StartMark
        var fate = StartFate.absent
        if let recorded = recorded[key] {
            try check(recorded, against: record, call)
            if let answer = try answer(of: recorded) {
                try learn(answer)
                return answer
            }
            guard mode == .live else { throw mismatch(nil, record, call) }
            try await checkClaim()
            mark = try LuaDecoder.decode(
                StartMark.self,
                from: try JSONReader.read(recorded.watermark ?? "")
            )
            if recorded.isToBeRepeated {
                mark = StartMark(
                    request: mark.request,
                    watermark: try await service.watermark(before: mark.request)
                )
                let text = try JSONText.encode(mark)
                try await asking { try await journal.beginAgain(key, watermark: text, for: lease.claim) }
            } else {
                fate = try await self.fate(of: mark, key: key)
            }
        } else {
            try await begin(key, call)
            do {
                let request: StartRequest
                do {
                    request = try await prepare()
                } catch let problem as ArgumentProblem {
                    throw problem.error(in: call.function ?? call.name)
                }
                mark = StartMark(request: request, watermark: try await service.watermark(before: request))
            } catch {
                try checkHalt()
                record.state = .failed
                record.error = JournalText.encode(error)
                record.ended = environment.now().microseconds
                try await write(record)
                throw error
            }
            record.watermark = try JSONText.encode(mark)
            try await write(record)
            try await checkClaim()
        }
        var repetitions = 0
        /// Ids that turned out to be of other steps.
        var others: Set<String> = []
        while true {
            switch fate {
            case .happened(let id):
                guard try await adopt(id, key) else {
                    guard others.insert(id).inserted else { throw JournalError.referenceTaken(id, by: key) }
                    fate = try await self.fate(of: mark, key: key)
                    continue
                }
                try await found(id)
                return .string(id)
            case .unknown(let reason, let candidates):
                let call = StepMismatch.call(call.name, record.input)
                throw await park(key, StepQuestion(call: call, reason: reason, candidates: candidates))
            case .absent:
                // In a task of its own: whether a request that is under way has reached the service nobody could tell.
                let result = await Task { try await start(mark.request, key.description) }.result
                switch result {
                case .success(let id):
                    guard try await adopt(id, key) else {
                        // A step that was looking for its own has found it first, and is content with it.
                        guard others.insert(id).inserted else {
                            throw JournalError.referenceTaken(id, by: key)
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
                    try await end(
                        key,
                        .failed(error: JournalText.encode(error)),
                        ended: environment.now().microseconds
                    )
                    throw error
                }
            }
        }
    }

    private func adopt(_ id: String, _ key: StepKey) async throws -> Bool {
        do {
            let result = StepResult.done(output: JournalText.encode(.string(id)), externalReference: id)
            try await end(key, result, ended: environment.now().microseconds)
            return true
        } catch let error as JournalError where error.code == .conflict {
            // It came of another start.
            noteClaimed(id)
            return false
        }
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
