import LuaKit
import Synchronization

extension RunContext {
    /// Why the run has stopped; `nil` while it has not.
    var haltReason: RunHalt? { memory.withLock { $0.halt } }

    /// Stops the run: whatever it calls from now on throws, and what it waits for is cancelled. The first reason counts.
    @discardableResult func halt(_ reason: RunHalt) -> RunHalted {
        let (first, state, hooks) = memory.withLock { memory in
            let first = memory.halt ?? reason
            memory.halt = first
            return (first, memory.state, memory.calledHooks.values)
        }
        for hook in hooks { hook.halt(first) }
        tasks.cancelAll()
        state?.cancel()
        return RunHalted(halt: first)
    }

    /// Cancels the run as if its task were cancelled.
    func cancel() {
        let state = memory.withLock { memory in
            memory.isCancelled = true
            return memory.state
        }
        tasks.cancelAll()
        state?.cancel()
    }

    /// Whether somebody asked for a cancellation.
    var isCancelled: Bool { memory.withLock { $0.isCancelled } }

    /// Throws when the run has stopped.
    func checkHalt() throws {
        if let halt = haltReason { throw RunHalted(halt: halt) }
    }

    /// Throws when the task is cancelled, or the run by somebody who asked the journal for it.
    func checkCancellation() throws {
        if lease.isCancellationRequested { cancel() }
        try Task.checkCancellation()
        if isCancelled { throw CancellationError() }
    }
}
