import Synchronization

/// Hands the lines that a script prints to its run, which is made after the state.
final class Printer: Sendable {
    private let owner = Mutex(Owner())

    private struct Owner {
        weak var context: RunContext?
    }

    var context: RunContext? {
        get { owner.withLock { $0.context } }
        set { owner.withLock { $0.context = newValue } }
    }

    func print(_ line: String) {
        context?.observe(.output(line))
    }
}
