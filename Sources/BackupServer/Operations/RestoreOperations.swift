import BackupAPI

/// Restores (contract 2.5).
enum RestoreOperations {
    static let routes = [
        Route("POST", "/restores") { call in
            let key = try call.idempotencyKey()
            let draft = try call.object(readRestore)
            if let folders = call.settings.restoreBelow { try RestoreBounds(folders: folders).check(draft) }
            _ = try await call.agent(draft.destinationAgent)
            let restore = try await call.service.startRestore(draft, key: key)
            guard restore.isOf(draft) else { throw Fault.keyTaken("the restore", restore.id.rawValue) }
            let shown = call.links.shown(restore, project: call.principal.project)
            return try .created(shown, at: call.links.href("restores", restore.id.rawValue))
        },
        Route("GET", "/restores") { call in
            let paging = try call.query.paging(isAscendingByDefault: false)
            let found = try await call.service.restores(paging.page())
            let list = try Answer.ok(
                PageBody(
                    name: "restores",
                    items: found.map {
                        RestoreItem(restore: call.links.shown($0, project: call.principal.project))
                    },
                    links: call.links.pages(["restores"], paging, ids: found.map(\.id.rawValue))
                )
            )
            let draft = RestoreDraft(backup: "", destinationAgent: "", inclusions: [])
            return try await call.answer(list, tellingFateOf: .restore(draft), in: "restores")
        },
        Route("GET", "/restores/{restore_id}") { call in
            let restore = try await call.service.restore(call.id("restore_id"))
            return try .ok(call.links.shown(restore, project: call.principal.project))
        },
        Route("PATCH", "/restores/{restore_id}") { call in
            let id = try await call.service.restore(call.id("restore_id")).id
            return try await RunPatch.restore.answer(call) { _ = try await call.service.stopRestore(id) }
        },
        Route("GET", "/restores/{restore_id}/errors") { call in
            let id = call.id("restore_id", of: Restore.self)
            let errors = try await call.service.errors(ofRestore: id)
            return try .ok(call.links.shown(errors, of: "restores", id.rawValue))
        },
    ]

    /// Reads a restore; the documentation writes the agent's key in two ways (contract 6.2.1).
    private static func readRestore(_ body: inout ObjectReader) -> RestoreDraft? {
        let backup = body.string("backup_id")
        let agent = body.optionalString("destination_agent_ID") ?? body.string("destination_agent_id")
        let path = body.optionalString("destination_path")
        let overwrites = body.optionalFlag("overwrite_files") ?? false
        body.readNoPassword()
        let inclusions = body.rules("inclusions")
        let exclusions = body.rules("exclusions")
        guard let backup, let agent, let inclusions, let exclusions else { return nil }
        if inclusions.isEmpty { body.note("inclusions: at least one path is needed") }
        for rule in inclusions + exclusions where !rule.path.isAbsolutePath {
            body.note("path '\(rule.path)' is not absolute")
        }
        return RestoreDraft(
            backup: ResourceID(backup),
            destinationAgent: ResourceID(agent),
            destinationPath: path,
            overwriteFiles: overwrites,
            inclusions: inclusions,
            exclusions: exclusions
        )
    }
}

extension Restore {
    /// Whether this is what the draft asks for; paths are compared as bytes.
    fileprivate func isOf(_ draft: RestoreDraft) -> Bool {
        func bytes(_ path: String?) -> [UInt8]? { path.map { Array($0.utf8) } }
        func areEqual(_ left: [PathRule], _ right: [PathRule]) -> Bool {
            left.elementsEqual(right) { $0.type == $1.type && bytes($0.path) == bytes($1.path) }
        }
        return backup.id == draft.backup && destinationAgent.id == draft.destinationAgent
            && bytes(destinationPath) == bytes(draft.destinationPath)
            && overwriteFiles == draft.overwriteFiles && areEqual(inclusions, draft.inclusions)
            && areEqual(exclusions, draft.exclusions)
    }
}
