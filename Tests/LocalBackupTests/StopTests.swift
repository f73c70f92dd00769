import BackupAPI
import Foundation
import Glibc
import LocalBackup
import Testing

@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(10)))
struct StopTests {
    /// Waits until restic has sent something, and answers the record of then.
    private func running(_ id: ResourceID<Backup>, in service: LocalBackupService) async throws -> Backup {
        for try await update in service.updates(of: id) where (update.progress?.bytesDone ?? 0) > 0 {
            return update.backup
        }
        throw BackupError(.service, "the backup was over before it could be stopped")
    }

    @Test func `a stopped backup leaves no process and no lock`() async throws {
        try await withSite { site in
            let service = try await site.open(site.slowSettings())
            let id = try await service.start(LocalBackupService.nightly, key: nil).id
            let process = try #require(try await running(id, in: service).local?.processID)
            #expect(try await service.stop(id).state == .stopRequested)
            #expect(try await service.stop(id).state == .stopRequested)
            let backup = try await service.wait(for: id)
            #expect(backup.state == .stopped)
            #expect(backup.errors.count == 0)
            #expect(!backup.restorable)
            #expect(try site.locks().isEmpty)
            try await eventually("restic and its launcher are gone") {
                kill(-Int32(process), 0) == -1 && errno == ESRCH
            }
            let error = await #expect(throws: BackupError.self) { try await service.stop(id) }
            #expect(error?.code == .conflict)
            #expect(error?.description == "backup '\(id)' is already stopped and cannot be stopped")
            let events = try await service.eventNames(of: .backup(id))
            #expect(events.suffix(2) == ["backup_stop_request", "backup_stopped"])
        }
    }

    @Test func `a stop from a service that does not run the backup works`() async throws {
        try await withSite { site in
            let settings = try site.slowSettings()
            let owner = try await site.open(settings)
            let other = try await site.open(settings)
            let id = try await owner.start(LocalBackupService.nightly, key: nil).id
            _ = try await running(id, in: other)
            _ = try await other.stop(id)
            #expect(try await other.wait(for: id).state == .stopped)
            #expect(try site.locks().isEmpty)
        }
    }

    @Test func `a stop before restic was started means that it never is`() async throws {
        try await withSite { site in
            let service = try await site.open()
            let id = try await service.start(LocalBackupService.nightly, key: nil).id
            _ = try await service.stop(id)
            let backup = try await service.wait(for: id)
            #expect(backup.state == .stopped)
            #expect(backup.local?.processID == nil)
        }
    }

    @Test func `a stop just when restic starts takes effect`() async throws {
        try await withSite { site in
            let service = try await site.open(site.slowSettings())
            let id = try await service.start(LocalBackupService.nightly, key: nil).id
            for try await update in service.updates(of: id) where update.backup.state == .inProgress {
                _ = try await service.stop(id)
                break
            }
            #expect(try await service.wait(for: id).state == .stopped)
            // restic may get the signal before it knows of its own lock; then the next use removes that.
            _ = try await service.runCleanup()
            #expect(try site.locks().isEmpty)
        }
    }

    @Test func `a restic that ignores SIGINT is killed`() async throws {
        try await withSite { site in
            var settings = site.settings()
            settings.resticProgram = try site.writeScript(
                """
                #!/bin/sh
                case "$1" in
                version) echo 'restic 0.14.0 compiled with go1.19 on linux/amd64' ;;
                cat) echo '{"version": 2}' ;;
                backup)
                    trap '' INT
                    echo '{"message_type":"status","total_bytes":9,"bytes_done":1}'
                    while :; do /bin/sleep 1; done ;;
                esac
                """,
                to: "stubborn"
            )
            settings.stopSteps = [
                StopStep(signal: SIGINT, patience: .milliseconds(200)),
                StopStep(signal: SIGKILL, patience: .seconds(30)),
            ]
            let service = try await site.open(settings)
            let id = try await service.start(LocalBackupService.nightly, key: nil).id
            _ = try await running(id, in: service)
            _ = try await service.stop(id)
            let backup = try await service.wait(for: id)
            #expect(backup.state == .stopped)
            #expect(backup.local?.exitCode == nil)
        }
    }

    @Test func `ending the iteration of the news does not stop the backup`() async throws {
        try await withSite { site in
            let service = try await site.open()
            let id = try await service.start(LocalBackupService.nightly, key: nil).id
            for try await _ in service.updates(of: id) { break }
            #expect(try await service.wait(for: id).state == .completed)
        }
    }
}
