internal import BackupAPI

enum PageRules {
    static let all: [Rule] = [
        Rule.whole("a page of backups follows its marker, in either direction") { fixture, _ in
            let ids = try await fixture.threeBackups()
            let service = fixture.service
            let older = try await service.backups(BackupFilter(limit: 2, marker: ids[2])).map(\.id)
            try expect(older == [ids[1], ids[0]], "\([ids[1], ids[0]])", found: older)
            let newer = BackupFilter(limit: 1, marker: ids[0], isAscending: true)
            let next = try await service.backups(newer).map(\.id)
            try expect(next == [ids[1]], "\([ids[1]])", found: next)
            let ascending = try await service.backups(BackupFilter(isAscending: true)).map(\.id)
            try expect(ascending.suffix(3) == ids[...], "\(ids) at the end", found: ascending)
        },
        Rule.whole("pages of restores and of cleanups follow their markers, in either direction") {
            fixture,
            whole in
            let backup = try await fixture.finished(fixture.completing)
            let restores = try await [1, 2, 3].asyncMap { _ in
                let restore = try await fixture.service.startRestore(whole.restore(of: backup), key: nil)
                return try await fixture.finished(restore.id).id
            }
            let cleanups = try await [1, 2, 3].asyncMap { _ in try await fixture.cleanedUp(whole).id }
            try await check(restores) { try await fixture.service.restores($0).map(\.id) }
            try await check(cleanups) { try await fixture.service.cleanups($0).map(\.id) }
        },
        Rule.whole("a page after an unknown marker, or of less than one item, is refused as invalid_request")
        {
            fixture,
            _ in
            let service = fixture.service
            let unknown = "00000000-dead-4000-8000-000000000000"
            for limit in [100, 0] {
                let marker = limit == 100 ? unknown : nil
                let what = marker.map { "after '\($0)'" } ?? "of no item"
                try await expect(.invalidRequest, of: "backups \(what)") {
                    _ = try await service.backups(
                        BackupFilter(limit: limit, marker: marker.map { ResourceID($0) })
                    )
                }
                try await expect(.invalidRequest, of: "restores \(what)") {
                    _ = try await service.restores(Page(after: marker.map { ResourceID($0) }, limit: limit))
                }
                try await expect(.invalidRequest, of: "cleanups \(what)") {
                    _ = try await service.cleanups(Page(after: marker.map { ResourceID($0) }, limit: limit))
                }
                try await expect(.invalidRequest, of: "activities \(what)") {
                    let page = Page<Activity>(after: marker.map { ResourceID($0) }, limit: limit)
                    _ = try await service.activities(ActivityFilter(page: page))
                }
            }
        },
    ]

    /// Checks pages of a list whose newest items are these, oldest first.
    private static func check<Item>(
        _ ids: [ResourceID<Item>],
        _ list: (Page<Item>) async throws -> [ResourceID<Item>]
    ) async throws {
        let newest = try await list(Page(limit: 2))
        try expect(newest == [ids[2], ids[1]], "the newest first: \([ids[2], ids[1]])", found: newest)
        let older = try await list(Page(after: ids[2], limit: 2))
        try expect(older == [ids[1], ids[0]], "\([ids[1], ids[0]])", found: older)
        let next = try await list(Page(after: ids[0], limit: 1, isAscending: true))
        try expect(next == [ids[1]], "\([ids[1]])", found: next)
    }
}

extension Fixture {
    /// The ids of three backups, oldest first.
    fileprivate func threeBackups() async throws -> [ResourceID<Backup>] {
        try await [completing, failing, completing].asyncMap { try await finished($0).id }
    }
}
