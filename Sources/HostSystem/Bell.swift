import Synchronization

/// Wakes those who wait for news: at once for what happens in this process and to the files that they watch, and after a while
/// for all else.
package final class Bell: Sendable {
    /// Files whose changes are news.
    package struct Place: Sendable {
        let folder: String
        let names: Set<String>
        let pause: Duration?

        /// Files in a folder; with a `pause` there is at most one element in so long.
        package init(_ names: Set<String>, in folder: String, pause: Duration? = nil) {
            (self.folder, self.names, self.pause) = (folder, names, pause)
        }
    }

    private struct Listeners {
        var next = 0
        var continuations: [Int: AsyncStream<Void>.Continuation] = [:]
    }

    private let listeners = Mutex(Listeners())
    private let watch: FolderWatch

    package init(_ watch: FolderWatch = .shared) {
        self.watch = watch
    }

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

    /// An element now, at every ring, when something happens to a file, and at least once in every `interval`; several at once
    /// count as one. Where the system does not tell of files, there is one in every tenth of a second.
    ///
    /// Ends when the task that iterates is cancelled.
    package func pulses(every interval: Duration, watching places: [Place] = []) -> AsyncStream<Void> {
        let (stream, continuation, number) = listen()
        continuation.yield()
        let told = places.map { (changes: watch.changes(of: $0.names, in: $0.folder), pause: $0.pause) }
        let isTold = told.allSatisfy { $0.changes != nil }
        let interval = isTold ? interval : min(interval, .milliseconds(100))
        let listening = Task {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    while !Task.isCancelled {
                        try? await Task.sleep(for: interval)
                        continuation.yield()
                    }
                }
                for (changes, pause) in told {
                    group.addTask {
                        for await _ in changes ?? AsyncStream(unfolding: { nil }) {
                            continuation.yield()
                            if let pause { try? await Task.sleep(for: pause) }
                        }
                    }
                }
            }
        }
        continuation.onTermination = { [self] _ in
            listening.cancel()
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
