public import BackupAPI
import NIOHTTP1

extension CloudBackupService {
    /// Asks an agent for its logs; they are there when the logfile is `completed`. Throws `unknown_agent`.
    public func requestLogfile(of agent: ResourceID<Agent>) async throws -> Logfile {
        let request = CloudRequest.agent(agent).below("logfiles", method: .POST).beginning("upload", key: nil)
        return try await api.created(
            request,
            readAgain: { .agent(agent).below("logfiles", $0) },
            Logfile.init(reading:)
        )
    }

    /// All logfiles of an agent. Throws `unknown_agent`.
    public func logfiles(of agent: ResourceID<Agent>) async throws -> [Logfile] {
        try await api.resource(.agent(agent).below("logfiles")) { json throws(Missing) in
            try json.list("logfiles", Logfile.init(reading:))
        }
    }

    /// One logfile of an agent. Throws `unknown_agent` where either is not there.
    public func logfile(_ id: ResourceID<Logfile>, of agent: ResourceID<Agent>) async throws -> Logfile {
        try await api.resource(.agent(agent).below("logfiles", id.rawValue), Logfile.init(reading:))
    }

    /// Deletes a logfile of an agent. Throws `unknown_agent` where either is not there.
    public func delete(logfile id: ResourceID<Logfile>, of agent: ResourceID<Agent>) async throws {
        _ = try await api.answer(to: .agent(agent).below("logfiles", id.rawValue, method: .DELETE))
    }
}
