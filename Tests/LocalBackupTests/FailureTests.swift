import BackupAPI
import Foundation
import Glibc
import LocalBackup
import Testing

@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(10)))
struct FailureTests {
    @Test func `one missing path is a warning that names it`() async throws {
        try await withSite { site in
            let service = try await site.open(site.settings(inclusions: [site.source, "/nonexist/x"]))
            let backup = try await service.runNightly()
            #expect(backup.state == .completedWithErrors)
            #expect(backup.errors.count == 1)
            #expect(backup.errors.reason == "unable_to_process_some_files")
            #expect(backup.restorable)
            let list = try await service.errors(of: backup.id).list
            #expect(list.map(\.path) == ["/nonexist/x"])
            #expect(list.map(\.type) == ["file_or_folder_missing"])
            let last = try await service.configurations().first?.backups.lastCompleted
            #expect(last?.id == backup.id)
        }
    }

    @Test func `when all paths are missing the backup failed, and says which`() async throws {
        try await withSite { site in
            let service = try await site.open(site.settings(inclusions: ["/nonexist/x", "/nonexist/y"]))
            let backup = try await service.runNightly()
            #expect(backup.state == .failed)
            #expect(
                backup.errors.diagnostics == "none of these paths exists: '/nonexist/x', '/nonexist/y'. "
                    + "Check the configuration's inclusions, and that their disk is mounted."
            )
            #expect(!backup.restorable)
        }
    }

    @Test func `a wrong password is named, with its file`() async throws {
        try await withSite { site in
            #expect(try await site.open().runNightly().state == .completed)
            try site.write("wrong\n", to: "password")
            let backup = try await site.open().runNightly()
            #expect(backup.state == .failed)
            #expect(backup.errors.reason == "wrong_password")
            #expect(
                backup.errors.diagnostics
                    == "the password in '\(site.passwordFile)' does not open repository "
                    + "'\(site.repository)'. Put the repository's password into that file."
            )
            try site.write("secret\n", to: "password")
        }
    }

    @Test func `a missing password file is named`() async throws {
        try await withSite { site in
            var settings = site.settings()
            settings.repositories[0].password = .file(site.folder + "/none")
            let backup = try await site.open(settings).runNightly()
            #expect(backup.state == .failed)
            #expect(backup.errors.reason == "wrong_password")
            #expect(
                backup.errors.diagnostics == "no password can be read from '\(site.folder)/none'. "
                    + "Put the repository's password into that file."
            )
        }
    }

    @Test func `a repository that another restic has locked can be tried again`() async throws {
        try await withSite { site in
            let service = try await site.open()
            #expect(try await service.runNightly().state == .completed)
            let check = try site.startRestic(["check", "--read-data", "--limit-download", "1"])
            // A lock is written under another name first.
            try await eventually("check has its lock") { try site.locks().contains { !$0.contains("tmp") } }
            kill(check.processIdentifier, SIGSTOP)
            let backup = try await service.runNightly()
            kill(check.processIdentifier, SIGCONT)
            check.interrupt()
            check.waitUntilExit()
            _ = try site.restic("unlock")
            #expect(backup.state == .failed)
            #expect(backup.errors.reason == "repository_locked")
            let text = try #require(backup.errors.diagnostics)
            #expect(text.hasPrefix("repository '\(site.repository)' is locked: "))
            #expect(text.contains("locked exclusively by PID \(check.processIdentifier)"))
            #expect(
                text.hasSuffix(
                    "Start the backup again when the other restic has ended; if none runs any more, 'moonkeep unlock' shows the locks and removes them."
                )
            )
            #expect(try await service.runNightly().state == .completed)
        }
    }

    @Test func `a repository that has vanished is not made anew`() async throws {
        try await withSite { site in
            let service = try await site.open()
            #expect(try await service.runNightly().state == .completed)
            try FileManager.default.removeItem(atPath: site.repository)
            let backup = try await service.runNightly()
            #expect(backup.state == .failed)
            #expect(backup.errors.reason == "repository_missing")
            #expect(
                backup.errors.diagnostics == "there is no repository '\(site.repository)'. "
                    + "Check its address, and that its disk is mounted."
            )
            #expect(!FileManager.default.fileExists(atPath: site.repository))
        }
    }

    @Test(arguments: ["restic", "/nonexist/restic"])
    func `restic that is not installed is said plainly`(program: String) async throws {
        try await withSite { site in
            var settings = site.settings()
            settings.resticProgram = program
            settings.environment["PATH"] = ""
            let backup = try await site.open(settings).runNightly()
            #expect(backup.state == .failed)
            #expect(backup.errors.reason == "tool_missing")
            #expect(
                backup.errors.diagnostics == "restic is not installed: there is no program '\(program)'. "
                    + "Install it with 'apt-get install restic', or name the program's path."
            )
        }
    }

    @Test func `restic that is too old is said plainly`() async throws {
        try await withSite { site in
            var settings = site.settings()
            let program = try site.writeScript(
                "#!/bin/sh\necho 'restic 0.9.6 compiled with go1.13'\n",
                to: "old"
            )
            settings.resticProgram = program
            let backup = try await site.open(settings).runNightly()
            #expect(backup.errors.reason == "tool_missing")
            #expect(
                backup.errors.diagnostics
                    == "restic 0.9.6 ('\(program)') is too old: 0.14.0 or newer is needed. "
                    + "Install a newer one from your distribution or from https://restic.net."
            )
        }
    }

    @Test(.enabled(if: Machine.canMount, "only root can mount a small disk"))
    func `a full disk is named, and the catalog can be read`() async throws {
        try await withSite { site in
            try site.writeRandomBytes(12 << 20, to: "source/large.bin")
            try Machine.execute("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", "\(site.folder)/vault")
            defer { try? Machine.execute("umount", "\(site.folder)/vault") }
            let service = try await site.open()
            let backup = try await service.runNightly()
            #expect(backup.state == .failed)
            #expect(backup.errors.reason == "disk_full")
            let text = try #require(backup.errors.diagnostics)
            #expect(text.hasPrefix("there is no space left while writing repository '\(site.repository)': "))
            #expect(text.hasSuffix("Free some space, then start the backup again."))
            #expect(try await service.backups(BackupFilter()).count == 1)
        }
    }

    @Test(.enabled(if: Machine.isRoot, "only root can let restic run as another user"))
    func `a file that restic may not read is a warning`() async throws {
        try await withSite(hasRepository: false) { site in
            var settings = site.settings()
            settings.resticProgram = try site.writeScript(
                """
                #!/bin/sh
                # The list of what is backed up is the service's alone: another user is handed it.
                list=/dev/null
                for word; do
                    shift
                    case $word in */inclusions) list=$word word=- ;; esac
                    set -- "$@" "$word"
                done
                drop='--inh-caps=-all --bounding-set=-all --reuid 65534 --clear-groups'
                exec setpriv $drop restic --no-cache "$@" <"$list"
                """,
                to: "as-nobody"
            )
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o777],
                ofItemAtPath: site.folder + "/vault"
            )
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600],
                ofItemAtPath: site.source + "/b.txt"
            )
            let service = try await site.open(settings)
            let backup = try await service.runNightly()
            #expect(backup.state == .completedWithErrors)
            #expect(backup.local?.exitCode == 3)
            #expect(
                backup.errors.diagnostics
                    == "1 path could not be backed up: '\(site.source)/b.txt' (open: permission denied)"
            )
            #expect(try await service.errors(of: backup.id).list.map(\.type) == ["permission_denied"])
        }
    }
}
