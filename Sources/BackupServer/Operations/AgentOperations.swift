import BackupAPI

/// Agents: their records, their work, their folders (contract 2.2).
enum AgentOperations {
    static let routes = [
        Route("GET", "/agents") { call in
            // The services know their hosts by no machine id, so that none can match one.
            let all = call.query["host_machine_id"] == nil ? try await call.service.agents() : []
            let items = all.map { call.links.shown($0, project: call.principal.project) }
            return try .ok(PageBody(name: "agents", items: items))
        },
        Route("GET", "/agents/{agent_id}") { call in
            let agent = try await call.agent(call.id("agent_id"))
            return try .ok(call.links.shown(agent, project: call.principal.project))
        },
        Route("GET", "/agents/{agent_id}/configurations") { call in
            let agent = try await call.agent(call.id("agent_id"))
            let all = try await call.service.configurations().filter { $0.agent.id == agent.id }
            return try call.list(all)
        },
        Route("GET", "/agents/{agent_id}/status") { call in
            let agent = try await call.agent(call.id("agent_id"))
            return try .ok(AgentStatus(busy: try await isBusy(agent.id, call.service), online: agent.enabled))
        },
        Route("POST", "/agents/{agent_id}/events") { call in
            let agent = try await call.agent(call.id("agent_id"))
            return try await EventOperations.activation(of: agent.id, call)
        },
        Route("POST", "/agents/{agent_id}/browse-requests") { call in
            let agent = try await call.agent(call.id("agent_id"))
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
