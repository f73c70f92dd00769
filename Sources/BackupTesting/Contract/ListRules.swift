internal import BackupAPI

enum ListRules {
    static let all: [Rule] = [
        Rule("backups are listed newest first") { fixture in
            let ids = try await startThree(in: fixture)
            let listed = try await fixture.service.backups(BackupFilter()).map(\.id)
            try expect(
                listed.filter(ids.contains) == ids.reversed(),
                "\(Array(ids.reversed()))",
                found: listed
            )
        },
        Rule("a list of backups has at most as many as wanted, the newest") { fixture in
            let ids = try await startThree(in: fixture)
            let listed = try await fixture.service.backups(BackupFilter(limit: 2)).map(\.id)
            try expect(listed == [ids[2], ids[1]], "\([ids[2], ids[1]])", found: listed)
        },
        Rule("backups are listed by their configuration") { fixture in
            let wanted = try await fixture.finished(fixture.failing)
            let other = try await fixture.finished(fixture.completing)
            let filter = BackupFilter(configuration: fixture.failing)
            let listed = try await fixture.service.backups(filter)
            try expect(listed.contains { $0.id == wanted.id }, "'\(wanted.id)'", found: listed.map(\.id))
            try expect(!listed.contains { $0.id == other.id }, "no '\(other.id)'", found: listed.map(\.id))
        },
        Rule("backups are listed by their state") { fixture in
            let completed = try await fixture.finished(fixture.completing)
            let failed = try await fixture.finished(fixture.failing)
            let listed = try await fixture.service.backups(BackupFilter(states: [.completed, .stopped]))
            try expect(
                listed.contains { $0.id == completed.id },
                "'\(completed.id)'",
                found: listed.map(\.id)
            )
            try expect(!listed.contains { $0.id == failed.id }, "no '\(failed.id)'", found: listed.map(\.id))
        },
        Rule("a listed backup is in the state that it is read in") { fixture in
            let final = try await fixture.finished(fixture.completing)
            let listed = try await fixture.service.backups(BackupFilter()).first { $0.id == final.id }
            try expect(
                listed?.state == final.state,
                "\(final.state)",
                found: "\(listed?.state, default: "no such backup")"
            )
        },
    ]

    private static func startThree(in fixture: Fixture) async throws -> [ResourceID<Backup>] {
        var ids: [ResourceID<Backup>] = []
        for configuration in [fixture.completing, fixture.failing, fixture.completing] {
            ids.append(try await fixture.finished(configuration).id)
        }
        return ids
    }
}
