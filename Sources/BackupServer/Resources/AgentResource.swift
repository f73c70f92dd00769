import BackupAPI

/// An agent as the caller sees it (contract 2.2). Every documented key is there: what the service does not know is null or
/// empty, so that a client that reads it finds nothing instead of failing.
struct AgentResource: Encodable {
    private struct Machine: Encodable {
        @Nullable var id: String?
        let links: [Link]
    }

    private struct System: Encodable {
        @Nullable var name: String?
        @Nullable var version: String?
        @Nullable var architecture: String?
    }

    private struct Host: Encodable {
        @Nullable var flavor: String?
        @Nullable var region: String?
        let machine = Machine(id: nil, links: [])
        let os: System
        let addresses: [String] = []

        init(_ host: AgentHost?) {
            flavor = host?.flavor
            region = host?.region
            os = System(name: host?.os.name, version: host?.os.version, architecture: host?.os.architecture)
        }

        private enum CodingKeys: String, CodingKey {
            case flavor, region, machine, os, addresses
        }
    }

    /// What a client would encrypt passwords with.
    private struct PublicKey: Encodable {
        @Nullable var modulus: String?
        @Nullable var exponent: Int?
    }

    /// The service keeps its own repository.
    private struct Vault: Encodable {
        @Nullable var id: String?
        @Nullable var name: String?
        @Nullable var state: String?
        @Nullable var flavor: String?
        let encrypted = false
        @Nullable var region: String?
        let usesInternal = false
        let links: [Link] = []

        private enum CodingKeys: String, CodingKey {
            case id, name, state, flavor, encrypted, region
            case usesInternal = "use_internal"
            case links
        }
    }

    private let agent: Agent
    private let links: [Link]

    init(_ agent: Agent, project: String, _ makeLinks: Links) {
        var shown = agent
        shown.projectID = project
        self.agent = shown
        let id = agent.id.rawValue
        let below = ["activities", "configuration", "configurations", "events", "logfiles", "status"]
        links = [makeLinks.link("self", "agents", id)] + below.map { makeLinks.link($0, "agents", id, $0) }
    }

    private enum CodingKeys: String, CodingKey {
        case projectID = "project_id"
        case id, name, version, host, enabled
        case publicKey = "rsa_public_key"
        case vault
        case logLevel = "log_level"
        case registeredTime = "registered_time"
        case links
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(agent.projectID, forKey: .projectID)
        try container.encode(agent.id, forKey: .id)
        try container.encode(agent.name, forKey: .name)
        try container.encode(agent.version, forKey: .version)
        try container.encode(Host(agent.host), forKey: .host)
        try container.encode(agent.enabled, forKey: .enabled)
        try container.encode(PublicKey(modulus: nil, exponent: nil), forKey: .publicKey)
        try container.encode(Vault(id: nil, name: nil, state: nil, flavor: nil, region: nil), forKey: .vault)
        try container.encode(agent.logLevel, forKey: .logLevel)
        // The one time of the contract with an offset in digits (1.6).
        let time = agent.registeredTime.map { "\($0.description.dropLast())+00:00" }
        try container.encode(time, forKey: .registeredTime)
        try container.encode(links, forKey: .links)
    }
}
