import BackupAPI

/// Events (contract 2.7).
enum EventOperations {
    static let routes = [
        Route("GET", "/events") { call in
            try await events(of: .project, at: ["events"], isAscendingByDefault: false, call)
        },
        Route("POST", "/events") { call in try await activation(of: nil, call) },
        Route("GET", "/agents/{agent_id}/events") { call in
            let id = try await call.agent(call.id("agent_id")).id
            return try await events(of: .agent(id), at: ["agents", id.rawValue, "events"], call)
        },
        Route("GET", "/configurations/{configuration_id}/events") { call in
            let id = try await call.service.configuration(call.id("configuration_id")).id
            return try await events(
                of: .configuration(id),
                at: ["configurations", id.rawValue, "events"],
                isAscendingByDefault: false,
                call
            )
        },
        Route("GET", "/backups/{backup_id}/events") { call in
            let id = call.id("backup_id", of: Backup.self)
            return try await events(of: .backup(id), at: ["backups", id.rawValue, "events"], call)
        },
        Route("GET", "/restores/{restore_id}/events") { call in
            let id = call.id("restore_id", of: Restore.self)
            return try await events(of: .restore(id), at: ["restores", id.rawValue, "events"], call)
        },
        Route("GET", "/cleanups/{cleanup_id}/events") { call in
            let id = call.id("cleanup_id", of: Cleanup.self)
            return try await events(of: .cleanup(id), at: ["cleanups", id.rawValue, "events"], call)
        },
    ]

    private static func events(
        of subject: EventSubject,
        at segments: [String],
        isAscendingByDefault: Bool = true,
        _ call: Call
    ) async throws -> Answer {
        let paging = try call.query.paging(isAscendingByDefault: isAscendingByDefault)
        let found = try await call.service.events(of: subject, paging.page())
        return try .ok(
            PageBody(
                name: "events",
                items: try await EventResource.resources(of: found, call.service),
                links: call.links.pages(segments, paging, ids: found.map(\.id.rawValue))
            )
        )
    }

    /// Takes a request to wake an agent, or all of them (contract 2.7.1).
    static func activation(of agent: ResourceID<Agent>?, _ call: Call) async throws -> Answer {
        let mode = try call.object { body -> AgentMode?? in
            guard let event = body.string("event") else { return nil }
            if !["agent_activate", "startup", "shutdown"].contains(event) {
                body.note("event: '\(event)' cannot be posted; use agent_activate")
            }
            guard event == "agent_activate" else { return .some(nil) }
            guard let text = body.string("mode") else { return nil }
            let mode = AgentMode(rawValue: text)
            if mode == nil { body.note("mode: '\(text)' is neither idle nor active nor real_time") }
            return mode
        }
        guard let mode else {
            throw Fault.notServed("the start or stop of an agent", why: "the agent is this host itself")
        }
        do { try await call.service.activate(agent, mode: mode) } catch let error as BackupError
            where error.code == .unsupported
        {
            // The service's agents are always awake.
        }
        return .accepted()
    }
}
