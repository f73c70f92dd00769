import BackupAPI
import Glibc
import Synchronization

/// A lock on a file that the system takes away when its holder dies (`flock(2)`), so that it is never stale.
///
/// Every instance has its own open file: two in one process exclude each other like two processes.
package final class FileLock: Sendable {
    /// Whether others may hold the lock as well.
    package enum Mode: Sendable {
        case shared, exclusive
    }

    private let descriptor: Mutex<Int32?>

    private init(descriptor: Int32) {
        self.descriptor = Mutex(descriptor)
    }

    deinit {
        leave()
    }

    /// Takes the lock, or answers `nil` when another holder excludes it or `path` does not exist and must.
    package static func attempt(_ path: String, _ mode: Mode, creating: Bool = true) throws -> FileLock? {
        let file = open(path, O_RDWR | O_CLOEXEC | (creating ? O_CREAT : 0), 0o600)
        guard file >= 0 else {
            if errno == ENOENT, !creating { return nil }
            throw BackupError.file("cannot open the lock file", path, number: errno)
        }
        if flock(file, (mode == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 {
            return FileLock(descriptor: file)
        }
        let number = errno
        close(file)
        guard number == EWOULDBLOCK else { throw BackupError.file("cannot lock", path, number: number) }
        return nil
    }

    /// Waits for the lock until the task is cancelled.
    package static func wait(_ path: String, _ mode: Mode) async throws -> FileLock {
        while true {
            if let lock = try attempt(path, mode) { return lock }
            // flock(2) can only block a thread or be asked again.
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Gives the lock back, also for children that have inherited it; a second call does nothing.
    package func release() {
        descriptor.withLock { file in
            if let open = file {
                // Closing alone is not enough: a child that is just being forked has the same open file.
                _ = flock(open, LOCK_UN)
                close(open)
            }
            file = nil
        }
    }

    /// Lets go of the lock: it stays with the children that have inherited it, until the last of them is gone.
    package func leave() {
        descriptor.withLock { file in
            if let open = file { close(open) }
            file = nil
        }
    }

    /// Whether someone has a lock on `path`, in whichever process or PID namespace; `false` where no file is there.
    package static func isHeld(_ path: String) throws -> Bool {
        guard let file = try FileLock.attempt(path, .shared, creating: false) else {
            return access(path, F_OK) == 0
        }
        file.release()
        return false
    }

    /// A copy of the open file, for a child that shall inherit the lock; `nil` when it was given back.
    func openCopy() -> Int32? {
        descriptor.withLock { file in
            guard let file else { return nil }
            let copy = fcntl(file, F_DUPFD_CLOEXEC, 3)
            return copy >= 0 ? copy : nil
        }
    }
}
