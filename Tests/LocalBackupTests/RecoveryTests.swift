import BackupAPI
import Foundation
import Glibc
import HostSystem
import LocalBackup
import Testing

/// `shutdown()` leaves what the death of a host leaves: a catalog, a spool whose lease is free, and perhaps a restic.
@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(10)))
struct RecoveryTests {
    /// Starts 'nightly', and leaves it as soon as it is in a state.
    private func abandon(
        _ site: TestSite,
        _ settings: LocalSettings,
        key: String? = "k",
        in state: ActivityState
    ) async throws -> Backup {
        let service = try await site.open(settings)
        let id = try await service.start(LocalBackupService.nightly, key: key).id
        for try await update in service.updates(of: id) where update.backup.state == state {
            await service.shutdown()
            return update.backup
        }
        throw BackupError(.service, "the backup was never \(state)")
    }

    private func spool(_ backup: Backup, _ site: TestSite) -> Spool {
        Spool(path: "\(site.stateFolder)/spool/\(backup.id)")
    }

    @Test func `a restic that goes on is adopted and followed to its end`() async throws {
        try await withSite { site in
            let settings = try site.slowSettings(uploadLimit: 2048)
            let left = try await abandon(site, settings, in: .inProgress)
            let service = try await site.open(settings)
            #expect(try await service.backup(left.id).state == .inProgress)
            let backup = try await service.wait(for: left.id)
            #expect(backup.state == .completed)
            #expect(backup.filesSearched == 3)
            #expect(backup.local?.processID == left.local?.processID)
            #expect(try await service.start(LocalBackupService.nightly, key: "k").id == left.id)
        }
    }

