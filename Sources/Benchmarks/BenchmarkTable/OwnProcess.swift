import Glibc

/// A fresh process of the program that runs, which prints figures, one a line.
///
/// Where code and memory lie and how Lua hashes text differ from process to process and stay as they are in each: only
/// several processes tell what is so and what is chance.
package enum OwnProcess {
    /// Why a process has no figures.
    package struct Failure: Error, CustomStringConvertible {
        let arguments: [String]
        let reason: String

        /// What failed, and how.
        package var description: String {
            "The process that measures \(arguments.joined(separator: " ")) \(reason)."
        }
    }

    /// Runs the program with other arguments and returns the figures that it prints.
    package static func figures(_ arguments: [String]) throws(Failure) -> [Double] {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failure(arguments: arguments, reason: "has no pipe") }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        var words = (CommandLine.arguments.prefix(1) + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process = pid_t()
        let error = posix_spawn(&process, "/proc/self/exe", &actions, nil, &words, environ)
        close(ends[1])
        guard error == 0 else {
            close(ends[0])
            throw Failure(arguments: arguments, reason: "did not start: \(String(cString: strerror(error)))")
        }
        let text = text(from: ends[0])
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else { throw Failure(arguments: arguments, reason: "ended with status \(status)") }
        return text.split(separator: "\n").compactMap { Double($0) }
    }

    /// What comes through a pipe until its end.
    private static func text(from end: Int32) -> String {
        defer { close(end) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = read(end, &part, part.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += part[..<count]
        }
    }
}
