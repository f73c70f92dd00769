import Foundation
import HostSystem
import PluginHost
import Programs
import Subprocess

/// A program to be run, with exactly the variables that it is given, in a session of its own.
struct ChildProcess: Sendable {
    /// How it ended.
    struct End: Sendable {
        /// `nil` when a signal ended it.
        var exitCode: Int?
        var signal: Int?
        /// Empty when it went to a file.
        var output: [UInt8] = []
        var outputBytes: Int64 = 0
        /// The end of what it wrote to its error output.
        var errors: [UInt8] = []
        /// Whether there was more before.
        var hasMoreErrors = false

        /// `ended with the exit code 2`
        var words: String {
            exitCode.map { "ended with the exit code \($0)" } ?? "was ended by the signal \(signal ?? 0)"
        }
    }

    /// Why it was ended, or never began.
    enum Failure: Error {
        case late(Duration)
        case tooMuchOutput(Int)
        case notStarted(String)

        /// `did not end within 10 s and was ended`
        var words: String {
            switch self {
            case .late(let limit): "did not end within \(Figures.duration(limit)) and was ended"
            case .tooMuchOutput(let limit): "wrote more than \(Figures.bytes(Int64(limit))) and was ended"
            case .notStarted(let reason): "could not be started: \(reason)"
            }
        }
    }

    /// What a task of the reading came to.
    private enum Part: Sendable {
        case output([UInt8], Int64)
        case errors([UInt8], hasMore: Bool)
        case late
        case inTime
        case written
    }

    /// How long the group has between SIGTERM and SIGKILL.
    static let grace = Duration.seconds(5)
    static let errorTailBytes = 64 << 10
    /// How long it may take unless somebody says otherwise.
    static let longest = Duration.seconds(86_400)

    let program: Program
    let arguments: [String]
    var environment: [String: String] = [:]
    var input: [UInt8] = []
    var folder: String?
    var user: ProcessUser?
    var deadline: Duration
    /// More than so many bytes end the program; those that go to a file are not counted.
    var outputLimit = 8 << 20
    /// Where its output goes instead.
    var file: Descriptor?
    /// What it holds as long as it lives; `nil` for nothing.
    var held: HeldFile?

    init(_ program: Program, arguments: [String], deadline: Duration = Self.longest) {
        self.program = program
        self.arguments = arguments
        self.deadline = deadline
    }

    /// Runs it to its end. Throws ``Failure``, and `CancellationError`; the whole group of processes has ended then.
    func run(clock: any Clock<Duration>) async throws -> End {
        let line = (launch ?? [program.path]) + arguments
        var configuration = Configuration(
            executable: .file(line[0]),
            arguments: Arguments(Array(line.dropFirst())),
            environment: .restricted(to: environment),
            platformOptions: options
        )
        if let folder { configuration.begin(in: folder) }
        do {
            let result = try await Subprocess.run(
                configuration,
                input: .inputWriter,
                output: .sequence,
                error: .sequence
            ) { execution in
                do {
                    let writer = execution.standardInputWriter
                    return try await read(execution.standardOutput, execution.standardError, clock) {
                        // A program need not read all that it is given, or anything.
                        _ = try? await writer.write(input)
                        try? await writer.finish()
                    } stop: {
                        await execution.teardown(using: Self.teardown)
                    }
                } catch {
                    await execution.teardown(using: Self.teardown)
                    // The first process has ended but is not reaped yet: the number is still that of its group.
                    try? execution.send(signal: .kill, toProcessGroup: true)
                    throw error
                }
            }
            try Task.checkCancellation()
            var end = result.closureResult
            switch result.terminationStatus {
            case .exited(let code): (end.exitCode, end.signal) = (Int(code), nil)
            case .signaled(let signal): (end.exitCode, end.signal) = (nil, Int(signal))
            }
            return end
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            throw Failure.notStarted("\(error)")
        }
    }

    /// The user that it is run as; `nil` for the host's own.
    private var otherUser: ProcessUser? { user.flatMap { $0.userID == geteuid() ? nil : $0 } }

    /// What takes the lock, and then becomes the program; `nil` where nothing on this machine can.
    private var launch: [String]? {
        guard let launcher = held?.launcher else { return nil }
        guard let otherUser else { return launcher + [program.path] }
        return otherUser.launcher.map { launcher + $0 + [program.path] }
    }

    private static let teardown = [
        TeardownStep.send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: grace)
    ]

    private var options: PlatformOptions {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = Self.teardown
        if launch == nil, let user = otherUser {
            options.userID = user.userID
            options.groupID = user.groupID
            options.supplementaryGroups = [user.groupID]
        }
        return options
    }

    /// Reads both outputs to their ends; where the time or the limit is over, ends the program with `stop` first, since
    /// only that ends the reading for certain.
    private func read(
        _ output: SubprocessOutputSequence,
        _ errors: SubprocessOutputSequence,
        _ clock: any Clock<Duration>,
        write: @escaping @Sendable () async -> Void,
        stop: @escaping @Sendable () async -> Void
    ) async throws -> End {
        try await withThrowingTaskGroup(of: Part.self) { group in
            group.addTask {
                do {
                    return try await self.drain(output)
                } catch {
                    await stop()
                    throw error
                }
            }
            group.addTask { try await Self.tail(of: errors) }
            group.addTask {
                await write()
                return .written
            }
            group.addTask {
                do {
                    try await clock.sleep(for: deadline)
                } catch {
                    return .inTime
                }
                await stop()
                return .late
            }
            defer { group.cancelAll() }
            var end = End()
            var left = 2
            // To the last of them: the outputs end before the task that has ended the program.
            while let part = try await group.next() {
                switch part {
                case .output(let bytes, let count):
                    (end.output, end.outputBytes, left) = (bytes, count, left - 1)
                case .errors(let bytes, let hasMore):
                    (end.errors, end.hasMoreErrors, left) = (bytes, hasMore, left - 1)
                case .late: throw Failure.late(deadline)
                case .inTime, .written: break
                }
                if left == 0 { group.cancelAll() }
            }
            return end
        }
    }

    private func drain(_ sequence: SubprocessOutputSequence) async throws -> Part {
        var bytes: [UInt8] = []
        var count: Int64 = 0
        for try await buffer in sequence {
            let piece = buffer.withUnsafeBytes { Array($0) }
            count += Int64(piece.count)
            if let file {
                try file.write(piece)
            } else {
                guard count <= outputLimit else { throw Failure.tooMuchOutput(outputLimit) }
                bytes += piece
            }
        }
        return .output(bytes, count)
    }

    private static func tail(of sequence: SubprocessOutputSequence) async throws -> Part {
        var bytes: [UInt8] = []
        var hasMore = false
        for try await buffer in sequence {
            bytes += buffer.withUnsafeBytes { Array($0) }
            if bytes.count > 2 * errorTailBytes {
                bytes.removeFirst(bytes.count - errorTailBytes)
                hasMore = true
            }
        }
        return .errors(bytes, hasMore: hasMore)
    }
}
