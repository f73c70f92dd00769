internal import BackupAPI

// The rules hold for services that keep keys. One that cannot, as the documented API cannot, has tests of its own.

enum FateRules {
    static let all: [Rule] = [
        Rule("a start that happened is found by its key, a running one and one that is over") { fixture in
            let request = StartRequest.backup(fixture.runningUntilStopped)
            let watermark = try await fixture.watermark(request)
            let backup = try await fixture.service.start(fixture.runningUntilStopped, key: "contract/fate#1")
            try await fixture.expectFate(.happened(id: backup.id.rawValue), request, "fate#1", watermark)
            try await fixture.stopped(backup)
            try await fixture.expectFate(.happened(id: backup.id.rawValue), request, "fate#1", watermark)
        },
        Rule("a start that did not happen is absent, and starts one with its key then") { fixture in
            let request = StartRequest.backup(fixture.completing)
            let watermark = try await fixture.watermark(request)
            let other = try await fixture.finished(fixture.completing)
            try await fixture.expectFate(.absent, request, "fate#2", watermark)
            let backup = try await fixture.service.start(fixture.completing, key: "contract/fate#2")
            try expect(backup.id != other.id, "another backup than '\(other.id)'", found: backup.id)
            try await fixture.expectFate(.happened(id: backup.id.rawValue), request, "fate#2", watermark)
        },
        Rule("asking for a fate starts nothing") { fixture in
            let request = StartRequest.backup(fixture.completing)
            let before = try await fixture.service.backups(BackupFilter(configuration: fixture.completing))
            let watermark = try await fixture.watermark(request)
            try await fixture.expectFate(.absent, request, "fate#3", watermark)
            let after = try await fixture.service.backups(BackupFilter(configuration: fixture.completing))
            try expect(after == before, "the backups as they were", found: after)
        },
        Rule("of two lost starts of one configuration each finds its own, and none the claimed of others") {
            fixture in
            let request = StartRequest.backup(fixture.completing)
            let watermark = try await fixture.watermark(request)
            let first = try await fixture.service.start(fixture.completing, key: "contract/fate#4").id
                .rawValue
            let second = try await fixture.service.start(fixture.completing, key: "contract/fate#5").id
                .rawValue
            try await fixture.expectFate(.happened(id: second), request, "fate#5", watermark)
            try await fixture.expectFate(
                .happened(id: first),
                request,
                "fate#4",
                watermark,
                claimed: [second]
            )
            let claimed: Set = [first, second]
            try await fixture.expectFate(.absent, request, "fate#6", watermark, claimed: claimed)
        },
        Rule("a second instance knows the fates of the first's starts") { fixture in
            guard let makeSecondInstance = fixture.makeSecondInstance else { return }
            let request = StartRequest.backup(fixture.completing)
            let watermark = try await fixture.watermark(request)
            let backup = try await fixture.service.start(fixture.completing, key: "contract/fate#7")
            var second = fixture
            second.service = try await makeSecondInstance()
            try await second.expectFate(.happened(id: backup.id.rawValue), request, "fate#7", watermark)
            try await second.expectFate(.absent, request, "fate#8", watermark)
        },
        Rule.whole("the fate of a restore is known by its key") { fixture, whole in
            let draft = whole.restore(of: try await fixture.finished(fixture.completing))
            try await fixture.followFate(of: .restore(draft), "fate#9", other: "fate#10") { key in
                let id = try await fixture.service.startRestore(draft, key: key).id
                return (id.rawValue, { _ = try await fixture.finished(id) })
            }
        },
        Rule.whole("the fate of a cleanup is known by its key") { fixture, whole in
            try await fixture.followFate(of: .cleanup(whole.agent), "fate#11", other: "fate#12") { key in
                let id = try await fixture.service.startCleanup(whole.agent, key: key).id
                return (id.rawValue, { _ = try await fixture.finished(id) })
            }
        },
    ]
}

extension Fixture {
    /// What the service remembers before a start: at most 64 KiB.
    fileprivate func watermark(_ request: StartRequest) async throws -> String {
        let watermark = try await service.watermark(before: request)
        let count = watermark.utf8.count
        try expect(count <= 64 << 10, "a watermark of at most 65536 bytes", found: "\(count) bytes")
        return watermark
    }

    /// A start is absent before, has happened while it runs and when it is over, and is not that of another key.
    fileprivate func followFate(
        of request: StartRequest,
        _ key: String,
        other: String,
        start: (_ key: String) async throws -> (id: String, finish: () async throws -> Void)
    ) async throws {
        let watermark = try await watermark(request)
        try await expectFate(.absent, request, key, watermark)
        let (id, finish) = try await start("contract/\(key)")
        try await expectFate(.happened(id: id), request, key, watermark)
        try await finish()
        try await expectFate(.happened(id: id), request, key, watermark)
        try await expectFate(.absent, request, other, watermark, claimed: [id])
    }

    /// Asks for a fate twice: the answer stays the same.
    fileprivate func expectFate(
        _ expected: StartFate,
        _ request: StartRequest,
        _ key: String,
        _ watermark: String,
        claimed: Set<String> = []
    ) async throws {
        for _ in 0..<2 {
            let fate = try await service.reconcile(
                request,
                key: "contract/\(key)",
                watermark: watermark,
                claimed: claimed
            )
            try expect(fate == expected, "\(expected) of '\(key)'", found: fate)
        }
    }
}
