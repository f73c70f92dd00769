import BackupAPI
import Foundation
import LocalBackup
import Testing

/// Snapshots of plain restic, of other sites and of a lost one, taken in.
@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(10)))
struct AdoptionTests {
    @Test
    func `two hundred snapshots of three hosts are listed, restored, and cleaned up as restic's forget does`()
        async throws
    {
        try await withSite { site in
            let hosts: [(name: String, keep: KeepRules?, options: [String])] = [
                ("web", KeepRules([.daily: 7, .weekly: 4]), ["--keep-daily", "7", "--keep-weekly", "4"]),
                ("db", KeepRules([.last: 5, .monthly: 3]), ["--keep-last", "5", "--keep-monthly", "3"]),
                (
                    "mail", KeepRules([.yearly: 1], within: "20d"),
                    ["--keep-yearly", "1", "--keep-within", "20d"]
                ),
            ]
            try site.makeSnapshots(of: ["web", "db", "mail"], rounds: 66)
            try site.makeSnapshots(of: ["web", "db"], rounds: 1, from: 1_767_225_600 + 66 * 61_200)
            try #require(try site.snapshots().count == 200)
            var expected: Set<String> = []
            for host in hosts { expected.formUnion(try site.kept(["--host", host.name] + host.options)) }

            let service = try await site.open(site.settings(of: hosts.map { ($0.name, $0.keep) }))
            let groups = try await service.snapshotGroups()
            #expect(groups.count == 3)
            #expect(
                Set(groups.map { "\($0.host) \($0.snapshots.count) \($0.owner) \($0.listed)" }) == [
                    "web 67 nobody 0", "db 67 nobody 0", "mail 66 nobody 0",
                ]
            )
            for group in groups {
                #expect(group.paths == ["\(site.folder)/hosts/\(group.host)"])
                let id = LocalBackupService.configurationID(forName: group.host)
                let done = try await service.adopt(group.snapshots, as: id)
                #expect((done.added, done.marked) == (group.snapshots.count, group.snapshots.count))
            }
            #expect(
                try await service.snapshotGroups().allSatisfy {
                    $0.owner == .this && $0.listed == $0.snapshots.count
                }
            )

            let backups = try await service.backups(BackupFilter(limit: 1_000))
            #expect(backups.count == 200)
            #expect(Set(backups.map(\.id)).count == 200)
            #expect(backups.allSatisfy { $0.restorable && $0.state == .completed })
            let times = backups.compactMap(\.startedTime)
            #expect(times == times.sorted(by: >))
            try await expectFiles(of: backups, site, service)

