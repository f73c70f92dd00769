import BackupAPI
import Foundation
import LocalBackup
import Testing

/// Where a repository is made, and where nothing is touched.
@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(5)))
struct RepositoryCreationTests {
    @Test func `the first backup makes the repository where nothing is`() async throws {
        try await withSite(hasRepository: false) { site in
            let backup = try await site.open().runNightly()
            #expect(backup.state == .completed)
            #expect(try FileManager.default.contentsOfDirectory(atPath: site.repository + "/keys").count == 1)
        }
    }

    @Test func `two first backups at once make one repository`() async throws {
        try await withSite(hasRepository: false) { site in
            let (first, second) = (try await site.open(), try await site.open())
            async let one = first.runNightly()
            async let two = second.runNightly()
            let states = try await [one.state, two.state]
            #expect(states == [.completed, .completed])
            #expect(try FileManager.default.contentsOfDirectory(atPath: site.repository + "/keys").count == 1)
        }
    }

    @Test func `what a killed init has left is made anew`() async throws {
        try await withSite { site in
            try FileManager.default.removeItem(atPath: site.repository + "/config")
            try site.write("", to: "vault/repository/config-tmp-123")
            #expect(try await site.open().runNightly().state == .completed)
            #expect(try FileManager.default.contentsOfDirectory(atPath: site.repository + "/keys").count == 1)
        }
    }

