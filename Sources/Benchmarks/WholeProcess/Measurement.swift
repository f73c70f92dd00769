import Foundation

/// What the system accounted to one finished process.
struct Measurement {
    var wallSeconds: Double
    var residentKiB: Int
    var status: Int32
}

extension Measurement {
    /// Runs a program to its end; its output is thrown away.
    static func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Measurement {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0)=\($1)" }
        var process = pid_t()
        let start = ContinuousClock.now
        let error = withTextPointers(arguments) { words in
            withTextPointers(variables) { variables in
                posix_spawnp(&process, arguments[0], &actions, nil, words, variables)
            }
        }
        guard error == 0 else { throw POSIXError(POSIXErrorCode(rawValue: error) ?? .ENOENT) }
        var status: Int32 = 0
        var usage = rusage()
        while wait4(process, &status, 0, &usage) < 0, errno == EINTR {}
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        return Measurement(wallSeconds: seconds, residentKiB: usage.ru_maxrss, status: status)
    }

    /// An array of C strings that ends in a null pointer, for the time of a call.
    private static func withTextPointers<Result>(
        _ texts: [String],
        _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = texts.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers)
    }
}

extension [Double] {
    /// The middle value; the mean of the two middle ones for an even count.
    var median: Double {
        let ordered = sorted()
        let middle = count / 2
        return count.isMultiple(of: 2) ? (ordered[middle - 1] + ordered[middle]) / 2 : ordered[middle]
    }
}
