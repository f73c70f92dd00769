import BackupAPI
import Foundation
import LocalBackup
import Testing

/// Which snapshots a cleanup keeps by restic's policies, and which whatever those say.
@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(5)))
struct RetentionTests {
    private func settings(_ site: TestSite, _ keep: KeepRules) -> LocalSettings {
        var settings = site.settings()
        settings.configurations[0].keep = keep
        return settings
    }

    /// Makes snapshots that look like backups of 'nightly' which this agent has made on these days.
    private func makeOwn(_ site: TestSite, _ days: [String], of service: LocalBackupService, tag: String = "")
        async throws
    {
        let agent = try await site.agent(of: service)
        for day in days {
            _ = try site.restic(
                "backup",
                "--time",
                "\(day) 12:00:00",
                "--host",
                "test-host",
                "--tag",
                "run:\(day),configuration:\(LocalBackupService.nightly),agent:\(agent)"
                    + (tag.isEmpty ? "" : ",\(tag)"),
                site.source
            )
        }
    }

    /// The days of the snapshots that there are.
    private func days(_ site: TestSite) throws -> Set<String> {
        Set(try site.snapshots().map { String($0.time.prefix(10)) })
    }

    @Test(arguments: [
        (KeepRules([.last: 2]), ["--keep-last", "2"]),
        (KeepRules([.daily: 3, .monthly: 2]), ["--keep-daily", "3", "--keep-monthly", "2"]),
        (
            KeepRules([.weekly: 2, .yearly: 1, .hourly: 1]),
            ["--keep-weekly", "2", "--keep-yearly", "1", "--keep-hourly", "1"]
        ),
        (KeepRules(within: "1m2d"), ["--keep-within", "1m2d"]),
    ])
    func `a cleanup keeps what restic's own forget keeps`(keep: KeepRules, options: [String]) async throws {
        try await withSite { site in
            let service = try await site.open(settings(site, keep))
            try await makeOwn(
                site,
                [
                    "2024-12-31", "2025-11-30", "2025-12-30", "2025-12-31", "2026-01-02", "2026-01-30",
                    "2026-02-01",
                ],
                of: service
            )
            let tags =
                "configuration:\(LocalBackupService.nightly),agent:\(try await site.agent(of: service))"
            let expected = try site.kept(["--group-by", "", "--tag", tags] + options)
            #expect(!expected.isEmpty && expected.count < 7)
            let plan = try #require(try await service.cleanupPlans().first)
            #expect(plan.rules == keep.text)
            #expect(plan.snapshots.count == 7)
            #expect(plan.snapshots.count { $0.stays } == expected.count)
            #expect(plan.snapshots.allSatisfy { $0.stays == !$0.reasons.isEmpty })
            #expect(
                plan.snapshots.map(\.time)
                    == plan.snapshots.map(\.time).sorted {
                        $0 ?? .init(microseconds: 0) > $1 ?? .init(microseconds: 0)
                    }
            )
            #expect(try site.snapshots().count == 7, "a plan removes nothing")
            let cleanup = try await service.runCleanup()
            #expect(cleanup.state == .completed)
            #expect(Set(try site.snapshots().map(\.identity)) == expected)
        }
    }

    @Test func `rules by tags keep what has them and the newest complete backup`() async throws {
        try await withSite { site in
            let service = try await site.open(settings(site, KeepRules(tags: ["gold", "year-end,checked"])))
            try await makeOwn(site, ["2026-01-01"], of: service, tag: "gold")
            try await makeOwn(site, ["2026-01-02"], of: service, tag: "checked")
            try await makeOwn(site, ["2026-01-03"], of: service, tag: "checked,year-end")
            let newest = try await service.runNightly()
            let plan = try #require(try await service.cleanupPlans(of: [LocalBackupService.nightly]).first)
            #expect(plan.removed.compactMap { $0.time?.wholeSeconds.prefix(10) } == ["2026-01-02"])
            #expect(plan.snapshots.first?.backup == newest.id)
            #expect(plan.snapshots.first?.reasons == ["the newest complete backup"])
            #expect(try await service.runCleanup().state == .completed)
            #expect(try days(site).isSuperset(of: ["2026-01-01", "2026-01-03"]))
            #expect(try site.snapshots().count == 3)
            #expect(try await service.backup(newest.id).restorable)
        }
    }

    @Test func `rules that would keep nothing remove nothing, and that is a warning`() async throws {
        try await withSite { site in
            let service = try await site.open(settings(site, KeepRules(tags: ["nosuch"])))
            try await makeOwn(site, ["2026-01-01", "2026-01-02"], of: service)
            let plan = try #require(try await service.cleanupPlans().first)
            #expect(plan.removed.isEmpty)
            #expect(
                plan.problem?.hasPrefix(
                    "the rules of 'nightly' (tag nosuch) would keep none of its 2 snapshots"
                ) == true
            )
            let cleanup = try await service.runCleanup()
            #expect(cleanup.state == .completedWithErrors)
            #expect(cleanup.errors.reason == "rules_keep_nothing")
            #expect(
                cleanup.errors.diagnostics?.contains(
                    "give 'keep' a rule that keeps something, such as last: 1"
                ) == true
            )
            #expect(cleanup.snapshotIDs.isEmpty)
            #expect(try site.snapshots().count == 2)
        }
    }

    @Test func `a snapshot from the future does not take the place of the newest complete one`() async throws
    {
        try await withSite { site in
            let service = try await site.open(settings(site, KeepRules([.last: 1])))
            let old = try await service.runNightly()
            let good = try await service.runNightly()
            try await makeOwn(site, ["2090-01-01"], of: service)
            let cleanup = try await service.runCleanup()
            #expect(cleanup.snapshotIDs == [1])
            #expect(try await !service.backup(old.id).restorable)
            #expect(try await service.backup(good.id).restorable)
            #expect(try days(site).contains("2090-01-01"))
        }
    }

    @Test func `a cleanup of named configurations leaves the others alone`() async throws {
        try await withSite { site in
            var settings = settings(site, KeepRules([.last: 1]))
            var other = settings.configurations[0]
            other.name = "other"
            settings.configurations.append(other)
            let service = try await site.open(settings)
            let otherID = LocalBackupService.configurationID(forName: "other")
            for _ in 0..<2 {
                _ = try await service.runNightly()
                _ = try await service.wait(for: service.start(otherID, key: nil).id)
            }
            let agent = try await site.agent(of: service)
            let cleanup = try await service.waitForCleanup(
                service.startCleanup(agent, of: [otherID], key: "k").id
            )
            #expect(cleanup.snapshotIDs == [2])
            #expect(try await service.startCleanup(agent, of: [otherID], key: "k").id == cleanup.id)
            let error = await #expect(throws: BackupError.self) {
                try await service.startCleanup(agent, of: ["nosuch"], key: nil)
            }
            #expect(error?.code == .unknownConfiguration)
        }
    }

    @Test(arguments: [
        (KeepRules(), 0, "keep: it has no rule, and would keep nothing"),
        (KeepRules([.last: -1]), 0, "keep.last: -1 is not from 1 to 100000"),
        (KeepRules([.last: 1]), 5, "retention, keep: both say how long backups stay, and one of them can"),
    ])
    func `rules that some restic would take for the removal of all are refused`(
        keep: KeepRules,
        days: Int,
        problem: String
    ) async throws {
        try await withSite { site in
            var settings = settings(site, keep)
            settings.configurations[0].retention = Retention(days: days)
            let error = await #expect(throws: BackupError.self) { try await site.open(settings) }
            #expect(error?.code == .invalidConfiguration)
            #expect(error?.message == "configuration 'nightly': \(problem)")
        }
    }
}
