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
        guard let file = try opened(path, creating: creating) else { return nil }
        do { return try lock(file, mode) } catch { throw BackupError.file("cannot lock", path, error) }
    }

    /// As ``attempt(_:_:creating:)``, but throws what the system says. With `waits` it blocks the thread until the lock is free.
    package static func take(_ path: String, _ mode: Mode, creating: Bool = true, waits: Bool = false)
        throws(SystemError) -> FileLock?
    {
        guard let file = try open(path, creating: creating) else { return nil }
        return try lock(file, mode, waits: waits)
    }

    /// Waits for the lock until the task is cancelled.
    package static func wait(_ path: String, _ mode: Mode) async throws -> FileLock {
        // Most locks are held for a moment.
        for _ in 0..<4 {
            if let lock = try attempt(path, mode) { return lock }
            try await Task.sleep(for: .milliseconds(50))
        }
        // A failed attempt closes the file, which wakes all who wait: this one stays open.
        let waiting = FileLock(descriptor: try opened(path) ?? -1)
        let place = Bell.Place([path.fileName], in: path.folderName)
        for await _ in Bell().pulses(every: .seconds(1), watching: [place]) {
            do { if try waiting.isTaken(mode) { return waiting } } catch {
                throw BackupError.file("cannot lock", path, error)
            }
        }
        throw CancellationError()
    }

    private static func opened(_ path: String, creating: Bool = true) throws -> Int32? {
        do { return try open(path, creating: creating) } catch {
            throw BackupError.file("cannot open the lock file", path, error)
        }
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
        let lock = FileLock(descriptor: file)
        return try lock.isTaken(mode, waits: waits) ? lock : nil
    }

    /// Takes the lock on the open file; `false` when another holder excludes it.
    private func isTaken(_ mode: Mode, waits: Bool = false) throws(SystemError) -> Bool {
        let how = (mode == .shared ? LOCK_SH : LOCK_EX) | (waits ? 0 : LOCK_NB)
        let error: SystemError? = descriptor.withLock { file in
            while flock(file ?? -1, how) != 0 { if errno != EINTR { return .last } }
            return nil
        }
        guard let error else { return true }
        guard error.number == EWOULDBLOCK else { throw error }
        return false
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
        // Not for writing: the closing of that wakes those who wait for the lock's end.
        let file = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return false }
            throw BackupError.file("cannot open the lock file", path, .last)
        }
        defer { close(file) }
        if flock(file, LOCK_SH | LOCK_NB) == 0 {
            _ = flock(file, LOCK_UN)
            return false
        }
        guard errno == EWOULDBLOCK else { throw BackupError.file("cannot lock", path, .last) }
        return true
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
