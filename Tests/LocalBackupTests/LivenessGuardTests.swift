import BackupAPI
import Foundation
import Glibc
import HostSystem
import LocalBackup
import Testing

/// Guards of what lives, and of what belongs to others: each is here because nothing else noticed its loss.
@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(5)))
struct LivenessGuardTests {
    @Test func `of the locks only those of our own dead restics are removed`() async throws {
        try await withSite { site in
            try site.writeRandomBytes(8 << 20, to: "vault/large.bin")
            let foreign = try site.startRestic([
                "--limit-upload", "128", "backup", "--json", site.folder + "/vault/large.bin",
            ])
            defer { kill(foreign.processIdentifier, SIGKILL) }
            try await eventually("the other restic has its lock") {
                try site.locks().contains { $0.utf8.count == 64 }
            }
            // It lives, and does not come to its end meanwhile.
            kill(foreign.processIdentifier, SIGSTOP)
            let others = try Set(site.locks())
            var settings = try site.slowSettings(uploadLimit: 2048)
            settings.killPatience = .zero
            let first = try await site.open(settings)
            let id = try await first.start(LocalBackupService.nightly, key: nil).id
            var killed: Set<Int> = []
            for try await update in first.updates(of: id) where (update.progress?.bytesDone ?? 0) > 0 {
                let number = try #require(update.backup.local?.processID)
                guard killed.insert(number).inserted else { continue }
                #expect(try Set(site.locks()).count == 2)
                ProcessIdentity(of: Int32(number))?.signalGroup(SIGKILL)
            }
            #expect(killed.count == 2)
            #expect(try Set(site.locks()) == others)
            let second = try await site.open()
            #expect(try await second.runNightly().state == .completed)
            #expect(foreign.isRunning)
            #expect(try Set(site.locks()) == others)
        }
    }

    @Test func `no signal goes to a group of another boot, or to one that has got the number`() async throws {
        try await withSite { site in
            let spool = Spool(path: site.folder + "/spool")
            try spool.create()
            let (go, done) = (site.folder + "/go", site.folder + "/done")
            let launcher = try await Launcher.launch(
                "/bin/sh",
                arguments: ["-c", "until [ -e '\(go)' ]; do sleep 0.01; done; : >'\(done)'"],
                environment: ["PATH": "/usr/bin:/bin"],
                spool: spool
            ) {}
            defer { launcher.signalGroup(SIGKILL) }
            try await eventually("the program begins") { spool.recordedNumber() != nil }
            let (id, ticks) = (launcher.id, launcher.startTicks)
            ProcessIdentity(id: id, startTicks: ticks, bootID: "another boot").signalGroup(SIGKILL)
            ProcessIdentity(id: id, startTicks: ticks - 1, bootID: launcher.bootID).signalGroup(SIGKILL)
            try site.write("", to: "go")
            try await eventually("the program goes on") { FileManager.default.fileExists(atPath: done) }
        }
    }

    @Test func `a spool whose owner lives is not swept away`() async throws {
        try await withSite { site in
            _ = try await site.open()
            let spool = Spool(path: site.stateFolder + "/spool/browse-1")
            try spool.create()
            let lease = try #require(try FileLock.attempt(spool.lease, .exclusive))
            _ = try await site.open()
            #expect(FileManager.default.fileExists(atPath: spool.output))
            lease.release()
            _ = try await site.open()
            #expect(!FileManager.default.fileExists(atPath: spool.path))
        }
    }

    @Test func `backups that wait for a place get it in the order of their starts`() async throws {
        try await withSite { site in
            var settings = site.settings()
            settings.parallel = 1
            settings.configurations = (0..<6).map { index in
                ConfigurationDraft(
                    name: "c\(index)",
                    inclusions: [PathRule(type: .folder, path: site.source)]
                )
            }
            let service = try await site.open(settings)
            let place = try #require(try FileLock.attempt(site.stateFolder + "/slots/0", .exclusive))
            var ids: [ResourceID<Backup>] = []
            for index in 0..<6 {
                let id = LocalBackupService.configurationID(forName: "c\(index)")
                ids.append(try await service.start(id, key: nil).id)
            }
            for id in ids {
                _ = try await service.last {
                    try await service.backup(id)
                } where: {
                    $0.state == .queued
                }
            }
            place.release()
            var started: [Timestamp] = []
            for id in ids { started.append(try #require(try await service.wait(for: id).startedTime)) }
            #expect(started == started.sorted())
        }
    }
}
