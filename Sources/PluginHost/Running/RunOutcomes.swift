public import BackupAPI
import LuaKit
import RunJournal
import Synchronization

/// What a run's outcome is made of: what the script said, what it waited for, and what hooks failed with.
public final class RunOutcomes: Sendable {
    private struct State {
        /// What the script waited for ended so, by the path of the task that did.
        var noted: [(outcome: Outcome, path: String)] = []
        var said: (outcome: Outcome, message: String?)?
        /// The worst that failures of hooks mean for the run.
        var hookFailure: (outcome: Outcome, message: String)?
    }

    private let state = Mutex(State())

    init() {}

    /// The outcome so far: what the script said, else the worst of what it waited for.
    var outcome: Outcome { state.withLock { $0.said?.outcome ?? $0.noted.map(\.outcome).max() ?? .ok } }

    /// What the script said of its outcome.
    var message: String? { state.withLock { $0.said?.message } }

    func finish(_ outcome: Outcome, message: String?) {
        state.withLock { $0.said = (outcome, message) }
    }

    /// Counts something that ended so, unless the script says what the outcome is.
    public func note(_ outcome: Outcome) {
        let path = TaskScope.current.path
        state.withLock { $0.noted.append((outcome, path)) }
    }

    /// The worst of what ended in a task and beneath it.
    func worst(in path: String) -> Outcome {
        state.withLock { $0.noted.filter { Self.isIn(path, $0.path) }.map(\.outcome) }.max() ?? .ok
    }

    /// Counts no more what ended in a task and beneath it: it was done again, and went well.
    func forgive(_ path: String) {
        state.withLock { $0.noted.removeAll { Self.isIn(path, $0.path) } }
    }

    private static func isIn(_ path: String, _ other: String) -> Bool {
        other == path || other.hasPrefix(path + "/")
    }

    /// Counts a failure of hooks, of which the worst makes the run's outcome no better.
    func noteHookFailure(_ outcome: Outcome, _ message: String) {
        state.withLock { state in
            guard outcome > state.hookFailure?.outcome ?? .ok else { return }
            state.hookFailure = (outcome, message)
        }
    }

    /// The worst that failures of hooks mean for the run, and what it was; `nil` when they mean nothing.
    var hookFailure: (outcome: Outcome, message: String)? { state.withLock { $0.hookFailure } }
}