            #expect(try await service.runCleanup().state == .completed)
            #expect(Set(try site.snapshots().map(\.identity)) == expected)
            let left = try await service.backups(BackupFilter(limit: 1_000)).filter(\.restorable)
            #expect(left.count == expected.count)
        }
    }

    /// Restores the oldest, the newest and one in between of each host, and compares each byte.
    private func expectFiles(of backups: [Backup], _ site: TestSite, _ service: LocalBackupService)
        async throws
    {
        for host in ["web", "db", "mail"] {
            let id = LocalBackupService.configurationID(forName: host)
            let own = Array(backups.filter { $0.configuration.id == id }.reversed())
            for round in [0, 31, own.count - 1] {
                let folder = "\(site.folder)/hosts/\(host)"
                #expect(try await service.browse(own[round].id, path: folder).map(\.name) == ["file"])
                let restore = try await service.run(
                    site.draft(own[round], ["hosts/\(host)"], overwriting: true)
                )
                #expect(restore.state == .completed)
                // The last round was made by a second call, which counts from 0.
                let said = round == 66 ? 0 : round
                #expect(site.text("restored\(folder)/file") == "\(said) of \(host)")
            }
        }
    }

    @Test func `what was taken in counts with a configuration's own backups, in the order of the times`()
        async throws
    {
        try await withSite { site in
            try site.makeSnapshots(of: ["web"], rounds: 3)
            let service = try await site.open(site.settings(of: [("web", KeepRules([.last: 2]))]))
            let id = LocalBackupService.configurationID(forName: "web")
            let own = try await service.wait(for: service.start(id, key: nil).id)
            let group = try #require(try await service.snapshotGroups().first { $0.owner == .nobody })
            #expect(try await service.adopt(group.snapshots, as: id).added == 3)
            #expect(try await service.adopt(group.snapshots, as: id).added == 0, "that was done")
            let backups = try await service.backups(BackupFilter())
            #expect(backups.map(\.id).first == own.id)
            #expect(backups.count == 4)
            #expect(try await service.configuration(id).backups.lastCompleted?.id == own.id)
            #expect(backups.last?.local?.adopted?.hostname == "web")
            #expect(try await service.runCleanup().snapshotIDs.count == 2)
            #expect(
                try await service.backups(BackupFilter()).map(\.restorable) == [true, true, false, false]
            )
        }
    }

    @Test func `a lost state comes back from the repository alone`() async throws {
        try await withSite { site in
            let settings = site.settings()
            let first = try await site.open(settings)
            let agent = try await site.agent(of: first)
            let plain = try await first.runNightly()
            try site.write("changed", to: "source/a.txt")
            let keyed = try await first.runNightly(key: "run-1/0#1")
            let before = try site.snapshots()
            await first.shutdown()
            try FileManager.default.moveItem(atPath: site.stateFolder, toPath: site.folder + "/lost")

            let second = try await site.open(settings)
            #expect(try await second.backups(BackupFilter()).isEmpty)
            let groups = try await second.snapshotGroups()
            #expect(groups.map(\.owner) == [.other])
            #expect(groups.first?.agent == agent)
            let done = try await second.adoptAll(of: agent)
            #expect((done.added, done.marked) == (2, 0))
            await second.shutdown()

            let third = try await site.open(settings)
            #expect(try await site.agent(of: third) == agent)
            #expect(try site.snapshots() == before, "no snapshot was changed")
            let found = try await third.backups(BackupFilter())
            #expect(found.count == 2)
            #expect(found.last?.id == plain.id)
            #expect(found.first?.local?.key == keyed.local?.key)
            for (now, then) in zip(found, [keyed, plain]) {
                #expect(now.configuration == then.configuration)
                #expect(now.agent == then.agent)
                #expect(now.state == then.state)
                #expect(now.snapshotID == then.snapshotID)
                #expect(now.restorable && now.local?.configurationName == "nightly")
            }
            #expect(try await third.run(site.draft(found[1])).state == .completed)
            #expect(site.restored("a.txt") == "one")
            #expect(try await third.start(LocalBackupService.nightly, key: "run-1/0#1").id == found[0].id)
            #expect(try await third.adoptAll(of: agent).added == 0)
        }
    }

    @Test func `where something was begun anew the old agent's snapshots are taken over`() async throws {
        try await withSite { site in
            var settings = site.settings()
            settings.configurations[0].keep = KeepRules([.last: 1])
            let first = try await site.open(settings)
            let old = try await site.agent(of: first)
            let lost = try await first.runNightly()
            await first.shutdown()
            try FileManager.default.moveItem(atPath: site.stateFolder, toPath: site.folder + "/lost")
            let second = try await site.open(settings)
            let own = try await second.runNightly()
            let done = try await second.adoptAll(of: old)
            #expect((done.added, done.marked) == (1, 1))
            let found = try await second.backups(BackupFilter())
            #expect(found.map(\.id) == [own.id, lost.id])
            #expect(try await second.run(site.draft(found[1])).state == .completed)
            #expect(try await second.runCleanup().state == .completed)
            #expect(try await second.backups(BackupFilter()).map(\.restorable) == [true, false])
        }
    }

    @Test func `another site's snapshots are refused, and taken only when that is said`() async throws {
        try await withSite { site in
            var neighbour = site.settings()
            neighbour.stateFolder = site.folder + "/neighbour"
            let other = try await site.open(neighbour)
            let theirs = try await other.runNightly()
            let service = try await site.open()
            let group = try #require(try await service.snapshotGroups().first)
            #expect(group.owner == .other)
            let error = await #expect(throws: BackupError.self) {
                try await service.adopt(group.snapshots, as: LocalBackupService.nightly)
            }
            #expect(error?.code == .conflict)
            #expect(
                error?.message
                    == "snapshot '\(group.snapshots[0].prefix(8))' belongs to another site, to agent '\(theirs.agent.id)' on host "
                    + "'test-host', which may go on with it and clean it up"
            )
            #expect(try site.snapshots().map(\.id) == group.snapshots)
            let done = try await service.adopt(
                group.snapshots,
                as: LocalBackupService.nightly,
                takingFromOthers: true
            )
            #expect(done.added == 1)
            #expect(
                try site.snapshots().allSatisfy { $0.tags?.contains("agent:\(theirs.agent.id)") == false }
            )
        }
    }

    @Test func `what was made for a configuration that is gone becomes that of another one`() async throws {
        try await withSite { site in
            let service = try await site.open()
            let old = try await service.runNightly()
            var renamed = site.settings()
            renamed.configurations[0].name = "renamed"
            let id = LocalBackupService.configurationID(forName: "renamed")
            let group = try #require(try await service.snapshotGroups().first)
            let error = await #expect(throws: BackupError.self) {
                try service.replaceConfigurations(site.settings().configurations + renamed.configurations)
                return try await service.adopt(group.snapshots, as: id, takingFromOthers: true)
            }
            #expect(error?.message.hasSuffix("is of this site's configuration 'nightly'") == true)
            try service.replaceConfigurations(renamed.configurations)
            #expect(try await service.adopt(group.snapshots, as: id).added == 1)
            let found = try await service.backups(BackupFilter(configuration: id))
            #expect(found.map(\.id) == [old.id])
            #expect(try await service.run(site.draft(old)).state == .completed)
        }
    }

    @Test func `nothing is taken in for an unknown configuration, or while the repository is in use`()
        async throws
    {
        try await withSite { site in
            try site.makeSnapshots(of: ["web"], rounds: 1)
            let service = try await site.open(try site.slowSettings(uploadLimit: 1024))
            let group = try #require(try await service.snapshotGroups().first)
            let unknown = await #expect(throws: BackupError.self) {
                try await service.adopt(group.snapshots, as: "nosuch")
            }
            #expect(unknown?.code == .unknownConfiguration)
            let gone = await #expect(throws: BackupError.self) {
                try await service.adopt(["0000"], as: LocalBackupService.nightly)
            }
            #expect(gone?.message == "none of these 1 snapshots is in the repository any more")
            let running = try await service.start(LocalBackupService.nightly, key: nil).id
            for try await update in service.updates(of: running) where update.backup.state == .inProgress {
                break
            }
            let busy = await #expect(throws: BackupError.self) {
                try await service.adopt(group.snapshots, as: LocalBackupService.nightly)
            }
            #expect(busy?.code == .repositoryLocked)
            #expect(try site.snapshots().first?.tags == nil)
        }
    }
}
