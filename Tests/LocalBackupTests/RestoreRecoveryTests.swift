import BackupAPI
import Foundation
import Glibc
import LocalBackup
import Testing

/// A restic that waits for a file before it restores: a host can be lost and a stop can come at a known moment.
@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(10)))
struct RestoreRecoveryTests {
    private func slow(_ site: TestSite) throws -> LocalSettings {
        var settings = site.settings()
        settings.resticProgram = try site.writeScript(
            """
            #!/bin/sh
            if [ "$1" = restore ]; then
                while [ ! -e '\(site.folder)/go' ]; do sleep 0.05; done
            fi
            exec restic "$@"

            """,
            to: "slow-restic"
        )
        return settings
    }

    private func inProgress(_ draft: RestoreDraft, in service: LocalBackupService) async throws -> Restore {
        let id = try await service.startRestore(draft, key: "k").id
        return try await service.last {
            try await service.restore(id)
        } where: {
            $0.state == .inProgress
        }
    }

    @Test func `a restore goes on without its host, and is brought to its end by the next one`() async throws
    {
        try await withSite { site in
            let settings = try slow(site)
            let first = try await site.open(settings)
            let backup = try await first.runNightly()
            let restore = try await inProgress(site.draft(backup), in: first)
            await first.shutdown()
            try site.write("", to: "go")
            let second = try await site.open(settings)
            #expect(try await second.startRestore(site.draft(backup), key: "k").id == restore.id)
            let final = try await second.waitForRestore(restore.id)
            #expect(final.state == .completed)
            #expect(final.filesRestored == 2)
            #expect(site.restored("a.txt") == "one")
            #expect(try site.stagings(in: "restored").isEmpty)
        }
    }

    @Test func `a restore whose restic ended without a host is brought to its places by the next one`()
        async throws
    {
        try await withSite { site in
            let settings = try slow(site)
            let first = try await site.open(settings)
            let backup = try await first.runNightly()
            let restore = try await inProgress(site.draft(backup), in: first)
            await first.shutdown()
            try site.write("", to: "go")
            let spool = Spool(path: "\(site.stateFolder)/spool/\(restore.id)")
            try await eventually("restic ends") { spool.recordedExitCode() != nil }
            #expect(site.restored("a.txt") == nil)
            let final = try await site.open(settings).waitForRestore(restore.id)
            #expect(final.state == .completed)
            #expect(final.filesRestored == 2)
            #expect(site.restored("a.txt") == "one")
            try await eventually("the spool is gone") { !FileManager.default.fileExists(atPath: spool.path) }
        }
    }

    @Test func `a restore that was killed with its host is done again once where it replaces nothing`()
        async throws
    {
        try await withSite { site in
            let settings = try slow(site)
            let first = try await site.open(settings)
            let backup = try await first.runNightly()
            let restore = try await inProgress(site.draft(backup), in: first)
            await first.shutdown()
            try site.killRestic(of: restore.id.rawValue)
            try site.write("", to: "go")
            let second = try await site.open(settings)
            #expect(try await second.startRestore(site.draft(backup), key: "k").id == restore.id)
            let final = try await second.waitForRestore(restore.id)
            #expect(final.state == .completed)
            #expect(final.filesRestored == 2)
            #expect(site.restored("a.txt") == "one")
            #expect(try site.stagings(in: "restored").isEmpty)
        }
    }

    @Test func `a restore whose host died before restic began is begun by the next host`() async throws {
        try await withSite { site in
            var settings = site.settings()
            settings.resticProgram = try site.writeScript(
                """
                #!/bin/sh
                case "$*" in *" ls "*|"ls "*) while [ ! -e '\(site.folder)/go' ]; do sleep 0.05; done ;; esac
                exec restic "$@"

                """,
                to: "slow-list"
            )
            let first = try await site.open(settings)
            let backup = try await first.runNightly()
            let draft = site.draft(backup, to: nil, overwriting: true)
            let restore = try await first.startRestore(draft, key: "k")
            _ = try await first.last {
                try await first.restore(restore.id)
            } where: {
                $0.state == .preparing
            }
            await first.shutdown()
            try site.write("", to: "go")
            try site.write("changed", to: "source/a.txt")
            let second = try await site.open(settings)
            #expect(try await second.waitForRestore(restore.id).state == .completed)
            #expect(site.text("source/a.txt") == "one")
        }
    }

    @Test
    func `a restore that replaces files is done again too, since it has replaced none before it was whole`()
        async throws
    {
        try await withSite { site in
            let settings = try slow(site)
            let first = try await site.open(settings)
            let backup = try await first.runNightly()
            let draft = site.draft(backup, to: nil, overwriting: true)
            let restore = try await inProgress(draft, in: first)
            await first.shutdown()
            try site.killRestic(of: restore.id.rawValue)
            try site.write("", to: "go")
            try site.write("changed", to: "source/a.txt")
            let second = try await site.open(settings)
            let final = try await second.waitForRestore(restore.id)
            #expect(final.state == .completed)
            #expect(final.filesRestored == 2)
            #expect(site.text("source/a.txt") == "one")
            #expect(try await second.startRestore(draft, key: "k").id == restore.id)
        }
    }

    @Test func `a restore that is stopped leaves nothing behind`() async throws {
        try await withSite { site in
            let service = try await site.open(try slow(site))
            let backup = try await service.runNightly()
            let restore = try await inProgress(site.draft(backup), in: service)
            #expect(try site.stagings(in: "restored").count == 1)
            #expect(try await service.stopRestore(restore.id).state == .stopRequested)
            let final = try await service.waitForRestore(restore.id)
            #expect(final.state == .stopped)
            #expect(final.filesRestored == 0)
            #expect(site.restored("a.txt") == nil)
            #expect(try site.stagings(in: "restored").isEmpty)
            #expect(try site.locks().isEmpty)
        }
    }

    @Test func `a cleanup waits, queued, until a restore is over`() async throws {
        try await withSite { site in
            let service = try await site.open(try slow(site))
            let backup = try await service.runNightly()
            let restore = try await inProgress(site.draft(backup), in: service)
            let cleanup = try await service.startCleanup(site.agent(of: service), key: nil)
            _ = try await service.last {
                try await service.cleanup(cleanup.id)
            } where: {
                $0.state == .queued
            }
            try site.write("", to: "go")
            #expect(try await service.waitForRestore(restore.id).state == .completed)
            #expect(try await service.waitForCleanup(cleanup.id).state == .completed)
            #expect(
                try await service.eventNames(of: .cleanup(cleanup.id)) == [
                    "cleanup_start_request", "cleanup_queued", "cleanup_in_progress", "cleanup_completed",
                ]
            )
        }
    }

    @Test func `a cleanup that waits can be stopped`() async throws {
        try await withSite { site in
            let service = try await site.open(try slow(site))
            let backup = try await service.runNightly()
            _ = try await inProgress(site.draft(backup), in: service)
            let cleanup = try await service.startCleanup(site.agent(of: service), key: nil)
            _ = try await service.last {
                try await service.cleanup(cleanup.id)
            } where: {
                $0.state == .queued
            }
            _ = try await service.stopCleanup(cleanup.id)
            let final = try await service.waitForCleanup(cleanup.id)
            #expect(final.state == .stopped)
            #expect(final.startedTime == nil)
        }
    }
}
