import Synchronization

/// Wakes those who wait for news of backups: at once for what happens in this process, and after a while for what
/// another process does.
package final class Bell: Sendable {
    private struct Listeners {
        var next = 0
        var continuations: [Int: AsyncStream<Void>.Continuation] = [:]
    }

    private let listeners = Mutex(Listeners())

    package init() {}

    /// Wakes everyone.
    package func ring() {
        for continuation in listeners.withLock({ Array($0.continuations.values) }) { continuation.yield() }
    }

    /// An element at every ring from now on; several at once count as one.
    ///
    /// Ends when the task that iterates is cancelled.
    package func rings() -> AsyncStream<Void> {
        let (stream, continuation, number) = listen()
        continuation.onTermination = { [self] _ in leave(number) }
        return stream
    }

    /// An element now, at every ring, and at least once in every `interval`; several at once count as one.
    ///
    /// Ends when the task that iterates is cancelled.
    package func pulses(every interval: Duration) -> AsyncStream<Void> {
        let (stream, continuation, number) = listen()
        continuation.yield()
        let ticking = Task {
            while !Task.isCancelled {
                try? await Task.sleep(for: interval)
                continuation.yield()
            }
        }
        continuation.onTermination = { [self] _ in
            ticking.cancel()
            leave(number)
        }
        return stream
    }

    private func listen() -> (AsyncStream<Void>, AsyncStream<Void>.Continuation, Int) {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Void.self,
            bufferingPolicy: .bufferingNewest(1)
        )
        let number = listeners.withLock { listeners in
            listeners.next += 1
            listeners.continuations[listeners.next] = continuation
            return listeners.next
        }
        return (stream, continuation, number)
    }

    private func leave(_ number: Int) {
        listeners.withLock { _ = $0.continuations.removeValue(forKey: number) }
    }
}
