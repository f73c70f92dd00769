internal import BackupAPI

enum RestoreStartRules {
    static let all: [Rule] = [
        Rule.whole("the start of a restore answers a record of the contract's shape") { fixture, whole in
            let backup = try await fixture.finished(fixture.completing)
            let draft = whole.restore(of: backup)
            let restore = try await fixture.service.startRestore(draft, key: nil)
            let id = restore.id
            let expected = Restore(
                projectID: restore.projectID,
                id: id,
                backup: .init(id: backup.id, links: restore.backup.links),
                destinationAgent: .init(id: whole.agent, links: restore.destinationAgent.links),
                destinationPath: draft.destinationPath,
                inclusions: draft.inclusions,
                errors: ErrorSummary(links: restore.errors.links),
                links: restore.links
            )
            try expect(restore == expected, "\(expected)", found: restore)
            try expect(restore.links.map(\.rel) == ["self", "events"], "two links", found: restore.links)
            let links = [restore.backup.links, restore.destinationAgent.links, restore.errors.links]
            try expect(links.allSatisfy { $0.map(\.rel) == ["full"] }, "a full link each", found: links)
            try expect(
                restore.errors.links.allSatisfy { $0.href.hasSuffix("/restores/\(id)/errors") },
                "a link to the errors of '\(id)'",
                found: restore.errors.links
            )
            _ = try await fixture.finished(id)
        },
        Rule.whole("restores that are started with one key are one restore") { fixture, whole in
            let draft = whole.restore(of: try await fixture.finished(fixture.completing))
            let ids = try await withThrowingTaskGroup { group in
                for _ in 0..<10 {
                    group.addTask {
                        try await fixture.service.startRestore(draft, key: "contract/restore#1").id
                    }
                }
                return try await group.reduce(into: Set<ResourceID<Restore>>()) { $0.insert($1) }
            }
            try expect(ids.count == 1, "one id", found: ids)
            for id in ids { _ = try await fixture.finished(id) }
            let again = try await fixture.service.startRestore(draft, key: "contract/restore#1")
            try expect(ids.contains(again.id), "\(ids) again", found: again.id)
            let other = try await fixture.service.startRestore(draft, key: "contract/restore#2")
            try expect(!ids.contains(other.id), "another restore than \(ids)", found: other.id)
            _ = try await fixture.finished(other.id)
        },
        Rule.whole("a restore from an unknown backup is refused as unknown_backup") { fixture, whole in
            var draft = whole.restore(of: try await fixture.finished(fixture.completing))
            draft.backup = "00000000-dead-4000-8000-000000000000"
            try await expect(.unknownBackup, of: "a restore from '\(draft.backup)'") {
                _ = try await fixture.service.startRestore(draft, key: nil)
            }
        },
        Rule.whole("a restore that cannot be done is refused as invalid_request") { fixture, whole in
            let draft = whole.restore(of: try await fixture.finished(fixture.completing))
            let before = try await fixture.service.restores(Page()).map(\.id)
            let wrong: [(String, @Sendable (inout RestoreDraft) -> Void)] = [
                ("without inclusions", { $0.inclusions = [] }),
                ("to a relative path", { $0.destinationPath = "relative" }),
                ("to an unknown agent", { $0.destinationAgent = "00000000-dead-4000-8000-000000000000" }),
                ("of a relative path", { $0.inclusions = [PathRule(type: .file, path: "relative")] }),
            ]
            for (what, change) in wrong {
                var draft = draft
                change(&draft)
                try await expect(.invalidRequest, of: "a restore \(what)") { [draft] in
                    _ = try await fixture.service.startRestore(draft, key: nil)
                }
            }
            let failed = try await fixture.finished(fixture.failing)
            try await expect(.invalidRequest, of: "a restore from a failed backup") {
                _ = try await fixture.service.startRestore(whole.restore(of: failed), key: nil)
            }
            let after = try await fixture.service.restores(Page()).map(\.id)
            try expect(after == before, "no new restore: \(before)", found: after)
        },
    ]
}
