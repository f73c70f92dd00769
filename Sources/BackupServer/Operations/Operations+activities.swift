import BackupAPI

extension Operations {
    static let activities = [
        Route("GET", "/activities") { call in
            try await activities(ActivityFilter(), at: ["activities"], call)
        },
        Route("GET", "/agents/{agent_id}/activities") { call in
            let agent = try await agent(call.id("agent_id"), of: call.service)
            return try await activities(
                ActivityFilter(agent: agent.id),
                at: ["agents", agent.id.rawValue, "activities"],
                call
            )
        },
        Route("GET", "/configurations/{configuration_id}/activities") { call in
            let id = try await call.service.configuration(call.id("configuration_id")).id
            let list = try await activities(
                ActivityFilter(configuration: id),
                at: ["configurations", id.rawValue, "activities"],
                call
            )
            return try await answer(list, tellingFateOf: .backup(id), in: "backups", call)
        },
    ]

    private static func activities(
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
