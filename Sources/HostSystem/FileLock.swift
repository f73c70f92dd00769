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

    /// Takes the lock, or returns `nil` when another holder excludes it or `path` does not exist and must.
    package static func attempt(_ path: String, _ mode: Mode, creating: Bool = true) throws -> FileLock? {
        let file: Int32?
        do { file = try open(path, creating: creating) } catch {
            throw BackupError.file("cannot open the lock file", path, error)
        }
        do { return try file.flatMap { file throws(SystemError) in try lock(file, mode) } } catch {
            throw BackupError.file("cannot lock", path, error)
        }
    }

    /// As ``attempt(_:_:creating:)``, but throws what the system says. With `waits` it blocks the thread until the lock is free.
    package static func take(_ path: String, _ mode: Mode, creating: Bool = true, waits: Bool = false)
        throws(SystemError) -> FileLock?
    {
        guard let file = try open(path, creating: creating) else { return nil }
        return try lock(file, mode, waits: waits)
    }

    private static func open(_ path: String, creating: Bool) throws(SystemError) -> Int32? {
        let file = Glibc.open(path, O_RDWR | O_CLOEXEC | (creating ? O_CREAT : 0), 0o600)
        guard file < 0 else { return file }
        let error = SystemError.last
        guard error.number == ENOENT, !creating else { throw error }
        return nil
    }

    private static func lock(_ file: Int32, _ mode: Mode, waits: Bool = false) throws(SystemError)
        -> FileLock?
    {
        while flock(file, (mode == .shared ? LOCK_SH : LOCK_EX) | (waits ? 0 : LOCK_NB)) != 0 {
            let error = SystemError.last
            if error.number == EINTR { continue }
            close(file)
            guard error.number == EWOULDBLOCK else { throw error }
            return nil
        }
        return FileLock(descriptor: file)
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
    package func openCopy() -> Int32? {
        descriptor.withLock { file in
            guard let file else { return nil }
            let copy = fcntl(file, F_DUPFD_CLOEXEC, 3)
            return copy >= 0 ? copy : nil
        }
    }
}
