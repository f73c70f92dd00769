import BackupAPI

extension Operations {
    static let agents = [
        Route("GET", "/agents") { call in
            // The services know their hosts by no machine id, so that none can match one.
            let all = call.query["host_machine_id"] == nil ? try await call.service.agents() : []
            return try .ok(PageBody(name: "agents", items: all.map { AgentResource($0, call) }))
        },
        Route("GET", "/agents/{agent_id}") { call in
            try .ok(AgentResource(try await agent(call.id("agent_id"), of: call.service), call))
        },
        Route("GET", "/agents/{agent_id}/configurations") { call in
            let agent = try await agent(call.id("agent_id"), of: call.service)
            let all = try await call.service.configurations().filter { $0.agent.id == agent.id }
            return try configurationList(all, call)
        },
        Route("GET", "/agents/{agent_id}/status") { call in
            let agent = try await agent(call.id("agent_id"), of: call.service)
            return try .ok(AgentStatus(busy: try await isBusy(agent.id, call.service), online: agent.enabled))
        },
        Route("POST", "/agents/{agent_id}/events") { call in
            let agent = try await agent(call.id("agent_id"), of: call.service)
            return try await activation(of: agent.id, call)
        },
        Route("POST", "/agents/{agent_id}/browse-requests") { call in
            let agent = try await agent(call.id("agent_id"), of: call.service)
            let path = try call.object { BrowseDesk.path(in: &$0) }
            let request = try await call.desk.browse(.agent(agent.id), path: path, agent: agent.id)
            return .accepted(at: call.links.href("agents", agent.id.rawValue, "browse-requests", request))
        },
        Route("GET", "/agents/{agent_id}/browse-requests/{request_id}") { call in
            try .ok(
                try await call.desk.result(call.parameters["request_id"] ?? "", ofAgent: call.id("agent_id"))
            )
        },
    ]

    /// One agent. Throws `unknown_agent`.
    static func agent(_ id: ResourceID<Agent>, of service: any BackupService) async throws -> Agent {
        guard let found = try await service.agents().first(where: { $0.id == id }) else {
            throw BackupError.unknownAgent(id.rawValue)
        }
        return found
    }

    /// Whether anything of the agent is not over. What changed last comes first, so that one page has all that moves.
    private static func isBusy(_ id: ResourceID<Agent>, _ service: any BackupService) async throws -> Bool {
        let page = Page<Activity>(limit: Paging.maximumLimit)
        return try await service.activities(ActivityFilter(agent: id, page: page)).contains {
            !$0.state.isFinal
        }
    }
}

/// Whether an agent works, and whether it can be reached (contract 2.2.17).
private struct AgentStatus: Encodable {
    let busy: Bool
    let online: Bool
}
