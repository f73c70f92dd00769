import BackupAPI

/// Cleanups (contract 2.8).
enum CleanupOperations {
    static let routes = [
        Route("POST", "/cleanups") { call in
            let key = try call.idempotencyKey()
            let id = try call.object { body -> String? in
                let id = body.string("agent_id")
                body.readStartState()
                return id
            }
            let cleanup = try await call.service.startCleanup(ResourceID(id), key: key)
            guard cleanup.agent.id.rawValue == id else {
                throw Fault.keyTaken("the cleanup", cleanup.id.rawValue)
            }
            let shown = call.links.shown(cleanup, project: call.principal.project)
            return try .created(shown, at: call.links.href("cleanups", cleanup.id.rawValue))
        },
        Route("GET", "/cleanups") { call in
            let paging = try call.query.paging(isAscendingByDefault: false)
            let found = try await call.service.cleanups(paging.page())
            let list = try Answer.ok(
                PageBody(
                    name: "cleanups",
                    items: found.map { call.links.shown($0, project: call.principal.project) },
                    links: call.links.pages(["cleanups"], paging, ids: found.map(\.id.rawValue))
                )
            )
            return try await call.answer(list, tellingFateOf: .cleanup(""), in: "cleanups")
        },
        Route("GET", "/cleanups/{cleanup_id}") { call in
            let cleanup = try await call.service.cleanup(call.id("cleanup_id"))
            return try .ok(call.links.shown(cleanup, project: call.principal.project))
        },
        Route("PATCH", "/cleanups/{cleanup_id}") { call in
            let id = try await call.service.cleanup(call.id("cleanup_id")).id
            return try await RunPatch.cleanup.answer(call) { _ = try await call.service.stopCleanup(id) }
        },
        Route("GET", "/cleanups/{cleanup_id}/errors") { call in
            let id = call.id("cleanup_id", of: Cleanup.self)
            let errors = try await call.service.errors(ofCleanup: id)
            return try .ok(call.links.shown(errors, of: "cleanups", id.rawValue))
        },
    ]
}
