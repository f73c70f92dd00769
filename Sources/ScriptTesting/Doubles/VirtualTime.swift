import BackupAPI
import BackupTesting
import Dispatch
import LuaKit
import Synchronization

/// Time that passes when nothing is left to do.
///
/// Each job of a test case runs here or on its Lua thread, and is counted. When none is left, whoever sleeps first wakes, and
/// the clock shows that moment: so an hour takes no time, and what happens does not depend on how fast this machine is.
final class VirtualTime: TaskExecutor, LuaJobObserver {
    private struct State {
        /// The time of day at the clock's zero.
        var origin: Timestamp
        var isOver = false
        /// What is done one after the other when nothing is left to do and nobody sleeps.
        var whenStuck: [@Sendable () -> Void] = []
    }

    /// The clock of the case.
    let clock = ManualClock()
    private let queue = DispatchQueue(label: "moonkeep.test")
    private let jobs = Atomic(0)
    private let state: Mutex<State>

    /// Midnight at the beginning of 2026, a Thursday.
    static let beginning = Timestamp(microseconds: 1_767_225_600_000_000)

    init(beginning: Timestamp = VirtualTime.beginning) {
        state = Mutex(State(origin: beginning))
    }

    /// The time of day.
    var now: Timestamp {
        let origin = state.withLock { $0.origin }
        return origin.advanced(by: clock.now.offset)
    }

    /// Makes it another time of day, without letting time pass.
    func set(_ moment: Timestamp) {
        let passed = clock.now.offset
        state.withLock { $0.origin = moment.advanced(by: .zero - passed) }
    }

    /// Runs the whole of a case, with all that it starts.
    ///
    /// When it waits for what never happens it is cancelled, and `stuck` called; returns `nil` when it does not end then either.
    func run<Value: Sendable>(
        stuck: @escaping @Sendable () -> Void,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        let (ends, continuation) = AsyncStream<Result<Value, any Error>>.makeStream()
        let task = Task(executorPreference: self) { [self] in
            let end: Result<Value, any Error>
            do { end = .success(try await body()) } catch { end = .failure(error) }
            state.withLock { $0.isOver = true }
            continuation.yield(end)
            continuation.finish()
        }
        state.withLock { state in
            state.whenStuck = [
                {
                    stuck()
                    task.cancel()
                }, { continuation.finish() },
            ]
        }
        for await end in ends { return try end.get() }
        return nil
    }

    // MARK: Jobs

    func enqueue(_ job: consuming ExecutorJob) {
        jobAdded()
        let job = UnownedJob(job)
        queue.async { [self] in
            job.runSynchronously(on: asUnownedTaskExecutor())
            jobEnded()
        }
    }

    func jobAdded() {
        jobs.add(1, ordering: .acquiringAndReleasing)
    }

    func jobEnded() {
        while jobs.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 {
            // Counted itself, so that nobody else lets time go on meanwhile.
            jobAdded()
            guard goOn() else {
                _ = jobs.subtract(1, ordering: .acquiringAndReleasing)
                return
            }
        }
    }

    /// Wakes who sleeps first; returns false when there is nothing more to be done.
    private func goOn() -> Bool {
        let (isOver, handler) = state.withLock { state in
            (state.isOver, clock.nextDeadline == nil && !state.isOver ? state.whenStuck.popFirst() : nil)
        }
        guard !isOver else { return false }
        if let next = clock.nextDeadline {
            clock.advance(by: clock.now.duration(to: next))
            return true
        }
        handler?()
        return handler != nil
    }
}

extension Array {
    fileprivate mutating func popFirst() -> Element? { isEmpty ? nil : removeFirst() }
}
