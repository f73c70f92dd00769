package import BackupAPI
import Foundation
import Glibc

/// Why the system refused.
package struct SystemError: Error, Hashable {
    /// The system's error number (errno(3)).
    package let number: Int32

    package init(number: Int32) {
        self.number = number
    }

    /// That of the last call of this thread.
    package static var last: SystemError { SystemError(number: errno) }

    /// The system's words for it.
    package var words: String {
        strerror(number).map { String(cString: $0) } ?? "error \(number)"
    }

    /// Whether there is no space left, or no more of it for this user.
    package var isFull: Bool { number == ENOSPC || number == EDQUOT }
}

extension SystemError: LocalizedError, CustomStringConvertible {
    package var errorDescription: String? { words }

    package var description: String { words }
}

extension BackupError {
    /// A file operation that the system refused.
    package static func file(_ action: String, _ path: String, _ error: SystemError) -> BackupError {
        BackupError(
            error.isFull ? .diskFull : .storage,
            "\(action) '\(path)': \(error.words)",
            fix: error.isFull ? "Free some space." : "Check the folder's owner and mode.",
            isRetryable: error.isFull
        )
    }
}
