public import BackupAPI
import NIOHTTP1

extension CloudBackupService {
    /// All agents in the order of their names.
    public func agents() async throws -> [Agent] {
        let agents = try await api.resource(CloudRequest(.GET, "agents")) { json throws(Missing) in
            try json.list("agents", Agent.init(reading:))
        }
        return agents.sorted { ($0.name, $0.id.rawValue) < ($1.name, $1.id.rawValue) }
    }

    /// One agent. Throws `unknown_agent`.
    public func agent(_ id: ResourceID<Agent>) async throws -> Agent {
        try await api.resource(.agent(id), Agent.init(reading:))
    }

    /// The entries of a folder in a backup, by name, as the backup's agent lists them.
    ///
    /// Throws `unknown_backup`, `unknown_path`, and `timed_out` when the agent does not answer.
    public func browse(_ backup: ResourceID<Backup>, path: String) async throws -> [BrowseItem] {
        let agent = try await self.backup(backup).agent.id
        let body = BrowseBody(agentID: agent, path: path)
        let request = try CloudRequest.backup(backup).below("browse-requests", method: .POST).sending(body)
        return try await browse(path, request) { .backup(backup).below("browse-requests", $0) }
    }

    /// The entries of a folder on an agent's host, by name.
    ///
    /// Throws `unknown_agent`, `unknown_path`, and `timed_out` when the agent does not answer.
    public func browse(agent: ResourceID<Agent>, path: String) async throws -> [BrowseItem] {
        _ = try await self.agent(agent)
        let request = try CloudRequest.agent(agent).below("browse-requests", method: .POST)
            .sending(HostBrowseBody(path: path))
        return try await browse(path, request) { .agent(agent).below("browse-requests", $0) }
    }

    private func browse(
        _ path: String,
        _ request: CloudRequest,
        _ result: (String) -> CloudRequest
    ) async throws -> [BrowseItem] {
        let missing = BackupError(
            .unknownPath,
            "there is no folder '\(path)'",
            fix: "Browse the folder above it."
        )
        var request = request
        request.missing = { missing }
        let answer = try await api.answer(to: request)
        let list = try await self.result(of: request, answer, result)
        guard list["succeeded"]?.isTrue ?? true else { throw missing }
        do {
            let items = try list.list("items", BrowseItem.init(reading:))
            return items.sorted { $0.name < $1.name }
        } catch {
            throw BackupError.unreadable(request, answer, "without '\(error.key)'")
        }
    }
}

/// The body of a backup's browse request (contract 2.3.7).
private struct BrowseBody: Encodable {
    let agentID: ResourceID<Agent>
    /// Null for an unencrypted vault.
    @Nullable var encryptedPassword: String? = nil
    let path: String
    /// Null for a path in UTF-8 (contract 6.25).
    @Nullable var encodedPath: String? = nil

    private enum CodingKeys: String, CodingKey {
        case agentID = "agent_id"
        case encryptedPassword = "encrypted_password_hex"
        case path
        case encodedPath = "path_encoded"
    }
}

/// The body of a host's browse request (contract 2.2.7).
private struct HostBrowseBody: Encodable {
    let path: String
    @Nullable var encodedPath: String? = nil

    private enum CodingKeys: String, CodingKey {
        case path
        case encodedPath = "path_encoded"
    }
}
