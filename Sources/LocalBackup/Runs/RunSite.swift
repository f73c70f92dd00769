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
    let tool: ResticTool
    let bell: Bell
    let log: Logger
    let now: @Sendable () -> Timestamp

    /// The name of this host as restic stores it with snapshots.
    var hostName: String { settings.hostName ?? Spool.hostName() }

    /// An element now, when the catalog changes or a run has news, and from time to time.
    func news(of spool: Spool? = nil, everyLine pause: Duration = .zero) -> AsyncStream<Void> {
        bell.pulses(every: .seconds(2), watching: [catalog.news] + (spool?.news(everyLine: pause) ?? []))
    }

    /// Waits while a cleanup works. Throws `repository_locked` after a minute of it.
    func lockForReading() async throws -> FileLock {
        let lock = RepositoryLock(folder: folder)
        let taken = try await racing(
            { try await lock.wait(.shared) },
            against: { try await Task.sleep(for: .seconds(60)) }
        )
        if let taken { return taken }
        throw BackupError(
            .repositoryLocked,
            "a cleanup uses the repository '\(AddressSecrets(settings.repository).shown)'",
            fix: "Try again when it has ended.",
            isRetryable: true
        )
    }
}
