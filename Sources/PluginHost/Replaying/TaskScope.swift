import RunJournal

/// Where in a run's tasks a piece of code is. It follows the Swift task, so that everything that a task of the script
/// does counts its steps beneath that task.
struct TaskScope: Sendable {
    /// The path of the script's task, under which its steps are counted.
    let path: String
    /// The step whose body runs now; it goes to services that take a key.
    var step: StepKey?
    /// The call whose body runs now, where it records its steps itself.
    var call: StepCall?
    /// Set where nothing new may happen: the journal has it that the task was given up, and it only repeats what it did.
    var freeze: Freeze?

    @TaskLocal static var current = TaskScope(path: "0")

    /// The path of what a function of the script does while the step calls it: a run that is resumed takes the step's
    /// result from the journal and never calls the function.
    static func path(beneath step: StepKey, _ index: Int = 0) -> String {
        "\(step.taskPath)/\(step.sequence).\(index)"
    }
}

/// Holds tasks that only repeat what the journal has of them at their first new step.
final class Freeze: Sendable {
    private let (reached, signal) = AsyncStream<Void>.makeStream()

    /// Waits until the task is cancelled.
    func hold() async throws {
        signal.finish()
        try await Task.sleep(for: .seconds(1 << 32), clock: .continuous)
    }

    /// Waits until one of the tasks is held, or until the waiting task is cancelled.
    func waitUntilReached() async {
        for await _ in reached {}
    }
}
