import BackupAPI
import Foundation
import Glibc
import LocalBackup
import Testing

/// How many backups run at one time, and what becomes of a restic that somebody else has ended.
@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(5)))
struct ParallelTests {
    /// Settings with a restic whose backups write their names down and wait for the file `go`.
    private func waiting(_ site: TestSite, count: Int) throws -> LocalSettings {
        var settings = site.settings()
        settings.resticProgram = try site.writeScript(
            """
            #!/bin/sh
            case "$*" in *backup*)
                echo x >>'\(site.folder)/begun'
                while [ ! -e '\(site.folder)/go' ]; do sleep 0.02; done ;;
            esac
            exec restic "$@"
            """,
            to: "waiting"
        )
        settings.configurations = (0..<count).map { index in
            ConfigurationDraft(
                name: "c\(index)",
                inclusions: [PathRule(type: .folder, path: site.source)]
            )
        }
        return settings
    }

    private func begun(_ site: TestSite) -> Int {
        (site.text("begun") ?? "").split(separator: "\n").count
    }

    @Test func `no more backups run at one time than may, and the others wait in order`() async throws {
        try await withSite { site in
            var settings = try waiting(site, count: 5)
            settings.parallel = 2
            let service = try await site.open(settings)
            var ids: [ResourceID<Backup>] = []
            for index in 0..<5 {
                let id = LocalBackupService.configurationID(forName: "c\(index)")
                ids.append(try await service.start(id, key: nil).id)
            }
            try await eventually("two have begun") { begun(site) == 2 }
            for id in ids[2...] {
                _ = try await service.last {
                    try await service.backup(id)
                } where: {
                    $0.state == .queued
                }
            }
            #expect(begun(site) == 2)
            try site.write("", to: "go")
            var started: [Timestamp] = []
            for id in ids { started.append(try #require(try await service.wait(for: id).startedTime)) }
            #expect(begun(site) == 5)
            #expect(started[2...].elementsEqual(started[2...].sorted()))
        }
    }

    @Test func `a backup whose restic somebody else has ended is done once more`() async throws {
        try await withSite { site in
            var settings = try waiting(site, count: 1)
            settings.killPatience = .zero
            let service = try await site.open(settings)
            let id = try await service.start(LocalBackupService.configurationID(forName: "c0"), key: nil).id
            try await eventually("restic has begun") { begun(site) == 1 }
            let spool = Spool(path: "\(site.stateFolder)/spool/\(id)")
            let restic = try #require(spool.recordedNumber())
            kill(Int32(restic), SIGTERM)
            try await eventually("restic has begun again") { begun(site) == 2 }
            try site.write("", to: "go")
            #expect(try await service.wait(for: id).state == .completed)
        }
    }

    @Test func `the list of a call that goes on is not swept away`() async throws {
        try await withSite { site in
            _ = try await site.open().runNightly()
            var settings = site.settings()
            settings.resticProgram = try site.writeScript(
                """
                #!/bin/sh
                case "$1" in ls)
                    touch '\(site.folder)/listing'
                    while [ ! -e '\(site.folder)/go' ]; do sleep 0.02; done ;;
                esac
                exec restic "$@"
                """,
                to: "slow-list"
            )
            let service = try await site.open(settings)
            let backup = try #require(try await service.backups(BackupFilter()).first)
            async let items = service.browse(backup.id, path: site.source)
            try await eventually("the list is made") { site.text("listing") != nil }
            _ = try await site.open()
            try site.write("", to: "go")
            let names = try await items.map(\.name)
            #expect(names == ["a.txt", "b.txt"])
        }
    }

    @Test func `spools that nobody needs any more are swept away`() async throws {
        try await withSite { site in
            let service = try await site.open()
            let backup = try await service.runNightly()
            await service.shutdown()
            try Spool(path: "\(site.stateFolder)/spool/\(backup.id)").create()
            try Spool(path: "\(site.stateFolder)/spool/browse-1").create()
            _ = try await site.open()
            #expect(try FileManager.default.contentsOfDirectory(atPath: site.stateFolder + "/spool").isEmpty)
        }
    }
}
