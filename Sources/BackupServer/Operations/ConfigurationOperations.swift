import BackupAPI

/// Configurations (contract 2.4).
enum ConfigurationOperations {
    static let routes = [
        Route("POST", "/configurations") { call in
            let (agent, draft) = try call.object { body -> (String, ConfigurationDraft)? in
                let agent = body.string("agent_id")
                let draft = ConfigurationReader.draft(&body)
                return agent.flatMap { agent in draft.map { (agent, $0) } }
            }
            _ = try await call.agent(ResourceID(agent))
            try check(draft)
            let made = try await call.service.create(draft)
            let shown = call.links.shown(made, project: call.principal.project)
            return try .created(
                ConfigurationDetails(configuration: shown, isCreated: true),
                at: call.links.href("configurations", made.id.rawValue)
            )
        },
        Route("GET", "/configurations") { call in
            var all = try await call.service.configurations()
            if try call.query.flag("restorable") ?? false {
                let restorable = try await call.service.restorableConfigurations()
                all = all.filter { restorable.contains($0.id) }
            }
            return try call.list(all)
        },
        Route("GET", "/configurations/{configuration_id}") { call in
            let configuration = try await call.service.configuration(call.id("configuration_id"))
            let shown = call.links.shown(configuration, project: call.principal.project)
            return try .ok(ConfigurationDetails(configuration: shown))
        },
        Route("PATCH", "/configurations/{configuration_id}") { call in
            let id = call.id("configuration_id", of: Configuration.self)
            let configuration = try await call.service.configuration(id)
            let changes = try ConfigurationReader.changes(call.json())
            try check(ConfigurationDraft(configuration).changed(by: changes))
            _ = try await call.service.update(id, changes)
            return .noContent
        },
        Route("DELETE", "/configurations/{configuration_id}") { call in
            do { try await call.service.delete(call.id("configuration_id")) } catch let error as BackupError
                where error.code == .unknownConfiguration
            {
                return Answer(status: 404)
            }
            return .noContent
        },
    ]

    /// Throws a 400 with each rule of the contract that the configuration breaks.
    private static func check(_ draft: ConfigurationDraft) throws(Fault) {
        let problems = draft.problems
        guard problems.isEmpty else { throw .validation(problems) }
    }
}
