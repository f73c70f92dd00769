import HostSystem

/// The repository's lock inside the service, over all processes: shared for what reads and adds, exclusive for what
/// removes.
///
/// Everyone passes a turnstile one by one and holds it until the lock is theirs, so that nobody waits for ever for an
/// exclusive lock while others share it in turns.
struct RepositoryLock {
    let folder: StateFolder
    /// The repository's name.
    let repository: String

    /// The lock if nobody excludes it and nobody waits for it; `nil` otherwise.
    func attempt(_ mode: FileLock.Mode) throws -> FileLock? {
        guard let turn = try FileLock.attempt(folder.turnstile(of: repository), .exclusive) else {
            return nil
        }
        defer { turn.release() }
        return try FileLock.attempt(folder.lock(of: repository), mode)
    }

    /// Waits for the lock until the task is cancelled.
    func wait(_ mode: FileLock.Mode) async throws -> FileLock {
        let turn = try await FileLock.wait(folder.turnstile(of: repository), .exclusive)
        defer { turn.release() }
        return try await FileLock.wait(folder.lock(of: repository), mode)
    }
}
