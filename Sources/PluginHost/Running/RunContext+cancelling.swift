import Synchronization

extension RunContext {
    /// Has something done when the run is cancelled: after the script has ended, and before the run's end is recorded. A module
    /// that has started what works elsewhere stops it there, and waits for that.
    ///
    /// It is done in a task that is not cancelled, in the order in which it was given, and also where the run was resumed and
    /// the start is one of the journal's. What it throws is logged, and keeps nothing else from being done.
    public func whenCancelled(_ work: @escaping @Sendable () async throws -> Void) {
        attachment { CancellationWork() }.add(work)
    }

    /// What is to be done when the run is cancelled.
    var cancellationWork: [@Sendable () async throws -> Void] { attachment { CancellationWork() }.all }
}

private final class CancellationWork: Sendable {
    private let works = Mutex<[@Sendable () async throws -> Void]>([])

    var all: [@Sendable () async throws -> Void] { works.withLock { $0 } }

    func add(_ work: @escaping @Sendable () async throws -> Void) { works.withLock { $0.append(work) } }
}
