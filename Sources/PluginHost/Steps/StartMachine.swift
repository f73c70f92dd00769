import BackupAPI

/// The start of something at a service that may not know keys, as a value: what has happened goes in, what is to be done comes
/// out. Nothing is started twice, and nothing that was started is lost.
struct StartMachine: Sendable {
    /// How a start failed.
    enum Failure: Sendable {
        /// The service has refused it.
        case refused
        /// It may have happened all the same.
        case unsure
        /// The request has not come through, or its answer has not.
        case lost
    }

    /// What is to be done next.
    enum Action: Hashable, Sendable {
        /// The service is asked what has become of an earlier attempt.
        case ask
        /// It is made sure that the start may happen right now.
        case admit
        /// The service is asked to start it.
        case start
        /// The journal gets what came of it, found or just started.
        case adopt(String, isFound: Bool)
        /// The script gets what came of it.
        case finish(String, isFound: Bool)
        /// The step has failed with the last error.
        case fail
        /// The run waits for a person.
        case park(reason: String, candidates: [String])
        /// The run halts: what came of it is that of another step, time after time.
        case halt(taken: String)
    }

    /// What has happened.
    enum Event: Hashable, Sendable {
        /// The service has told what it knows.
        case told(StartFate)
        /// The start may happen.
        case admitted
        /// The task was cancelled, before it was asked for.
        case cancelled
        /// The service has started it.
        case started(String)
        case failed(Failure)
        /// The journal has what came of it.
        case adopted
        /// It came of another step.
        case taken
    }

    /// How often a start is asked for again that did not happen, because the request or its answer was lost.
    static let mostRepetitions = 3

    private var failure: Failure?
    private var repetitions = 0
    private var found: (id: String, isFound: Bool) = ("", false)
    /// Ids that turned out to be of other steps.
    private var others: Set<String> = []

    /// Begins; an earlier attempt whose fate is in doubt is looked for first.
    func begin(isInDoubt: Bool) -> Action { isInDoubt ? .ask : .admit }

    /// Goes on after what the last action came to.
    mutating func handle(_ event: Event) -> Action {
        switch event {
        case .told(.happened(let id)): return adopt(id, isFound: true)
        case .told(.unknown(let reason, let candidates)): return .park(reason: reason, candidates: candidates)
        case .told(.absent): return startAgain()
        case .admitted: return .start
        case .cancelled, .failed(.refused): return .fail
        case .started(let id): return adopt(id, isFound: false)
        case .failed(let failure):
            self.failure = failure
            return .ask
        case .adopted: return .finish(found.id, isFound: found.isFound)
        case .taken:
            // A step that was looking for its own has found this one first, and is content with it.
            guard others.insert(found.id).inserted else { return .halt(taken: found.id) }
            failure = nil
            return .ask
        }
    }

    private mutating func adopt(_ id: String, isFound: Bool) -> Action {
        found = (id, isFound)
        return .adopt(id, isFound: isFound)
    }

    private mutating func startAgain() -> Action {
        guard let failure else { return .admit }
        guard failure == .lost, repetitions < Self.mostRepetitions else { return .fail }
        repetitions += 1
        self.failure = nil
        return .admit
    }
}

extension StartMachine.Failure {
    /// What an error says of the start that it ended.
    init(_ error: any Error) {
        guard let error = error as? BackupError else {
            self = .refused
            return
        }
        let isLost = [.unreachable, .timedOut].contains(error.code)
        let isUnsure = [.service, .storage, .diskFull].contains(error.code) || error.isRetryable
        self = isLost ? .lost : isUnsure ? .unsure : .refused
    }
}
