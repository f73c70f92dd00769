/// A part of a list, by the id of the item before it (contract 1.8).
public struct Page<Item>: Hashable, Sendable {
    /// The item that the page follows; `nil` for the list's begin.
    public var marker: ResourceID<Item>?
    /// At most so many; at least 1.
    public var limit: Int
    /// Oldest first; `nil` for the list's own order.
    public var isAscending: Bool?

    /// Makes a page.
    public init(after marker: ResourceID<Item>? = nil, limit: Int = 100, isAscending: Bool? = nil) {
        self.marker = marker
        self.limit = limit
        self.isAscending = isAscending
    }
}

/// Which activities a list shall have.
public struct ActivityFilter: Hashable, Sendable {
    /// Only those of this configuration; cleanups have none.
    public var configuration: ResourceID<Configuration>?
    /// Only those of this agent.
    public var agent: ResourceID<Agent>?
    /// The part of the list.
    public var page: Page<Activity>

    /// Makes a filter.
    public init(
        configuration: ResourceID<Configuration>? = nil,
        agent: ResourceID<Agent>? = nil,
        page: Page<Activity> = Page()
    ) {
        self.configuration = configuration
        self.agent = agent
        self.page = page
    }
}

/// What events are about.
public enum EventSubject: Hashable, Sendable {
    /// The whole project.
    case project
    /// One agent.
    case agent(ResourceID<Agent>)
    /// All backups and restores of one configuration.
    case configuration(ResourceID<Configuration>)
    /// One backup.
    case backup(ResourceID<Backup>)
    /// One restore.
    case restore(ResourceID<Restore>)
    /// One cleanup.
    case cleanup(ResourceID<Cleanup>)
}
