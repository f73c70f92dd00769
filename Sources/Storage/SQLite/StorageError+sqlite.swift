internal import Foundation
internal import GRDB
internal import HostSystem

extension StorageError {
    /// What an error of SQLite or of a file means; any other error is returned as it is.
    static func meaning(_ error: any Error) -> any Error {
        switch error {
        case let error as DatabaseError: StorageError(error)
        case let error as SystemError:
            StorageError(error.isFull ? .diskFull : .notAccessible, error.words, cause: error)
        case let error as CocoaError:
            StorageError(
                error.code == .fileWriteOutOfSpace ? .diskFull : .notAccessible,
                error.localizedDescription,
                cause: error
            )
        default: error
        }
    }

    private init(_ error: DatabaseError) {
        // Without space for its shared memory SQLite speaks of an I/O error.
        let isFull = error.extendedResultCode == .SQLITE_IOERR_SHMSIZE
        let code: Code =
            switch error.resultCode {
            case _ where isFull, .SQLITE_FULL: .diskFull
            case .SQLITE_NOTADB: .otherFile
            case .SQLITE_CORRUPT: .corrupted
            case .SQLITE_BUSY, .SQLITE_LOCKED: .locked
            case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH: .notAccessible
            default: .failed
            }
        self.init(code, error.message ?? error.resultCode.description, cause: error)
    }
}
