import LoopbackTesting
import Synchronization

extension LoopbackServer {
    /// Answers the replies one after another, the last one for ever.
    static func inTurn(_ replies: [Reply]) -> Script {
        let rest = Rest(replies)
        return { _ in rest.next() }
    }

    private final class Rest: Sendable {
        private let replies: Mutex<[Reply]>

        init(_ replies: [Reply]) {
            self.replies = Mutex(replies)
        }

        func next() -> Reply {
            replies.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? .silence }
        }
    }
}
