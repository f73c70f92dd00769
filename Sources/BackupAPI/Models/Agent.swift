/// The program on a host that performs backups and restores (contract 2.2). For the local service it is this host.
public struct Agent: Codable, Hashable, Sendable, Identifiable {
    /// The project.
    public var projectID: String
    /// The agent's id.
    public var id: ResourceID<Agent>
    /// The server's name.
    public var name: String
    /// The agent program's version.
    public var version: String
    /// The host it runs on; `nil` where the service does not say.
    public var host: AgentHost?
    /// Whether it may work.
    public var enabled: Bool
    /// `all`, `trace`, `debug`, `info`, `warn`, `error` or `fatal`.
    public var logLevel: String
    /// When it was registered; `nil` where the service does not say.
    public var registeredTime: Timestamp?
    /// `self`, `activities`, `configurations`, `events`, …
    public var links: [Link]

    /// Makes an agent.
    public init(
        projectID: String = "local",
        id: ResourceID<Agent>,
        name: String,
        version: String,
        host: AgentHost? = nil,
        enabled: Bool = true,
        logLevel: String = "info",
        registeredTime: Timestamp? = nil,
        links: [Link] = []
    ) {
        self.projectID = projectID
        self.id = id
        self.name = name
        self.version = version
        self.host = host
        self.enabled = enabled
        self.logLevel = logLevel
        self.registeredTime = registeredTime
        self.links = links
    }

    private enum CodingKeys: String, CodingKey {
        case projectID = "project_id"
        case id, name, version, host, enabled
        case logLevel = "log_level"
        case registeredTime = "registered_time"
        case links
    }
}

/// The host of an agent.
public struct AgentHost: Codable, Hashable, Sendable {
    /// `nova`, `rackspace_dedicated` or `rackspace_private_cloud`.
    public var flavor: String
    /// The region's code.
    @Nullable public var region: String?
    /// Its operating system.
    public var os: OperatingSystem

    /// Makes a host.
    public init(flavor: String, region: String? = nil, os: OperatingSystem) {
        self.flavor = flavor
        self._region = Nullable(wrappedValue: region)
        self.os = os
    }
}

/// The operating system of an agent's host.
public struct OperatingSystem: Codable, Hashable, Sendable {
    /// For example `Debian`.
    public var name: String
    /// For example `12`.
    public var version: String
    /// For example `64-bit`.
    public var architecture: String

    /// Makes an operating system.
    public init(name: String, version: String, architecture: String) {
        self.name = name
        self.version = version
        self.architecture = architecture
    }
}
