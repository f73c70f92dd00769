/// A start that a caller is about to ask for.
///
/// Its JSON does not change: a host keeps it in its journal and may read it with a newer version. It has one key, which
/// is the kind of the start, and below it the words of the contract: `{"backup":{"configuration_id":"ID"}}`.
public enum StartRequest: Hashable, Sendable {
    /// A backup of a configuration.
    case backup(ResourceID<Configuration>)
    /// A restore.
    case restore(RestoreDraft)
    /// A cleanup by an agent: of these configurations, or of all for none.
    case cleanup(ResourceID<Agent>, of: [ResourceID<Configuration>] = [])
}

extension StartRequest: Codable {
    private enum Kind: String, CodingKey {
        case backup, restore, cleanup
    }

    private enum Words: String, CodingKey {
        case configurationID = "configuration_id"
        case agentID = "agent_id"
        case configurationIDs = "configuration_ids"
    }

    /// Reads a start. Throws `DecodingError` where no kind is known.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Kind.self)
        switch container.allKeys.first {
        case .backup:
            let words = try container.nestedContainer(keyedBy: Words.self, forKey: .backup)
            self = .backup(try words.decode(ResourceID.self, forKey: .configurationID))
        case .restore:
            self = .restore(try container.decode(RestoreDraft.self, forKey: .restore))
        case .cleanup:
            let words = try container.nestedContainer(keyedBy: Words.self, forKey: .cleanup)
            self = .cleanup(
                try words.decode(ResourceID.self, forKey: .agentID),
                of: try words.decodeIfPresent([ResourceID].self, forKey: .configurationIDs) ?? []
            )
        case nil:
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: decoder.codingPath,
                    debugDescription: "a start is one of backup, restore and cleanup"
                )
            )
        }
    }

    /// Writes the start.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Kind.self)
        switch self {
        case .backup(let id):
            var words = container.nestedContainer(keyedBy: Words.self, forKey: .backup)
            try words.encode(id, forKey: .configurationID)
        case .restore(let draft):
            try container.encode(draft, forKey: .restore)
        case .cleanup(let id, let configurations):
            var words = container.nestedContainer(keyedBy: Words.self, forKey: .cleanup)
            try words.encode(id, forKey: .agentID)
            if !configurations.isEmpty { try words.encode(configurations, forKey: .configurationIDs) }
        }
    }
}
