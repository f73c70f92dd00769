import BackupAPI
import HostSystem
import Logging

/// What all runs of a service share.
struct RunSite: Sendable {
    let settings: LocalSettings
    /// This host, as its snapshots are marked.
    let agent: ResourceID<Agent>
    let folder: StateFolder
    let catalog: Catalog
    let configurations: ConfigurationBook
    let repositories: Repositories
    /// The one in which this run works.
    let repository: Repository
    let bell: Bell
    let log: Logger
    let now: @Sendable () -> Timestamp

    var tool: ResticTool { repository.tool }

    /// The same for a run in another repository. Throws `invalid_configuration` where the site has none of this name.
    func at(_ name: String?) throws -> RunSite { at(try repositories.named(name)) }

    func at(_ repository: Repository) -> RunSite {
        RunSite(
            settings: settings,
            agent: agent,
            folder: folder,
            catalog: catalog,
            configurations: configurations,
            repositories: repositories,
            repository: repository,
            bell: bell,
            log: log,
            now: now
        )
    }

    /// The backups that have a snapshot in this repository, as far as is known. The only one has also what was made before there
    /// were names.
    func restorableBackups() async throws -> [BackupRow] {
        let earlier = repositories.all.count == 1 ? [RepositorySettings.mainName] : []
        return try await catalog.restorableBackups(in: [repository.name] + earlier)
    }

    /// The name of this host as restic stores it with snapshots.
    var hostName: String { settings.hostName ?? Spool.hostName() }

    /// An element now, when the catalog changes or a run has news, and from time to time.
    func news(of spool: Spool? = nil, everyLine pause: Duration = .zero) -> AsyncStream<Void> {
        bell.pulses(every: .seconds(2), watching: [catalog.news] + (spool?.news(everyLine: pause) ?? []))
    }

    /// Waits while a cleanup works. Throws `repository_locked` after a minute of it.
    func lockForReading() async throws -> FileLock {
        let lock = repository.lock
        let taken = try await racing(
            { try await lock.wait(.shared) },
            against: { try await Task.sleep(for: .seconds(60)) }
        )
        if let taken { return taken }
        throw BackupError(
            .repositoryLocked,
            "a cleanup uses the repository '\(repository.shown)'",
            fix: "Try again when it has ended.",
            isRetryable: true
        )
    }
}
