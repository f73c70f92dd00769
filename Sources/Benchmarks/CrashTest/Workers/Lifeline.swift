import Foundation

/// What ties the driver's children to it: a pipe of which only the driver has the end that is written to. It is closed when
/// the driver is gone, however it went.
struct Lifeline: Sendable {
    /// The children's standard input.
    let end: Int32

    static let shared = Result { try Lifeline() }

    private init() throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0, ends.allSatisfy({ fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }) else {
            throw CrashTestError("cannot make a pipe: \(String(cString: strerror(errno)))")
        }
        end = ends[0]
    }

    /// Ends this process, a child's, when the driver is gone.
    static func follow() {
        Thread.detachNewThread {
            var byte: UInt8 = 0
            while read(STDIN_FILENO, &byte, 1) < 0, errno == EINTR {}
            _exit(1)
        }
    }
}
