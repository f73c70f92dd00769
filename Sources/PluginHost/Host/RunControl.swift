import Synchronization

/// Stops a run from outside without ending it: the host goes, and the run goes on when it is resumed.
public final class RunControl: Sendable {
    private struct State {
        var isInterrupted = false
        weak var run: RunContext?
    }

    private let state = Mutex(State())

    /// Makes a control for one run.
    public init() {}

    /// Stops the run before its next step, without undoing or ending anything: what it started goes on, and its result has
    /// the halt `interrupted`. Safe to call twice, before the run begins and after its end.
    public func interrupt() {
        let run = state.withLock { state in
            state.isInterrupted = true
            return state.run
        }
        run?.stop.halt(.interrupted)
    }

    func attach(_ run: RunContext) {
        let isInterrupted = state.withLock { state in
            state.run = run
            return state.isInterrupted
        }
        if isInterrupted { run.stop.halt(.interrupted) }
    }
}
