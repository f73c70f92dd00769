import PluginHost
import Synchronization

/// Shows the news of a session while a line runs; what comes at the prompt, from tasks that go on, waits for the next line.
final class SessionPrinter: RunPrinter {
    private let make: @Sendable () -> any RunPrinter
    private let state = Mutex(State())

    private struct State {
        var printer: (any RunPrinter)?
        var waiting: [RunEvent] = []
    }

    /// `make` makes what shows the news of one line.
    init(_ make: @escaping @Sendable () -> any RunPrinter) {
        self.make = make
    }

    func print(_ event: RunEvent) {
        state.withLock { state in
            if let printer = state.printer { return printer.print(event) }
            if case .backupProgress = event { return }
            state.waiting.append(event)
        }
    }

    func note(_ text: String) {
        state.withLock { $0.printer?.note(text) }
    }

    func pause() {
        state.withLock { $0.printer?.pause() }
    }

    func resume() {
        state.withLock { $0.printer?.resume() }
    }

    /// Shows what has waited, and from now on all else at once.
    func begin() {
        state.withLock { state in
            let printer = make()
            for event in state.waiting { printer.print(event) }
            state = State(printer: printer)
        }
    }

    /// Leaves the screen to the prompt.
    func end() {
        state.withLock { state in
            state.printer?.end()
            state.printer = nil
        }
    }
}
