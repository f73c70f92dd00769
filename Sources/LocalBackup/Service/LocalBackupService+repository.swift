public import BackupAPI
import HostSystem

/// What a person does with the repository itself.
extension LocalBackupService {
    /// The names of its repositories, in the order of the settings. Those that are not named mean the first.
    public var repositories: [String] { site.repositories.names }

    /// The locks in a repository, whoever's they are, the oldest first.
    ///
    /// Throws `repository_locked` while this service itself cleans up or checks, `repository_missing`, `wrong_password` and
    /// `tool_missing`.
    public func locks(in repository: String? = nil) async throws -> [ResticLock] {
        try await using(repository, .shared) { site, lock in
            try await site.tool.locks(lock: lock, activity: "look at the locks").sorted { $0.time < $1.time }
        }
    }

    /// Removes locks from a repository, as a person has asked for it. No process is signalled, and nobody looks whether one lives.
    ///
    /// Throws `repository_locked` while this service itself uses the repository, or where other locks have been made
    /// meanwhile that could not be told from these.
    public func remove(_ locks: [ResticLock], in repository: String? = nil) async throws {
        try await using(repository, .exclusive) { site, lock in
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

    /// Makes a repository, as a person has asked for it, where nothing speaks against that.
    ///
    /// Throws `conflict` when it is there already, `repository_missing` when its place is not fit, and what restic says.
    public func createRepository(_ repository: String? = nil) async throws {
        try await using(repository, .exclusive) { site, lock in
            guard try await site.tool.createRepositoryAsAsked(lock: lock) else {
                throw BackupError(
                    .conflict,
                    "the repository '\(site.repository.shown)' is there already"
                )
            }
            try await site.catalog.host.rememberRepository(site.repository.settings.address, now: site.now())
        }
    }

    /// Checks each repository in turn; see `BackupService`. It waits until no backup, restore or cleanup uses the repository.
    /// Where there are several, what is wrong begins with the name of the repository.
    ///
    /// When the task is cancelled restic is stopped. A restic whose host died is stopped by the next check, or by the next
    /// service on the state folder: nobody waits for its result. Throws `wrong_password`, `repository_missing`,
    /// `repository_locked` and `tool_missing`, and `service` when restic could not check.
    public func check(_ data: CheckedData) async throws -> RepositoryCheck {
        var whole: RepositoryCheck?
        for one in checks {
            var check = try await one.check(data)
            if checks.count > 1 {
                check.problems = check.problems.map { "\(one.site.repository.name): \($0)" }
            }
            if var before = whole {
                before.problems += check.problems
                before.packs += check.packs
                before.endedTime = check.endedTime
                check = before
            }
            whole = check
        }
        return whole ?? RepositoryCheck(startedTime: site.now(), endedTime: site.now())
    }

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

    /// Does something that only reads a site's repository, in a spool of its own, while nothing is cleaned up.
    func reading<Value: Sendable>(_ name: String, in site: RunSite, _ work: (Spool) async throws -> Value)
        async throws -> Value
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
        _ repository: String?,
        _ mode: FileLock.Mode,
        _ work: (RunSite, FileLock) async throws -> Value
    ) async throws -> Value {
        let site = try site.at(repository)
        guard let lock = try site.repository.lock.attempt(mode) else {
            throw BackupError(
                .repositoryLocked,
                "this site uses the repository '\(site.repository.shown)' itself at the moment",
                fix: "Try again when that has ended; 'moonkeep backups' shows what runs.",
                isRetryable: true
            )
        }
        defer { lock.release() }
        do {
            return try await work(site, lock)
        } catch let failure as ResticFailure {
            throw BackupError(failure)
        }
    }
}
