import LuaKit
import RunJournal

/// Where in a run's tasks a piece of code is. It follows the Swift task, so that everything that a task of the script
/// does counts its steps beneath that task.
struct TaskScope: Sendable {
    /// The path of the script's task, under which its steps are counted.
    private(set) var path: String
    /// The path of the task in which it is that nothing need wait for: the script's or one that it spawned.
    private(set) var root: String
    /// The path of the highest task that cannot go on before the code here does: one that lets a race or a timeout decide can.
    private(set) var top: String
    /// The step whose body runs now; it goes to services that take a key.
    var step: StepKey?
    /// The call whose body runs now, where it records its steps itself.
    var call: StepCall?
    /// Where in the script the call is whose body runs now; `nil` when it is not known.
    var place: LuaError.Place?
    /// Set where nothing new may happen: the journal has it that the task was given up, and it only repeats what it did.
    var freeze: Freeze?
    /// Told when the task has done again what the journal has of it.
    var milestone: Milestone?
    /// Whether what is said here was said before, also where the journal has no step of it.
    var isToldBefore = false

    /// That of the script itself.
    static let main = TaskScope(rootPath: "0")

    /// That of a task that nothing need wait for.
    init(rootPath path: String) {
        (self.path, root, top) = (path, path, path)
    }

    @TaskLocal static var current = main

    /// The path of what a function of the script does while the step calls it: a run that is resumed takes the step's
    /// result from the journal and never calls the function.
    static func path(beneath step: StepKey, _ index: Int = 0) -> String {
        "\(step.taskPath)/\(step.sequence).\(index)"
    }

    /// The scope of a function that the step calls.
    func beneath(_ step: StepKey, _ index: Int = 0) -> TaskScope {
        var scope = self
        scope.path = Self.path(beneath: step, index)
        (scope.step, scope.call, scope.place) = (nil, nil, nil)
        return scope
    }

    /// The scope of a task that the step leaves to itself.
    func spawned(by step: StepKey) -> TaskScope {
        var scope = beneath(step, 1)
        (scope.root, scope.top) = (scope.path, scope.path)
        return scope
    }

    /// The same for a task without which those above it may go on.
    var optional: TaskScope {
        var scope = self
        scope.top = path
        return scope
    }
}