    @Test func `a repository that has lost its configuration is not touched`() async throws {
        try await withSite { site in
            try FileManager.default.removeItem(atPath: site.repository + "/config")
            try site.write("data", to: "vault/repository/index/\(String(repeating: "a", count: 64))")
            let backup = try await site.open().runNightly()
            #expect(backup.state == .failed)
            #expect(backup.errors.reason == "repository_damaged")
            #expect(
                backup.errors.diagnostics
                    == "the repository '\(site.repository)' has data and no file 'config', without which nobody can open "
                    + "it. Nothing was changed. Bring 'config' back from a copy of the repository."
            )
            #expect(!FileManager.default.fileExists(atPath: site.repository + "/config"))
        }
    }

    @Test func `a folder with other files is no place for a repository`() async throws {
        try await withSite(hasRepository: false) { site in
            try FileManager.default.createDirectory(
                atPath: site.repository,
                withIntermediateDirectories: true
            )
            try site.write("mine", to: "vault/repository/letter.txt")
            let backup = try await site.open().runNightly()
            #expect(backup.errors.reason == "repository_missing")
            #expect(
                backup.errors.diagnostics
                    == "there is no repository '\(site.repository)', and the folder has other files. "
                    + "Name an empty folder, or one that does not exist yet."
            )
            #expect(try FileManager.default.contentsOfDirectory(atPath: site.repository) == ["letter.txt"])
        }
    }

    @Test func `a repository with two keys says which one to remove`() async throws {
        try await withSite { site in
            let manager = FileManager.default
            let good = try #require(try manager.contentsOfDirectory(atPath: site.repository + "/keys").first)
            let folder = site.folder + "/vault/other"
            let own = site.repository
            try manager.moveItem(atPath: own, toPath: folder)
            _ = try site.restic("init")
            let bad = try #require(try manager.contentsOfDirectory(atPath: own + "/keys").first)
            try manager.copyItem(atPath: "\(own)/keys/\(bad)", toPath: "\(folder)/keys/\(bad)")
            // What a restic that is killed while it writes leaves is no key; with the beginning of a key's name it would make that
            // an unclear hint.
            let unfinished = String(repeating: "0", count: 64) + "-tmp-599587961"
            try Data().write(to: URL(fileURLWithPath: "\(folder)/keys/\(unfinished)"))
            try manager.removeItem(atPath: own)
            try manager.moveItem(atPath: folder, toPath: own)
            // restic tries the keys in the order in which it finds them; here the bad one first.
            var settings = site.settings()
            settings.resticProgram = try site.writeScript(
                """
                #!/bin/sh
                case "$*" in *--key-hint*) exec restic "$@" ;; esac
                exec restic --key-hint \(bad) "$@"
                """,
                to: "bad-key-first"
            )
            let backup = try await site.open(settings).runNightly()
            #expect(backup.errors.reason == "repository_damaged")
            #expect(
                backup.errors.diagnostics
                    == "the repository '\(own)' has 2 keys, of which 1 do not fit its 'config': two 'restic init' ran at "
                    + "once. Its data is whole. Remove each bad key with 'restic -r \(own) --key-hint \(good) key remove "
                    + "ID': \(bad)."
            )
        }
    }

    @Test(arguments: [
        "s3:http://127.0.0.1:1/bucket", "rest:http://127.0.0.1:1/", "b2:bucket:path",
    ])
    func `a repository elsewhere is not made because of what an old restic says`(address: String) async throws
    {
        try await withSite(hasRepository: false) { site in
            var settings = site.settings()
            settings.repositories[0].address = address
            settings.resticProgram = try site.writeScript(
                """
                #!/bin/sh
                case "$*" in
                version*) echo 'restic 0.14.0 compiled' ;;
                cat*)
                    echo 'Fatal: unable to open config file: Stat: The specified key does not exist.' >&2
                    echo 'Is there a repository at the following location?' >&2
                    exit 1 ;;
                init*) touch '\(site.folder)/made' ;;
                esac
                """,
                to: "fake"
            )
            let backup = try await site.open(settings).runNightly()
            #expect(backup.errors.reason == "repository_missing")
            #expect(
                backup.errors.diagnostics?.hasSuffix("make it with 'moonkeep init --repository'.") == true
            )
            #expect(site.text("made") == nil)
        }
    }

    @Test(arguments: ["cat", "init"])
    func `a helper that was killed has answered nothing, and makes no repository known`(helper: String)
        async throws
    {
        try await withSite(hasRepository: false) { site in
            var settings = site.settings()
            settings.resticProgram = try site.writeScript(
                """
                #!/bin/sh
                case "$*" in *\(helper)*) [ -e '\(site.folder)/mended' ] || kill -KILL $$ ;; esac
                exec restic "$@"
                """,
                to: "dying"
            )
            let service = try await site.open(settings)
            let killed = try await service.runNightly()
            #expect(killed.state == .failed)
            try site.write("", to: "mended")
            #expect(try await service.runNightly().state == .completed)
        }
    }

    @Test func `a list that was killed midway is no list`() async throws {
        try await withSite { site in
            var settings = site.settings()
            settings.resticProgram = try site.writeScript(
                """
                #!/bin/sh
                case "$1" in ls) restic "$@" | head -2; kill -KILL $$ ;; esac
                exec restic "$@"
                """,
                to: "dying"
            )
            let service = try await site.open(settings)
            let backup = try await service.runNightly()
            let restore = try await service.run(site.draft(backup))
            #expect(restore.state == .failed)
            #expect(restore.filesRestored == 0)
            await #expect(throws: BackupError.self) { try await service.browse(backup.id, path: site.source) }
        }
    }

    @Test(arguments: [
        "Stat: Access Denied.", "unexpected HTTP response (403)", "unexpected HTTP response (500)",
        "client.Head: dial tcp 127.0.0.1:1: connect: connection refused",
        "stat /srv/r/config: permission denied",
    ])
    func `no access is not no repository, though restic asks whether there is one`(words: String) {
        let failure = ResticFailure(
            exitCode: 1,
            words: [
                "Fatal: unable to open config file: \(words)",
                "Is there a repository at the following location?", "/srv/r",
            ],
            place: .init(repository: "/srv/r", passwordFile: "/p")
        )
        #expect(failure.reason == "restic_failed")
        #expect(
            failure.diagnostics
                == "restic failed with exit code 1: Fatal: unable to open config file: \(words)"
        )
    }
}
