/// Holds tasks that only repeat what the journal has of them at their first new step.
final class Freeze: Sendable {
    private let milestone = Milestone()

    /// Waits until the task is cancelled.
    func hold() async throws {
        milestone.reach()
        try await Task.sleep(for: .seconds(1 << 32), clock: .continuous)
    }

    /// Waits until one of the tasks is held, or until the waiting task is cancelled.
    func waitUntilReached() async {
        await milestone.waitUntilReached()
    }
}

/// Tells one who waits for it that a task has come to its first new step.
final class Milestone: Sendable {
    private let (reached, signal) = AsyncStream<Void>.makeStream()

    func reach() {
        signal.finish()
    }

    /// Waits until it is reached, or until the waiting task is cancelled.
    func waitUntilReached() async {
        for await _ in reached {}
    }
}
