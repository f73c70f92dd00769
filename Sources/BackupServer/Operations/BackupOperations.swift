import BackupAPI

/// Backups (contract 2.3).
enum BackupOperations {
    static let routes = [
        Route("POST", "/backups") { call in
            let key = try call.idempotencyKey()
            let id = try call.object { body -> String? in
                let id = body.string("configuration_id")
                body.readStartState()
                return id
            }
            let backup = try await call.service.start(ResourceID(id), key: key)
            guard backup.configuration.id.rawValue == id else {
                throw Fault.keyTaken("the backup", backup.id.rawValue)
            }
            let shown = call.links.shown(backup, project: call.principal.project)
            return try .created(shown, at: call.links.href("backups", backup.id.rawValue))
        },
        Route("GET", "/backups") { call in try await listBackups(call) },
        Route("GET", "/backups/{backup_id}") { call in
            let backup = try await call.service.backup(call.id("backup_id"))
            return try .ok(call.links.shown(backup, project: call.principal.project))
        },
        Route("PATCH", "/backups/{backup_id}") { call in
            let id = try await call.service.backup(call.id("backup_id")).id
            return try await RunPatch.backup.answer(call) { _ = try await call.service.stop(id) }
        },
        Route("POST", "/backups/{backup_id}/browse-requests") { call in
            let id = try await call.service.backup(call.id("backup_id")).id
            let (agent, path) = try call.object { body -> (String, String)? in
                let agent = body.string("agent_id")
                body.readNoPassword()
                let path = BrowseDesk.path(in: &body)
                return agent.flatMap { agent in path.map { (agent, $0) } }
            }
            let found = try await call.agent(ResourceID(agent))
            let request = try await call.desk.browse(.backup(id), path: path, agent: found.id)
            return .accepted(at: call.links.href("backups", id.rawValue, "browse-requests", request))
        },
        Route("GET", "/backups/{backup_id}/browse-requests/{request_id}") { call in
            try .ok(
                try await call.desk.result(
                    call.parameters["request_id"] ?? "",
                    ofBackup: call.id("backup_id")
                )
            )
        },
        Route("GET", "/backups/{backup_id}/errors") { call in
            let id = call.id("backup_id", of: Backup.self)
            return try .ok(
                call.links.shown(try await call.service.errors(of: id), of: "backups", id.rawValue)
            )
        },
    ]

    private static func listBackups(_ call: Call) async throws -> Answer {
        let paging = try call.query.paging(isAscendingByDefault: false)
        let isRestorable = try call.query.flag("restorable") ?? false
        let configuration = call.query["configuration_id"]
        if configuration != nil, !isRestorable {
            throw Fault.badRequest("configuration_id is only valid together with restorable=true")
        }
        let filter = BackupFilter(
            configuration: configuration.map { ResourceID($0) },
            limit: paging.limit,
            marker: paging.marker.map { ResourceID($0) },
            isAscending: paging.isAscending
        )
        let found = try await call.service.backups(filter, isRestorable: isRestorable)
        var filters = call.query["restorable"].map { [("restorable", $0)] } ?? []
        filters += configuration.map { [("configuration_id", $0)] } ?? []
        return try .ok(
            PageBody(
                name: "backups",
                items: found.map { call.links.shown($0, project: call.principal.project) },
                links: call.links.pages(["backups"], paging, ids: found.map(\.id.rawValue), filters: filters)
            )
        )
    }
}

extension BackupService {
    /// The backups that match, only the restorable ones if wanted; the service itself cannot tell these apart.
    func backups(_ filter: BackupFilter, isRestorable: Bool) async throws -> [Backup] {
        guard isRestorable else { return try await backups(filter) }
        var found: [Backup] = []
        var page = filter
        // Few of many may be restorable: a short list is not made of many short questions.
        page.limit = max(filter.limit, 500)
        while found.count < filter.limit {
            let part = try await backups(page)
            found += part.filter(\.restorable)
            guard part.count == page.limit, let last = part.last else { break }
            page.marker = last.id
        }
        return Array(found.prefix(filter.limit))
    }
}
