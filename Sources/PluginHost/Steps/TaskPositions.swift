import RunJournal
import Synchronization

/// How far the tasks of a run are, beside what the journal had of them when it was taken up.
final class TaskPositions: Sendable {
    /// What the journal had.
    let recorded: RecordedSteps
    private let run: RunRecord.ID
    private let state: Mutex<State>

    private struct State {
        /// The numbers of the next steps, by the task's path.
        var next: [String: Int] = ["0": 0]
        /// Paths of tasks that were given up, and so need not do all that the journal has of them.
        var abandoned: Set<String> = []
        /// Loops, by the paths of their ticks, that go through what the journal has of them; each says what it said before.
        var loops: Set<String> = []
        /// Ids that came of starts of this run.
        var claimed: Set<String>
    }

    init(_ run: RunRecord.ID, _ recorded: [StepRecord]) {
        self.run = run
        self.recorded = RecordedSteps(recorded)
        state = Mutex(State(claimed: self.recorded.references(of: .start)))
    }

    /// The key of the next step of the current task.
    func nextKey() -> StepKey {
        let path = TaskScope.current.path
        let sequence = state.withLock { state in
            let sequence = state.next[path, default: 0]
            state.next[path] = sequence + 1
            return sequence
        }
        return StepKey(run: run, taskPath: path, sequence: sequence)
    }

    /// Notes that a task begins.
    func begin(_ path: String) {
        state.withLock { _ = $0.next[path, default: 0] }
    }

    /// Notes that a task need not do all that the journal has of it: it was given up.
    func abandon(_ path: String) {
        state.withLock { _ = $0.abandoned.insert(path) }
    }

    /// Notes that a loop goes through what the journal has of it, or does so no more.
    func noteRepeating(_ loop: String, _ isRepeating: Bool) {
        state.withLock { state in
            if isRepeating { state.loops.insert(loop) } else { state.loops.remove(loop) }
        }
    }

    /// Whether the current task repeats what the journal has of it: what it says was said before.
    var isRepeating: Bool {
        guard !recorded.isEmpty else { return false }
        let scope = TaskScope.current
        if scope.isToldBefore || scope.freeze != nil { return true }
        let (next, isLooping) = state.withLock { state in
            let isLooping = state.loops.contains { Self.isLoop($0, around: scope.path) }
            return (state.next[scope.path, default: 0], isLooping)
        }
        return isLooping || recorded.reaches(next, of: scope.path, upTo: scope.root)
    }

    /// Whether a loop, whose ticks have this path, is in the task with that path or in one that waits for it.
    private static func isLoop(_ loop: String, around path: String) -> Bool {
        let task = loop[..<(loop.lastIndex(of: "/") ?? loop.startIndex)]
        return path == task || path.hasPrefix(task + "/")
    }

    /// The first step of the journal that the script, which has ended, did not come to; `nil` when it did all.
    ///
    /// Of a task that the script has not begun this time nothing is expected, nor of one that was given up.
    var missedStep: StepRecord? {
        guard !recorded.isEmpty else { return nil }
        let (next, abandoned) = state.withLock { ($0.next, $0.abandoned) }
        return recorded.firstMissed(next, abandoned: abandoned)
    }

    /// Ids that came of starts of this run.
    var claimed: Set<String> { state.withLock { $0.claimed } }

    func noteClaimed(_ id: String) {
        state.withLock { _ = $0.claimed.insert(id) }
    }
}
