public import BackupAPI
import NIOHTTP1

extension CloudBackupService {
    /// What an agent does right now. Throws `unknown_agent`.
    public func status(of agent: ResourceID<Agent>) async throws -> AgentStatus {
        try await api.resource(.agent(agent).below("status")) { json throws(Missing) in
            guard let isOnline = json["online"]?.isTrue else { throw Missing(key: "online") }
            return AgentStatus(isBusy: json["busy"]?.isTrue ?? false, isOnline: isOnline)
        }
    }

    /// Sets how eagerly an agent, or all of the project, look for work; give them 10 to 20 seconds. Throws `unknown_agent`.
    public func activate(_ agent: ResourceID<Agent>? = nil, mode: AgentMode) async throws {
        let request = agent.map { .agent($0).below("events", method: .POST) } ?? CloudRequest(.POST, "events")
        _ = try await api.answer(to: try request.sending(ActivationBody(mode: mode.rawValue)))
    }

    /// Changes an agent and answers it as it is now; what is `nil` stays. Throws `unknown_agent`.
    ///
    /// `logLevel` is `all`, `trace`, `debug`, `info`, `warn`, `error` or `fatal`.
    public func update(
        _ id: ResourceID<Agent>,
        enabled: Bool? = nil,
        logLevel: String? = nil
    ) async throws -> Agent {
        let operations = [
            enabled.map { PatchOperation(path: "/enabled", value: $0) },
            logLevel.map { PatchOperation(path: "/log_level", value: $0) },
        ].compactMap(\.self)
        if !operations.isEmpty { _ = try await api.answer(to: try .agent(id, .PATCH).patching(operations)) }
        return try await agent(id)
    }

    /// Deletes an agent; the contract does not say what becomes of its backups. Throws `unknown_agent`.
    public func delete(agent id: ResourceID<Agent>) async throws {
        _ = try await api.answer(to: .agent(id, .DELETE))
    }

    /// The configurations of one agent that are not deleted, in the order of their names. Throws `unknown_agent`.
    public func configurations(of agent: ResourceID<Agent>) async throws -> [Configuration] {
        try await configurations(listedBy: .agent(agent).below("configurations"))
    }

    /// Moves a vault to an agent that has none; the source has none afterwards. Throws `forbidden` where the contract's
    /// rules are broken (2.2.19), and `unknown_agent`.
    public func moveVault(from source: ResourceID<Agent>, to destination: ResourceID<Agent>) async throws {
        let request = CloudRequest.agent(destination).below("vault", method: .POST)
        _ = try await api.answer(
            to: try request.sending(VaultBody(sourceAgentID: source)).beginning("move of the vault", key: nil)
        )
    }
}

/// The body of an activation (contract 2.7.1).
private struct ActivationBody: Encodable {
    let event = "agent_activate"
    let mode: String
}

/// The body of a vault's move (contract 2.2.19).
private struct VaultBody: Encodable {
    let sourceAgentID: ResourceID<Agent>

    private enum CodingKeys: String, CodingKey {
        case sourceAgentID = "source_agent_id"
    }
}
