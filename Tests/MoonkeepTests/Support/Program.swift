import Foundation
import Glibc
import Testing

/// A program that was started by a test; it is killed when it overstays.
final class Program: Sendable {
    let processID: Int32
    let output: Output
    let error: Output
    private let status: Task<Int32, Never>

    /// The built command, or another one that is to be tested: the installed one is linked otherwise.
    static let moonkeep = ProcessInfo.processInfo.environment["MOONKEEP_PROGRAM"] ?? built("moonkeep")

    /// A built program, beside this bundle.
    static func built(_ name: String) -> String {
        let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        return bundle.deletingLastPathComponent().appendingPathComponent(name).path
    }

    /// Starts a program with nothing in its environment but what is given. A terminal is its input and both outputs.
    init(
        _ path: String,
        _ arguments: [String],
        in folder: String,
        environment: [String: String],
        terminal: Terminal? = nil
    ) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.environment = environment
        let pipes = (Pipe(), Pipe())
        if let terminal {
            process.standardInput = terminal.inside
            process.standardOutput = terminal.inside
            process.standardError = terminal.inside
        } else {
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = pipes.0
            process.standardError = pipes.1
        }
        let (ends, end) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { process in
            let signal = process.terminationReason == .uncaughtSignal
            end.yield(signal ? -process.terminationStatus : process.terminationStatus)
            end.finish()
        }
        try process.run()
        processID = process.processIdentifier
        if let terminal {
            terminal.closeInside()
            output = terminal.output
            error = terminal.output
        } else {
            output = Output(reading: dup(pipes.0.fileHandleForReading.fileDescriptor))
            error = Output(reading: dup(pipes.1.fileHandleForReading.fileDescriptor))
        }
        status = Task { await ends.first { _ in true } ?? .min }
    }

    /// Waits for the end; kills the program when that takes longer than the deadline, so that its exit code is wrong.
    func end(within deadline: Duration = .seconds(300)) async -> Ended {
        let killer = DispatchSource.makeTimerSource()
        killer.setEventHandler { [processID] in kill(processID, SIGKILL) }
        killer.schedule(deadline: .now() + deadline / .seconds(1))
        killer.resume()
        defer { killer.cancel() }
        let code = await status.value
        return Ended(exitCode: code, output: await output.whole(), error: await error.whole())
    }

    func send(_ signal: Int32) {
        kill(processID, signal)
    }
}

/// How a program ended.
struct Ended: Equatable {
    /// The exit code, or a negative signal.
    var exitCode: Int32
    var output: String
    var error: String

    /// The lines of the output as JSON objects.
    func jsonLines() throws -> [[String: Any]] {
        try output.split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
    }

    /// The output as one JSON object.
    func jsonObject() throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
    }

    /// The output as a list of JSON objects.
    func jsonList() throws -> [[String: Any]] {
        try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [[String: Any]])
    }
}
