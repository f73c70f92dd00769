public import BackupAPI
import HostSystem

/// What a person does with the repository itself.
extension LocalBackupService {
    /// The locks in the repository, whoever's they are, the oldest first.
    ///
    /// Throws `repository_locked` while this service itself cleans up or checks, `repository_missing`, `wrong_password` and
    /// `tool_missing`.
    public func locks() async throws -> [ResticLock] {
        try await using(.shared) { lock in
            try await site.tool.locks(lock: lock, activity: "look at the locks").sorted { $0.time < $1.time }
        }
    }

    /// Removes locks, as a person has asked for it. No process is signalled, and nobody looks whether one lives.
    ///
    /// Throws `repository_locked` while this service itself uses the repository, or where other locks have been made
    /// meanwhile that could not be told from these.
    public func remove(_ locks: [ResticLock]) async throws {
        try await using(.exclusive) { lock in
            let all = try await site.tool.locks(lock: lock, activity: "removal of locks")
            guard try await site.tool.remove(locks, of: all, byPerson: true, lock: lock) else {
                throw BackupError(
                    .repositoryLocked,
                    "the locks were not removed: the repository has other ones by now",
                    fix: "Look at them again.",
                    isRetryable: true
                )
            }
        }
    }

    /// Makes the repository, as a person has asked for it, where nothing speaks against that.
    ///
    /// Throws `conflict` when it is there already, `repository_missing` when its place is not fit, and what restic says.
    public func createRepository() async throws {
        try await using(.exclusive) { lock in
            guard try await site.tool.createRepositoryAsAsked(lock: lock) else {
                throw BackupError(
                    .conflict,
                    "the repository '\(site.settings.repository.redacted)' is there already"
                )
            }
            try await site.catalog.host.rememberRepository(site.settings.repository, now: site.now())
        }
    }

    /// Checks the repository; see `BackupService`. It waits until no backup, restore or cleanup uses the repository.
    ///
    /// When the task is cancelled restic is stopped. A restic whose host died is stopped by the next check, or by the next
    /// service on the state folder: nobody waits for its result. Throws `wrong_password`, `repository_missing`,
    /// `repository_locked` and `tool_missing`, and `service` when restic could not check.
    public func check(_ data: CheckedData) async throws -> RepositoryCheck { try await checks.check(data) }

    /// The entries of a folder in a backup, by name. Throws `unknown_backup`, and `unknown_path` also for a backup that
    /// has no snapshot; waits while a cleanup works, and throws `repository_locked` after a minute of it.
    public func browse(_ backup: ResourceID<Backup>, path: String) async throws -> [BrowseItem] {
        try await SnapshotBrowser(site: site).browse(backup, path: path)
    }

    /// Shows each regular file of a backup, by one run of restic, or two; those whose names are not UTF-8 are left out, because nothing
    /// can name them.
    public func files(
        of backup: ResourceID<Backup>,
        _ show: @escaping @Sendable (_ path: String, _ bytes: Int64) -> Void
    ) async throws -> Bool {
        try await SnapshotBrowser(site: site).files(of: backup, show)
    }

    /// Does something that only reads the repository, in a spool of its own, while nothing is cleaned up.
    func reading<Value: Sendable>(_ name: String, _ work: (Spool) async throws -> Value) async throws -> Value
    {
        let lock = try await site.lockForReading()
        defer { lock.release() }
        return try await site.folder.withSpool("\(name)-" + Self.randomID()) { spool in
            do {
                return try await work(spool)
            } catch let failure as ResticFailure {
                throw BackupError(failure)
            }
        }
    }

    /// Does something while this service's own lock of the repository is held.
    func using<Value: Sendable>(
        _ mode: FileLock.Mode,
        _ work: (FileLock) async throws -> Value
    ) async throws -> Value {
        guard let lock = try RepositoryLock(folder: site.folder).attempt(mode) else {
            throw BackupError(
                .repositoryLocked,
                "this site uses the repository '\(site.settings.repository.redacted)' itself at the moment",
                fix: "Try again when that has ended; 'moonkeep backups' shows what runs.",
                isRetryable: true
            )
        }
        defer { lock.release() }
        do {
            return try await work(lock)
        } catch let failure as ResticFailure {
            throw BackupError(failure)
        }
    }
}
