/// A uniform view over backups, restores and cleanups (contract 2.6).
public struct Activity: Codable, Hashable, Sendable, Identifiable {
    /// The id of the backup, restore or cleanup.
    public var id: ResourceID<Activity>
    /// `backup`, `restore` or `cleanup`.
    public var type: String
    /// When something last changed.
    public var lastUpdatedTime: Timestamp
    /// Where it stands.
    public var state: ActivityState
    /// The agent.
    public var agent: Reference<Agent>
    /// The configuration; left out for cleanups.
    public var configuration: Reference<Configuration>?
    /// One link, whose `rel` equals `type`.
    public var links: [Link]

    /// Makes an activity.
    public init(
        id: ResourceID<Activity>,
        type: String,
        lastUpdatedTime: Timestamp,
        state: ActivityState,
        agent: Reference<Agent>,
        configuration: Reference<Configuration>? = nil,
        links: [Link] = []
    ) {
        self.id = id
        self.type = type
        self.lastUpdatedTime = lastUpdatedTime
        self.state = state
        self.agent = agent
        self.configuration = configuration
        self.links = links
    }

    private enum CodingKeys: String, CodingKey {
        case id, type
        case lastUpdatedTime = "last_updated_time"
        case state, agent, configuration, links
    }
}
