import Hummingbird
import NIOCore
import RunJournal
import ServiceLifecycle
import Synchronization

/// Streams of server-sent events that say that something has changed, and no more: the browser asks for the page again, so that
/// roles and escaping are in one place and a lost event costs nothing.
final class ConsoleEvents: Sendable {
    /// At most so many at a time: each holds a connection.
    private static let maximumCount = 64
    /// A browser comes back by itself, and who it is is looked at anew.
    private static let lifetime: Duration = .seconds(15 * 60)
    /// A client that has gone is seen when something is written to it.
    private static let pulse: Duration = .seconds(15)
    /// No stream tells more often.
    private static let pause: Duration = .seconds(1)

    private let journal: RunStore
    private let count = Mutex(0)

    init(journal: RunStore) {
        self.journal = journal
    }

    /// A stream; 204, after which browsers do not come back by themselves, when there are too many.
    func answer() -> Answer {
        let isFree = count.withLock { count in
            guard count < Self.maximumCount else { return false }
            count += 1
            return true
        }
        guard isFree else { return Answer(status: 204, headers: Answer.consoleHeaders) }
        var answer = Answer(status: 200, headers: Answer.consoleHeaders)
        answer.type = "text/event-stream"
        answer.stream = ResponseBody(asyncSequence: pieces().cancelOnGracefulShutdown())
        return answer
    }

    /// What a stream consists of. It ends by itself, and with whoever reads it; then its place is free.
    private func pieces() -> AsyncStream<ByteBuffer> {
        // A client that does not read keeps the newest.
        let (pieces, continuation) = AsyncStream.makeStream(
            of: ByteBuffer.self,
            bufferingPolicy: .bufferingNewest(4)
        )
        continuation.yield(ByteBuffer(string: "retry: 3000\n\n"))
        let journal = journal
        let watching = Task {
            for await _ in journal.changes() {
                continuation.yield(ByteBuffer(string: "data: changed\n\n"))
                try await Task.sleep(for: Self.pause)
            }
        }
        let beating = Task {
            let end = ContinuousClock.now + Self.lifetime
            while ContinuousClock.now < end {
                try await Task.sleep(for: Self.pulse)
                continuation.yield(ByteBuffer(string: ": \n\n"))
            }
            continuation.finish()
        }
        continuation.onTermination = { [self] _ in
            watching.cancel()
            beating.cancel()
            count.withLock { $0 -= 1 }
        }
        return pieces
    }
}
