import ArgumentParser
import Foundation
import Synchronization

/// Turns the signals that ask a program to end into the cancellation of a task; a second one ends the program.
final class Interruption {
    private let signals: Signals

    init(
        by numbers: [Int32] = [SIGINT, SIGTERM, SIGHUP],
        cancelling task: Task<some Sendable, any Error>,
        announce: @escaping @Sendable () -> Void
    ) {
        let count = InterruptionCount()
        signals = Signals(numbers) { _ in
            guard count.next() == 1 else { _exit(ExitStatus.cancelled.rawValue) }
            announce()
            task.cancel()
        }
    }

    func end() { signals.end() }
}

private final class InterruptionCount: Sendable {
    private let count = Mutex(0)

    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}
