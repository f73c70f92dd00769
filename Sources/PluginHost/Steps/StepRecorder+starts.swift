public import BackupAPI
public import LuaKit
import RunJournal

extension StepRecorder {
    /// A step that starts something at the service, once: a start whose answer nobody has seen is looked for before it is
    /// asked for again.
    ///
    /// `prepare` makes the request; what it throws is the step's error. `start` asks for it with a key, and returns the
    /// id. `found` gets the id of one whose answer was lost, `learn` that of one that the journal has.
    public func start(
        _ call: StepCall,
        learn: (LuaValue) throws -> Void = { _ in },
        prepare: () async throws -> StartRequest,
        found: (String) async -> Void = { _ in },
        start: @escaping @Sendable (StartRequest, _ key: String) async throws -> String
    ) async throws -> LuaValue {
        try await record(
            call,
            .start,
            learn: learn,
            prepare: { try await mark(again: $0, prepare) },
            body: { record, isInDoubt in
                let mark = try await writer.asking { () throws(JournalError) in try StartMark(of: record) }
                var machine = StartMachine()
                var action = machine.begin(isInDoubt: isInDoubt)
                var last: any Error = CancellationError()
                while let event = try await perform(action, mark, record, &last, start) {
                    action = machine.handle(event)
                }
                guard case .finish(let id, let isFound) = action else { return .failure(last) }
                if isFound { await found(id) }
                return .success(.string(id))
            }
        )
    }

    /// The request with what the service looks like before it; the recorded request where a person wants it once more.
    private func mark(again recorded: StepRecord?, _ prepare: () async throws -> StartRequest) async throws
        -> String
    {
        let request: StartRequest
        if let recorded {
            request = try await writer.asking { () throws(JournalError) in try StartMark(of: recorded) }
                .request
        } else {
            request = try await prepare()
        }
        let watermark = try await service.watermark(before: request)
        return try JSONText.encode(StartMark(request: request, watermark: watermark))
    }

    /// Does what the machine of a start wants; `nil` when it is over, with `last` as what it has failed with.
    private func perform(
        _ action: StartMachine.Action,
        _ mark: StartMark,
        _ record: StepRecord,
        _ last: inout any Error,
        _ start: @escaping @Sendable (StartRequest, String) async throws -> String
    ) async throws -> StartMachine.Event? {
        switch action {
        case .ask: return .told(try await fate(of: mark, key: record.key))
        case .admit:
            // Right before the start: what came before it may have taken a long time.
            try stop.check()
            do {
                try writer.checkCancellation()
            } catch {
                last = error
                return .cancelled
            }
            try await writer.checkClaim()
            return .admitted
        case .start:
            // In a task of its own: whether a request that is under way has reached the service nobody could tell.
            let result = await Task(executorPreference: environment.taskExecutor) {
                try await start(mark.request, record.key.description)
            }.result
            switch result {
            case .success(let id): return .started(id)
            case .failure(let error):
                try stop.check()
                last = error
                return .failed(StartMachine.Failure(error))
            }
        case .adopt(let id, _): return try await adopt(id, record) ? .adopted : .taken
        case .park(let reason, let candidates):
            let text = StepMismatch.call(record.name, record.input)
            throw await writer.park(
                record.key,
                StepQuestion(call: text, reason: reason, candidates: candidates)
            )
        case .halt(let id):
            let problem = "step '\(record.key)' was answered with '\(id)', which another step has started"
            throw stop.halt(.journal(JournalError(.conflict, problem)))
        case .finish, .fail: return nil
        }
    }

    /// Records what came of a start; `false` when it came of another one.
    private func adopt(_ id: String, _ record: StepRecord) async throws -> Bool {
        var record = record
        (record.state, record.output, record.externalReference) = (.done, JournalText.encode(.string(id)), id)
        record.ended = now
        defer { positions.noteClaimed(id) }
        do {
            try await writer.end(record)
            return true
        } catch is JournalError {
            return false
        }
    }

    /// Asks the service, again and again while it cannot be reached, and leaves it to a person when that takes too long.
    private func fate(of mark: StartMark, key: StepKey) async throws -> StartFate {
        var delay = Duration.milliseconds(500)
        for attempt in 1... {
            do {
                return try await service.reconcile(
                    mark.request,
                    key: key.description,
                    watermark: mark.watermark,
                    claimed: positions.claimed
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

    /// Some five minutes.
    private static var reconcileAttempts: Int { 15 }
}
