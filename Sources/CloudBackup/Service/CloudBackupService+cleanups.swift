public import BackupAPI
import NIOHTTP1

extension CloudBackupService {
    /// Starts a cleanup of an agent's vault; `key` as in `start`. Throws `unknown_agent`, and `unsupported` where configurations
    /// are named.
    public func startCleanup(
        _ agent: ResourceID<Agent>,
        of configurations: [ResourceID<Configuration>],
        key: String?
    ) async throws -> Cleanup {
        guard configurations.isEmpty else { throw BackupError.unsupported("clean up single configurations") }
        let request = try CloudRequest(.POST, "cleanups") { .unknownAgent(agent.rawValue) }
            .sending(CleanupBody(agentID: agent))
            .beginning("cleanup", key: key)
        do {
            return try await api.created(
                request,
                readAgain: { .cleanup(ResourceID($0)) },
                Cleanup.init(reading:)
            )
        } catch let error as BackupError where error.code == .invalidRequest {
            _ = try await self.agent(agent)
            throw error
        }
    }

    /// One cleanup's record as of now. Throws `unknown_cleanup`.
    public func cleanup(_ id: ResourceID<Cleanup>) async throws -> Cleanup {
        try await api.resource(.cleanup(id), Cleanup.init(reading:))
    }

    /// The cleanups of a page, newest first unless it says otherwise.
    public func cleanups(_ page: Page<Cleanup>) async throws -> [Cleanup] {
        try await list(CloudRequest(.GET, "cleanups"), "cleanups", page, Cleanup.init(reading:))
    }

    /// Asks for a stop, as `stop` does for a backup. Throws `unknown_cleanup` and `conflict`.
    public func stopCleanup(_ id: ResourceID<Cleanup>) async throws -> Cleanup {
        try await stop(.cleanup(id, .PATCH)) {
            try await cleanup(id)
        } state: {
            $0.state
        }
    }

    /// What went wrong in a cleanup. Throws `unknown_cleanup`.
    public func errors(ofCleanup id: ResourceID<Cleanup>) async throws -> ErrorList {
        try await api.resource(.cleanup(id).below("errors"), ErrorList.init(reading:))
    }
}

/// The body of `POST /cleanups` (contract 2.8.1).
private struct CleanupBody: Encodable {
    let agentID: ResourceID<Agent>
    let state = ActivityState.startRequested

    private enum CodingKeys: String, CodingKey {
        case agentID = "agent_id"
        case state
    }
}