    @Test func `a host that is killed loses nothing: restic goes on and is adopted`() async throws {
        try await withSite { site in
            let settings = try site.slowSettings(uploadLimit: 2048)
            await #expect(processExitsWith: .signal(SIGKILL)) { [folder = site.folder as String] in
                let site = TestSite(folder: folder)
                let service = try await site.open(site.slowSettings(uploadLimit: 2048))
                let id = try await service.start(LocalBackupService.nightly, key: "k").id
                for try await update in service.updates(of: id) where update.progress != nil {
                    kill(getpid(), SIGKILL)
                }
            }
            let service = try await site.open(settings)
            let left = try await service.start(LocalBackupService.nightly, key: "k")
            #expect(left.state == .inProgress)
            #expect(try await service.wait(for: left.id).state == .completed)
            #expect(try await service.backups(BackupFilter()).count == 1)
            #expect(try site.locks().isEmpty)
        }
    }

    @Test func `an adopted restic can be stopped`() async throws {
        try await withSite { site in
            let settings = try site.slowSettings(uploadLimit: 2048)
            let left = try await abandon(site, settings, in: .inProgress)
            let service = try await site.open(settings)
            _ = try await service.stop(left.id)
            #expect(try await service.wait(for: left.id).state == .stopped)
            #expect(try site.locks().isEmpty)
        }
    }

    @Test func `a restic that ended without a host has its true state`() async throws {
        try await withSite { site in
            // Slow enough that it does not end before its host does.
            let settings = try site.slowSettings(uploadLimit: 8192)
            let left = try await abandon(site, settings, in: .inProgress)
            try await eventually("restic ends") { spool(left, site).recordedExitCode() != nil }
            let backup = try await site.open(settings).backup(left.id)
            #expect(backup.state == .completed)
            #expect(backup.snapshotID == 1)
            try await eventually("the spool is gone") {
                !FileManager.default.fileExists(atPath: spool(left, site).path)
            }
        }
    }

    /// Kills the restic of a backup that nobody follows.
    private func killRestic(of backup: Backup) async throws {
        let number = try #require(backup.local?.processID)
        let process = try #require(ProcessIdentity(of: Int32(number)))
        process.signalGroup(SIGKILL)
        try await eventually("restic is gone") { !process.hasGroup }
    }

    @Test func `a backup whose restic was killed with its host is done again`() async throws {
        try await withSite { site in
            let settings = try site.slowSettings(uploadLimit: 2048)
            let left = try await abandon(site, settings, in: .inProgress)
            try await killRestic(of: left)
            let service = try await site.open(settings)
            let backup = try await service.wait(for: left.id)
            #expect(backup.state == .completed)
            #expect(backup.local?.processID != left.local?.processID)
            #expect(try await service.backups(BackupFilter()).map(\.id) == [left.id])
        }
    }

    @Test func `a backup whose restic was killed with its host twice is failed`() async throws {
        try await withSite { site in
            let settings = try site.slowSettings(uploadLimit: 2048)
            let left = try await abandon(site, settings, in: .inProgress)
            try await killRestic(of: left)
            let second = try await site.open(settings)
            for try await update in second.updates(of: left.id)
            where ![nil, left.local?.processID].contains(update.backup.local?.processID) {
                await second.shutdown()
                try await killRestic(of: update.backup)
                break
            }
            let backup = try await site.open(settings).wait(for: left.id)
            #expect(backup.state == .failed)
            #expect(backup.errors.reason == "host_died")
            #expect(
                backup.errors.diagnostics
                    == "restic was killed, or its host went down, before it could end: it said nothing. "
                    + "Start the backup again; what is in the repository already is not sent twice."
            )
        }
    }

    @Test func `a restic whose start was not recorded any more is found by its spool`() async throws {
        try await withSite { site in
            let settings = try site.slowSettings(uploadLimit: 2048)
            let left = try await abandon(site, settings, in: .inProgress)
            try Machine.execute(
                "sqlite3",
                "\(site.stateFolder)/catalog.sqlite",
                "UPDATE backup SET state = 'preparing', process_id = NULL, process_start = NULL"
            )
            let backup = try await site.open(settings).wait(for: left.id)
            #expect(backup.state == .completed)
        }
    }

    @Test func `a backup whose host died before restic started is begun by the next host`() async throws {
        try await withSite { site in
            let left = try await abandon(site, try sleepingSettings(site), in: .preparing)
            let service = try await site.open()
            let backup = try await service.wait(for: left.id)
            #expect(backup.state == .completed)
            #expect(try await service.start(LocalBackupService.nightly, key: "k").id == left.id)
            #expect(try await service.backups(BackupFilter()).count == 1)
        }
    }

    @Test func `a backup without a key is begun by the next host too`() async throws {
        try await withSite { site in
            let left = try await abandon(site, try sleepingSettings(site), key: nil, in: .preparing)
            #expect(try await site.open().wait(for: left.id).state == .completed)
        }
    }

    /// Settings with a restic that never gets as far as a backup.
    private func sleepingSettings(_ site: TestSite) throws -> LocalSettings {
        var settings = site.settings()
        settings.resticProgram = try site.writeScript("#!/bin/sh\nexec sleep 60\n", to: "sleeper")
        return settings
    }

    @Test func `a program holds its lock when its launcher is dead, and until it is dead itself`()
        async throws
    {
        try await withSite { site in
            let spool = Spool(path: site.folder + "/spool")
            try spool.create()
            #expect(try !spool.isAlive())
            let launcher = try await Launcher.launch(
                "/bin/sleep",
                arguments: ["3600"],
                environment: [:],
                spool: spool
            ) {}
            try await eventually("the program begins") { spool.recordedNumber() != nil }
            #expect(try spool.isAlive())
            kill(launcher.id, SIGKILL)
            try await eventually("the launcher is gone") { !launcher.isRunning }
            #expect(try spool.isAlive())
            launcher.signalGroup(SIGKILL)
            try await eventually("the program is gone") { try !spool.isAlive() }
            #expect(spool.end == .unknown)
        }
    }

    @Test func `a lock that its host has left stays with the child, and one that it gives back does not`()
        async throws
    {
        try await withSite { site in
            let spool = Spool(path: site.folder + "/spool")
            try spool.create()
            let lock = try #require(try FileLock.attempt(site.folder + "/lock", .exclusive))
            let launcher = try await Launcher.launch(
                "/bin/sleep",
                arguments: ["3600"],
                environment: [:],
                spool: spool,
                locks: [lock]
            ) {}
            defer { launcher.signalGroup(SIGKILL) }
            lock.leave()
            #expect(try FileLock.isHeld(site.folder + "/lock"))
            launcher.signalGroup(SIGKILL)
            try await eventually("the child is gone") { try !FileLock.isHeld(site.folder + "/lock") }
        }
    }

    @Test func `a service that was shut down starts nothing, and can still be read`() async throws {
        try await withSite { site in
            let service = try await site.open()
            await service.shutdown()
            let error = await #expect(throws: BackupError.self) {
                try await service.start(LocalBackupService.nightly, key: nil)
            }
            #expect(error?.description == "the service is shut down and starts no backups")
            #expect(try await service.backups(BackupFilter()).isEmpty)
        }
    }

    @Test func `a reused process number is not taken for the old process`() throws {
        let own = try #require(ProcessIdentity(of: getpid()))
        #expect(own.isRunning)
        #expect(!ProcessIdentity(id: own.id, startTicks: own.startTicks - 1, bootID: own.bootID).isRunning)
        #expect(!ProcessIdentity(id: own.id, startTicks: own.startTicks, bootID: "another boot").isRunning)
        #expect(!ProcessIdentity(id: 1 << 22 + 1, startTicks: 1, bootID: own.bootID).isRunning)
    }

    @Test func `a process's name may hold anything`() {
        let fields = Array(repeating: "0", count: 17).joined(separator: " ")
        let line = "42 (a) S (b) S 1 \(fields) 777 0 0"
        #expect(
            ProcessIdentity(stat: line, bootID: "b") == ProcessIdentity(id: 42, startTicks: 777, bootID: "b")
        )
        #expect(ProcessIdentity(stat: "42 (sh", bootID: "b") == nil)
        #expect(ProcessIdentity(stat: "", bootID: "b") == nil)
    }
}
