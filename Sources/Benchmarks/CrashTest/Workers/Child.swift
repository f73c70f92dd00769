import Foundation
import Synchronization

/// A process that the driver has started, and may kill.
///
/// Not Foundation's own: it keeps files open for each, and a test has thousands.
final class Child: Sendable {
    /// How a process ended.
    enum Ending: Equatable {
        case done
        case killed
        case failed(status: Int32)
    }

    private let id: pid_t
    private let ended = Mutex(false)
    private let endings: AsyncStream<Ending>

    /// Starts a program; what it prints goes to a file, what it says of errors to the same one or to nowhere.
    init(
        _ program: String,
        _ arguments: [String],
        environment: [String: String],
        output: String,
        keepsErrors: Bool = true
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, try Lifeline.shared.get().end, STDIN_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        if keepsErrors {
            posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        } else {
            posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        }
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var number = pid_t()
        let error = posix_spawnp(&number, program, &actions, nil, &words, &variables)
        guard error == 0 else {
            throw CrashTestError("'\(program)' did not start: \(String(cString: strerror(error)))")
        }
        let id = number
        self.id = id
        let (stream, continuation) = AsyncStream<Ending>.makeStream()
        endings = stream
        Thread.detachNewThread { [self] in
            // It keeps its number until it is waited for, which nobody does who is about to kill it.
            var facts = siginfo_t()
            while waitid(P_PID, id_t(id), &facts, WEXITED | WNOWAIT) < 0, errno == EINTR {}
            let status = ended.withLock { isOver in
                var status: Int32 = 0
                while waitpid(id, &status, 0) < 0, errno == EINTR {}
                isOver = true
                return status
            }
            continuation.yield(
                status == SIGKILL ? .killed : status == 0 ? .done : .failed(status: status)
            )
            continuation.finish()
        }
    }

    /// Starts this program with other arguments.
    convenience init(_ arguments: [String], output: String) throws {
        let environment = ProcessInfo.processInfo.environment
        try self.init("/proc/self/exe", arguments, environment: environment, output: output)
    }

    /// Starts a worker.
    convenience init(worker order: WorkerOrder) throws {
        let text = String(decoding: try JSONEncoder().encode(order), as: UTF8.self)
        try self.init(["worker", text], output: order.folder + "/worker.log")
    }

    /// Starts a worker in a PID namespace of its own, which ends with it.
    convenience init(containedWorker order: WorkerOrder) throws {
        let text = String(decoding: try JSONEncoder().encode(order), as: UTF8.self)
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        try self.init(
            "unshare",
            ["--pid", "--fork", "--mount-proc", "--kill-child", program, "worker", text],
            environment: ProcessInfo.processInfo.environment,
            output: order.folder + "/worker.log"
        )
    }

    /// Whether this machine lets us make PID namespaces.
    static func canContain(in folder: String) async -> Bool {
        let words = ["--pid", "--fork", "--mount-proc", "--kill-child", "true"]
        let environment = ProcessInfo.processInfo.environment
        guard let child = try? Child("unshare", words, environment: environment, output: folder + "/unshare")
        else {
            return false
        }
        return await child.end(killedAfter: .seconds(10)) == .done
    }

    var isRunning: Bool { ended.withLock { !$0 } }

    /// Kills the process, if it still runs.
    func kill() {
        ended.withLock { isOver in
            if !isOver { _ = Foundation.kill(id, SIGKILL) }
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
