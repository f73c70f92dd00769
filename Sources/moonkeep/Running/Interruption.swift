import ArgumentParser
import Dispatch
import Foundation
import Synchronization

/// Turns the signals that ask a program to end into the cancellation of a task; a second one ends the program.
final class Interruption {
    private let sources: [any DispatchSourceSignal]

    init(cancelling task: Task<some Sendable, any Error>, announce: @escaping @Sendable () -> Void) {
        let count = InterruptionCount()
        sources = [SIGINT, SIGTERM, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                guard count.next() == 1 else { _exit(ExitStatus.cancelled.rawValue) }
                announce()
                task.cancel()
            }
            source.resume()
            return source
        }
    }

    func end() {
        for source in sources { source.cancel() }
    }
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
