import BackupAPI

/// Lists of activities (contract 2.6).
enum ActivityOperations {
    static let routes = [
        Route("GET", "/activities") { call in
            try await list(ActivityFilter(), at: ["activities"], call)
        },
        Route("GET", "/agents/{agent_id}/activities") { call in
            let agent = try await call.agent(call.id("agent_id"))
            return try await list(
                ActivityFilter(agent: agent.id),
                at: ["agents", agent.id.rawValue, "activities"],
                call
            )
        },
        Route("GET", "/configurations/{configuration_id}/activities") { call in
            let id = try await call.service.configuration(call.id("configuration_id")).id
            let found = try await list(
                ActivityFilter(configuration: id),
                at: ["configurations", id.rawValue, "activities"],
                call
            )
            return try await call.answer(found, tellingFateOf: .backup(id), in: "backups")
        },
    ]

    private static func list(
        _ filter: ActivityFilter,
        at segments: [String],
        _ call: Call
    ) async throws -> Answer {
        let paging = try call.query.paging(isAscendingByDefault: false)
        var filter = filter
        filter.page = paging.page()
        let found = try await call.service.activities(filter)
        return try .ok(
            PageBody(
                name: "activities",
                items: found.map(call.links.shown),
                links: call.links.pages(segments, paging, ids: found.map(\.id.rawValue))
            )
        )
    }
}
