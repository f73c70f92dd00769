internal import Synchronization

/// A clock whose time passes only when a test says so.
///
/// A sleep ends when `advance(by:)` reaches its deadline, or when its task is cancelled. Wait with
/// ``waitForSleepers(_:)`` until the code under test sleeps, then advance.
public final class ManualClock: Clock {
    /// A moment: the time since the clock was made.
    public struct Instant: InstantProtocol {
        /// The time since the clock was made.
        public var offset: Duration

        /// Makes a moment.
        public init(offset: Duration = .zero) {
            self.offset = offset
        }

        /// The moment that lies `duration` after this one.
        public func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }

        /// The time from this moment to another.
        public func duration(to other: Instant) -> Duration { other.offset - offset }

        /// Earlier moments come first.
        public static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct Sleeper {
        let deadline: Instant
        let gate: Gate
    }

    private struct State {
        var now = Instant()
        var nextNumber = 0
        var sleepers: [Int: Sleeper] = [:]
        var watchers: [(count: Int, gate: Gate)] = []
    }

    private let state = Mutex(State())

    /// Makes a clock that stands at zero.
    public init() {}

    /// The moment at which the clock stands.
    public var now: Instant { state.withLock { $0.now } }

    /// Zero: every moment can be told from every other.
    public var minimumResolution: Duration { .zero }

    /// When the first of those wakes that sleep now; `nil` when nobody sleeps.
    public var nextDeadline: Instant? { state.withLock { $0.sleepers.values.map(\.deadline).min() } }

    /// Opens a gate when so much time has passed.
    public func open(_ gate: Gate, after duration: Duration) {
        let isDue = state.withLock { state in
            let deadline = state.now.advanced(by: duration)
            guard deadline > state.now else { return true }
            state.nextNumber += 1
            state.sleepers[state.nextNumber] = Sleeper(deadline: deadline, gate: gate)
            return false
        }
        if isDue { gate.open() }
    }

    /// How many tasks sleep now.
    public var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    /// Sleeps until the clock is advanced to `deadline`. Throws `CancellationError` when the task is cancelled before.
    public func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        guard let (number, gate) = fallAsleep(until: deadline) else { return }
        defer { state.withLock { $0.sleepers[number] = nil } }
        try await gate.pass()
    }

    /// Waits until at least `count` tasks sleep. Throws `CancellationError` when the task is cancelled before.
    public func waitForSleepers(_ count: Int = 1) async throws {
        let gate = Gate()
        state.withLock { state in
            if state.sleepers.count >= count { gate.open() } else { state.watchers.append((count, gate)) }
        }
        try await gate.pass()
    }

    /// Lets `duration` pass, and wakes those whose deadline has come, earliest first.
    public func advance(by duration: Duration) {
        let woken = state.withLock { state in
            let now = state.now.advanced(by: duration)
            state.now = now
            let due = state.sleepers.filter { $0.value.deadline <= now }
            for number in due.keys { state.sleepers[number] = nil }
            return due.sorted { ($0.value.deadline, $0.key) < ($1.value.deadline, $1.key) }.map(\.value.gate)
        }
        for gate in woken { gate.open() }
    }

    private func fallAsleep(until deadline: Instant) -> (number: Int, gate: Gate)? {
        let gate = Gate()
        let (number, seen): (Int?, [Gate]) = state.withLock { state in
            guard deadline > state.now else { return (nil, []) }
            state.nextNumber += 1
            state.sleepers[state.nextNumber] = Sleeper(deadline: deadline, gate: gate)
            let count = state.sleepers.count
            let satisfied = state.watchers.filter { $0.count <= count }.map(\.gate)
            state.watchers.removeAll { $0.count <= count }
            return (state.nextNumber, satisfied)
        }
        for watcher in seen { watcher.open() }
        return number.map { ($0, gate) }
    }
}
