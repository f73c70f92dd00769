internal import BackupAPI

enum CleanupRules {
    static let all: [Rule] = [
        Rule.whole("the start of a cleanup answers a record of the contract's shape") { fixture, whole in
            let cleanup = try await fixture.service.startCleanup(whole.agent, key: nil)
            let expected = Cleanup(
                projectID: cleanup.projectID,
                id: cleanup.id,
                agent: .init(id: whole.agent, links: cleanup.agent.links),
                errors: ErrorSummary(links: cleanup.errors.links),
                links: cleanup.links
            )
            try expect(cleanup == expected, "\(expected)", found: cleanup)
            let rels = (cleanup.links + cleanup.errors.links + cleanup.agent.links).map(\.rel)
            try expect(rels == ["self", "events", "full", "full"], "the contract's links", found: rels)
            _ = try await fixture.finished(cleanup.id)
        },
        Rule.whole("a cleanup completes, with its times and without losing a young backup") {
            fixture,
            whole in
            let backup = try await fixture.finished(fixture.completing)
            let cleanup = try await fixture.cleanedUp(whole)
            try expect(cleanup.state == .completed, "completed", found: cleanup)
            guard let started = cleanup.startedTime, let ended = cleanup.endedTime else {
                throw ContractViolation(expected: "both times", found: "\(cleanup)")
            }
            try expect(ended >= started, "an end after the start", found: "\(started) to \(ended)")
            let errors = try await fixture.service.errors(ofCleanup: cleanup.id)
            try expect(errors.count == 0 && errors.list.isEmpty, "no errors", found: errors)
            let read = try await fixture.service.backup(backup.id)
            try expect(read == backup, "'\(backup.id)' as it was", found: read)
        },
        Rule.whole("cleanups that are started with one key are one cleanup") { fixture, whole in
            let first = try await fixture.service.startCleanup(whole.agent, key: "contract/cleanup#1")
            let second = try await fixture.service.startCleanup(whole.agent, key: "contract/cleanup#1")
            try expect(second.id == first.id, "'\(first.id)' again", found: second.id)
            let final = try await fixture.finished(first.id)
            let third = try await fixture.service.startCleanup(whole.agent, key: "contract/cleanup#1")
            try expect(third == final, "the final record of '\(first.id)' again", found: third)
            let other = try await fixture.service.startCleanup(whole.agent, key: nil)
            try expect(other.id != first.id, "another cleanup", found: other.id)
            _ = try await fixture.finished(other.id)
        },
        Rule.whole("a cleanup that is over cannot be stopped") { fixture, whole in
            let final = try await fixture.cleanedUp(whole)
            try await expect(.conflict, of: "stopping a cleanup that is \(final.state)") {
                _ = try await fixture.service.stopCleanup(final.id)
            }
            let read = try await fixture.service.cleanup(final.id)
            try expect(read == final, "the record of '\(final.id)' as it was", found: read)
        },
        Rule.whole("an unknown cleanup is refused as unknown_cleanup, an unknown agent as unknown_agent") {
            fixture,
            _ in
            let unknown: ResourceID<Cleanup> = "00000000-dead-4000-8000-000000000000"
            try await expect(.unknownCleanup, of: "reading '\(unknown)'") {
                _ = try await fixture.service.cleanup(unknown)
            }
            try await expect(.unknownCleanup, of: "stopping '\(unknown)'") {
                _ = try await fixture.service.stopCleanup(unknown)
            }
            try await expect(.unknownCleanup, of: "the errors of '\(unknown)'") {
                _ = try await fixture.service.errors(ofCleanup: unknown)
            }
            try await expect(.unknownAgent, of: "a cleanup of '\(unknown)'") {
                _ = try await fixture.service.startCleanup(ResourceID(unknown.rawValue), key: nil)
            }
        },
    ]
}
