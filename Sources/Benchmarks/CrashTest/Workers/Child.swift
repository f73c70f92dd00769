import Foundation
import Synchronization

/// A process of this program that the driver has started, and may kill.
final class Child: Sendable {
    /// How a process ended.
    enum Ending: Equatable {
        case done
        case killed
        case failed(status: Int32)
    }

    private let process: Process
    private let ended: Mutex<Bool>
    private let endings: AsyncStream<Ending>

    /// Starts this program with other arguments; what it prints goes to a file.
    init(_ arguments: [String], output: String) throws {
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe")
        process.arguments = arguments
        guard FileManager.default.createFile(atPath: output, contents: nil) else {
            throw CrashTestError("cannot create '\(output)'")
        }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = file
        process.standardError = file
        ended = Mutex(false)
        let (stream, continuation) = AsyncStream<Ending>.makeStream()
        endings = stream
        process.terminationHandler = { [weak self] process in
            self?.ended.withLock { $0 = true }
            let isKilled =
                process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGKILL
            continuation.yield(
                isKilled
                    ? .killed
                    : process.terminationStatus == 0 && process.terminationReason == .exit
                        ? .done : .failed(status: process.terminationStatus)
            )
            continuation.finish()
        }
        try process.run()
    }

    /// Starts a worker.
    convenience init(worker order: WorkerOrder) throws {
        let text = String(decoding: try JSONEncoder().encode(order), as: UTF8.self)
        try self.init(["worker", text], output: order.folder + "/worker.log")
    }

    deinit {
        kill()
    }

    var isRunning: Bool { ended.withLock { !$0 } }

    /// Kills the process, if it still runs.
    func kill() {
        ended.withLock { isOver in
            if !isOver, process.isRunning { _ = Foundation.kill(process.processIdentifier, SIGKILL) }
        }
    }

    /// Waits for the process's end; `killedAfter` kills it at that moment.
    func end(killedAfter delay: Duration?) async -> Ending {
        let killer = Task {
            guard let delay else { return }
            try await Task.sleep(for: delay, clock: .continuous)
            kill()
        }
        defer { killer.cancel() }
        return await endings.first { _ in true } ?? .failed(status: -1)
    }
}
