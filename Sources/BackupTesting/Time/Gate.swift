internal import Synchronization

/// A gate that a test opens when it wants something to go on. Once open it stays open.
public final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var nextNumber = 0
        var waiting: [Int: @Sendable () -> Void] = [:]
    }

    private let state = Mutex(State())

    /// Makes a closed gate.
    public init() {}

    /// Whether it has been opened.
    public var isOpen: Bool { state.withLock { $0.isOpen } }

    /// Lets everyone through, in the order of their coming, now and from now on. Safe to call twice.
    public func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [:] }
            return state.waiting.sorted { $0.key < $1.key }.map(\.value)
        }
        for action in waiting { action() }
    }

    /// Waits until the gate is open. Throws `CancellationError` when the task is cancelled before.
    public func pass() async throws {
        let opening = AsyncStream<Void>.makeStream()
        let number = whenOpen { opening.continuation.finish() }
        for await _ in opening.stream {}
        guard !isOpen else { return }
        state.withLock { $0.waiting[number] = nil }
        try Task.checkCancellation()
    }

    /// Does `action` when the gate opens, at once if it is open; returns the number that the action waits under.
    @discardableResult
    func whenOpen(_ action: @escaping @Sendable () -> Void) -> Int {
        let number: Int? = state.withLock { state in
            guard !state.isOpen else { return nil }
            state.nextNumber += 1
            state.waiting[state.nextNumber] = action
            return state.nextNumber
        }
        guard let number else {
            action()
            return 0
        }
        return number
    }
}
