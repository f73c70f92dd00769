public import BackupAPI

/// What the client of the Cloud Backup API needs to know; nothing is read from the process environment.
public struct CloudSettings: Sendable {
    /// Where the service is.
    public enum Endpoint: Hashable, Sendable {
        /// The URL that resource paths are appended to, with or without the project: `https://HOST/v2/PROJECT`.
        case baseURL(String)
        /// The code of a region, for example `DFW`, looked up in the service catalog of the login (contract 1.2).
        case region(String)
    }

    /// Where the service is.
    public var endpoint: Endpoint
    /// Who asks.
    public var credentials: CloudCredentials
    /// The project, also called tenant or account number. Appended to a base URL that ends in `/v2`, and chooses among
    /// the catalog's endpoints of a region; `nil` leaves the base URL as it is and takes the region's first endpoint.
    public var projectID: String?
    /// The agent of new configurations; `nil` takes the project's only one.
    public var agent: ResourceID<Agent>?
    /// How long things may take.
    public var deadlines: CloudDeadlines
    /// Whether a token may go to a host other than this one without TLS.
    public var allowsPlainHTTP: Bool

    /// Makes settings.
    public init(
        endpoint: Endpoint,
        credentials: CloudCredentials,
        projectID: String? = nil,
        agent: ResourceID<Agent>? = nil,
        deadlines: CloudDeadlines = CloudDeadlines(),
        allowsPlainHTTP: Bool = false
    ) {
        self.endpoint = endpoint
        self.credentials = credentials
        self.projectID = projectID
        self.agent = agent
        self.deadlines = deadlines
        self.allowsPlainHTTP = allowsPlainHTTP
    }
}
