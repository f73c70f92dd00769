import BackupAPI

/// The answer to a browse request, an event in itself (contract 2.2.8).
struct BrowseResult: Encodable, Sendable {
    let id: String
    let time: Timestamp
    let event: String
    let agent: Event.Subject
    let requestID: String
    let succeeded: Bool
    let path: String
    let items: [BrowseItem]

    private enum CodingKeys: String, CodingKey {
        case id, time, event, agent
        case requestID = "request_id"
        case succeeded, path
        case encodedPath = "path_encoded"
        case items
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(time, forKey: .time)
        try container.encode(event, forKey: .event)
        try container.encode(agent, forKey: .agent)
        try container.encode(requestID, forKey: .requestID)
        try container.encode(succeeded, forKey: .succeeded)
        try container.encode(path, forKey: .path)
        try container.encodeNil(forKey: .encodedPath)
        try container.encode(items, forKey: .items)
    }
}
