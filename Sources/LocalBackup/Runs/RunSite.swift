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
}
