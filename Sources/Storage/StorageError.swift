/// Why a database cannot be used, for the room above, which knows what it keeps there and says so.
package struct StorageError: Error, Sendable {
    /// What kind of failure it is.
    package enum Code: Sendable {
        /// The file is something else.
        case otherFile
        /// The file was a database and is damaged, or a row has what it cannot have.
        case corrupted
        /// The tables were made by a newer program; the reason names both versions.
        case newerSchema
        /// The file is on a network file system, whose type is the reason, where its locks do not hold.
        case networkFileSystem
        /// A file or folder cannot be made, read or written.
        case notAccessible
        /// There is no space left.
        case diskFull
        /// Another process kept the database locked for too long.
        case locked
        /// Anything else.
        case failed
    }

    /// What kind of failure it is.
    package var code: Code
    /// What is wrong, in the driver's words.
    package var reason: String
    /// The failure below this one; `nil` if there is none.
    package var cause: (any Error)?

    /// Makes an error.
    package init(_ code: Code, _ reason: String, cause: (any Error)? = nil) {
        self.code = code
        self.reason = reason
        self.cause = cause
    }
}

extension StorageError: CustomStringConvertible {
    /// The reason.
    package var description: String { reason }
}
