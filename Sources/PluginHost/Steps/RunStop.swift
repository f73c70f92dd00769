import Synchronization

/// What a run may do.
enum RunMode: Sendable {
    /// All.
    case live
    /// Only repeat what the journal has.
    case replay
    /// Only say what it would do.
    case plan
    /// Only load the file.
    case load
}

/// Whether a run goes on: it halts once, or is cancelled.
final class RunStop: Sendable {
    private struct State {
        var halt: RunHalt?
        var isCancelled = false
        var count = 0
        var followers: [Int: @Sendable (RunHalt?) -> Void] = [:]
    }

    private let state = Mutex(State())

    /// Why the run has stopped; `nil` while it has not.
    var reason: RunHalt? { state.withLock { $0.halt } }

    /// Whether somebody asked for a cancellation.
    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    /// Tells something when the run stops, with why, or is cancelled, without; returns how it is told no more.
    @discardableResult
    func follow(_ follower: @escaping @Sendable (RunHalt?) -> Void) -> @Sendable () -> Void {
        let number = state.withLock { state in
            state.count += 1
            state.followers[state.count] = follower
            return state.count
        }
        return { [weak self] in self?.state.withLock { $0.followers[number] = nil } }
    }

    /// Stops the run: whatever it calls from now on throws, and what it waits for is cancelled. The first reason counts.
    @discardableResult func halt(_ reason: RunHalt) -> RunHalted {
        let (first, followers) = state.withLock { state in
            let first = state.halt ?? reason
            state.halt = first
            return (first, Array(state.followers.values))
        }
        for follower in followers { follower(first) }
        return RunHalted(halt: first)
    }

    /// Cancels the run as if its task were cancelled.
    func cancel() {
        let followers = state.withLock { state in
            state.isCancelled = true
            return Array(state.followers.values)
        }
        for follower in followers { follower(nil) }
    }

    /// Throws when the run has stopped.
    func check() throws {
        if let halt = reason { throw RunHalted(halt: halt) }
    }

    /// Throws when the run is not this host's any more, or stops with it: not when it is only parked, of which hooks are told.
    func checkGone() throws {
        switch reason {
        case .claimLost, .interrupted, .journal: try check()
        case nil, .parked, .mismatch: break
        }
    }

    /// Throws when the task or the run is cancelled.
    func checkCancellation() throws {
        try Task.checkCancellation()
        if isCancelled { throw CancellationError() }
    }
}
