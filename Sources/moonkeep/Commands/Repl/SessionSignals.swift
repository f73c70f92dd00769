import ArgumentParser
import Foundation
import Synchronization

/// What signals end while a session goes on: Ctrl-C what runs at the moment, the others the session.
final class SessionSignals {
    private let signals: Signals

    init(interrupting line: RunningLine, ending session: Task<some Sendable, any Error>) {
        signals = Signals([SIGINT, SIGTERM, SIGHUP]) { number in
            number == SIGINT ? line.interrupt() : session.cancel()
        }
    }

    func end() { signals.end() }
}

/// What runs at the moment, so that it can be ended alone.
final class RunningLine: Sendable {
    private let state = Mutex(State())

    private struct State {
        var cancel: (@Sendable () -> Void)?
        /// How often somebody wanted it to end.
        var count = 0
    }

    /// Does something that ``interrupt()`` cancels; it is cancelled from its beginning where the caller is.
    func run<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async
        -> Result<Value, any Error>
    {
        let isCancelled = Task.isCancelled
        let task = Task {
            if isCancelled { withUnsafeCurrentTask { $0?.cancel() } }
            return try await work()
        }
        state.withLock { $0 = State(cancel: { task.cancel() }) }
        defer { state.withLock { $0 = State() } }
        return await withTaskCancellationHandler {
            await task.result
        } onCancel: {
            task.cancel()
        }
    }

    /// Cancels what runs, if something does. A third time ends the program: what runs does not listen.
    func interrupt() {
        let running = state.withLock { state in
            state.count += 1
            return state
        }
        guard let cancel = running.cancel else { return }
        if running.count > 2 { _exit(ExitStatus.cancelled.rawValue) }
        cancel()
    }
}
