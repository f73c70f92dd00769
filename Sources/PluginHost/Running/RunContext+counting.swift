import LuaKit
import RunJournal
import Synchronization

extension RunContext {
    /// The key of the next step of the current task.
    func nextKey() -> StepKey {
        let path = TaskScope.current.path
        let sequence = memory.withLock { memory in
            let sequence = memory.nextSequences[path, default: 0]
            memory.nextSequences[path] = sequence + 1
            return sequence
        }
        return StepKey(run: id, taskPath: path, sequence: sequence)
    }

    /// Whether the current task repeats what the journal has of it: what it says was said before.
    var isRepeating: Bool {
        guard !recorded.isEmpty else { return false }
        let scope = TaskScope.current
        if scope.isToldBefore || scope.freeze != nil { return true }
        let (next, isLooping) = memory.withLock { memory in
            let loops = memory.repeatingLoops
            let isLooping = !loops.isEmpty && loops.contains { Self.isLoop($0, around: scope.path) }
            return (memory.nextSequences[scope.path, default: 0], isLooping)
        }
        return isLooping || recorded.reaches(next, of: scope.path, upTo: scope.root)
    }

    /// Notes that a loop goes through what the journal has of it, or does so no more.
    func noteRepeating(_ loop: String, _ isRepeating: Bool) {
        memory.withLock { memory in
            if isRepeating { memory.repeatingLoops.insert(loop) } else { memory.repeatingLoops.remove(loop) }
        }
    }

    /// Whether a loop, whose ticks have this path, is in the task with that path or in one that waits for it.
    private static func isLoop(_ loop: String, around path: String) -> Bool {
        let task = loop[..<(loop.lastIndex(of: "/") ?? loop.startIndex)]
        return path == task || path.hasPrefix(task + "/")
    }

    /// Tells a piece of news, unless it was told when the run did this the first time. A replay tells all again.
    public func observe(_ event: RunEvent) {
        if mode == .replay || !isRepeating { news(event) }
    }

    /// Tells that the run has ended, whatever it repeats.
    func finished(_ result: RunResult) {
        news(.finished(result))
    }

    /// Notes that a task need not do all that the journal has of it: it was given up.
    func abandon(_ path: String) {
        memory.withLock { _ = $0.abandoned.insert(path) }
    }

    /// The first step of the journal that the script, which has ended, did not come to; `nil` when it did all.
    ///
    /// Of a task that the script has not begun this time nothing is expected, nor of one that was given up.
    var missedStep: StepRecord? {
        guard !recorded.isEmpty else { return nil }
        let (next, abandoned) = memory.withLock { ($0.nextSequences, $0.abandoned) }
        return recorded.firstMissed(next, abandoned: abandoned)
    }

    // MARK: Size

    /// Notes that the journal has become longer.
    func noteSize(steps: Int = 0, bytes: Int) {
        memory.withLock { memory in
            memory.size.steps += steps
            memory.size.bytes += bytes
        }
    }

    var journalSize: JournalSize { memory.withLock { $0.size } }

    /// Whether the warning that the journal is nearly full is still to be given; not any more afterwards.
    func takeSizeWarning() -> Bool {
        memory.withLock { memory in
            defer { memory.isSizeWarned = true }
            return !memory.isSizeWarned
        }
    }

    // MARK: Ticks

    /// Keeps a tick for the next write; answers how many wait for it.
    func addTick(_ record: StepRecord) -> Int {
        memory.withLock { memory in
            memory.ticks.append(record)
            return memory.ticks.count
        }
    }

    func takeTicks() -> [StepRecord] {
        memory.withLock { memory in
            defer { memory.ticks = [] }
            return memory.ticks
        }
    }

    // MARK: References and plans

    /// Ids that came of starts of this run.
    var claimedReferences: Set<String> { memory.withLock { $0.claimed } }

    func noteClaimed(_ id: String) {
        memory.withLock { _ = $0.claimed.insert(id) }
    }

    func notePlanned(_ step: PlannedStep) {
        memory.withLock { $0.planned.append(step) }
    }

    var plannedSteps: [PlannedStep] { memory.withLock { $0.planned } }
}
