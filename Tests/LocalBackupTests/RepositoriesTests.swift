import BackupAPI
import Foundation
import LocalBackup
import ResticTesting
import Testing

/// Several repositories of one service.
@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(5)))
struct RepositoriesTests {
    /// Settings with a second repository, and a configuration 'offsite' whose backups go there.
    private func settings(_ site: TestSite) -> LocalSettings {
        var settings = site.settings()
        settings.repositories.append(
            RepositorySettings(
                name: "second",
                address: site.folder + "/vault/second",
                password: .file(site.passwordFile)
            )
        )
        var draft = ConfigurationDraft(
            name: "offsite",
            inclusions: [PathRule(type: .folder, path: site.source)]
        )
        draft.options.repository = "second"
        settings.configurations.append(draft)
        return settings
    }

    private func run(_ name: String, _ service: LocalBackupService) async throws -> Backup {
        let id = LocalBackupService.configurationID(forName: name)
        return try await service.wait(for: service.start(id, key: nil).id)
    }

    private func snapshots(in address: String, _ site: TestSite) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: address + "/snapshots").count
    }

    @Test func `backups, browsing, restores, checks and cleanups find the repository of their configuration`()
        async throws
    {
        try await withSite { site in
            let service = try await site.open(settings(site))
            #expect(service.repositories == ["main", "second"])
            let first = try await run("nightly", service)
            let second = try await run("offsite", service)
            #expect(first.state == .completed)
            #expect(second.state == .completed)
            #expect(try snapshots(in: site.repository, site) == 1)
            #expect(try snapshots(in: site.folder + "/vault/second", site) == 1)

            for backup in [first, second] {
                #expect(
                    try await service.browse(backup.id, path: site.source).map(\.name) == ["a.txt", "b.txt"]
                )
                let restore = try await service.startRestore(
                    RestoreDraft(
                        backup: backup.id,
                        destinationAgent: site.agent(of: service),
                        destinationPath: "\(site.folder)/restored-\(backup.id)",
                        inclusions: [PathRule(type: .folder, path: "/")]
                    ),
                    key: nil
                )
                #expect(try await service.waitForRestore(restore.id).state == .completed)
                #expect(site.text("restored-\(backup.id)\(site.source)/a.txt") == "one")
            }
            #expect(try await service.check(.none).outcome == .ok)
            let cleanup = try await service.startCleanup(site.agent(of: service), key: "c")
            #expect(try await service.waitForCleanup(cleanup.id).state == .completed)
            let cleanups = try await service.cleanups(Page())
            #expect(cleanups.count == 2)
            for one in cleanups { #expect(try await service.waitForCleanup(one.id).state == .completed) }
            #expect(try await service.startCleanup(site.agent(of: service), key: "c").id == cleanup.id)
        }
    }

    @Test func `a backup whose repository is not named any more cannot be restored, and says why`()
        async throws
    {
        try await withSite { site in
            let backup = try await run("offsite", site.open(settings(site)))
            var settings = settings(site)
            settings.repositories.removeLast()
            settings.configurations.removeLast()
            let service = try await site.open(settings)
            let error = await #expect(throws: BackupError.self) {
                _ = try await service.browse(backup.id, path: "/")
            }
            #expect(error?.message == "this site has no repository 'second'; it has 'main'")
        }
    }

    @Test func `what was made before there were names belongs to the only repository, whatever its name`()
        async throws
    {
        try await withSite { site in
            let backup = try await site.open().runNightly()
            var settings = site.settings()
            settings.repositories[0].name = "nas"
            let service = try await site.open(settings)
            #expect(try await service.browse(backup.id, path: site.source).map(\.name) == ["a.txt", "b.txt"])
        }
    }

    @Test func `a configuration of a repository that is not there keeps the service from opening`()
        async throws
    {
        try await withSite { site in
            var settings = settings(site)
            settings.repositories.removeLast()
            let error = await #expect(throws: BackupError.self) { _ = try await site.open(settings) }
            #expect(error?.message == "configuration 'offsite': there is no repository 'second'")
            #expect(error?.fix == "Known are: main.")
        }
    }

    @Test func `the password may come from a command, whose words reach it as they stand`() async throws {
        try await withSite { site in
            let program = try site.writeScript(
                """
                #!/bin/sh
                [ "$1" = 'a "b" $HOME' ] && [ "$SECRET" = hush ] && echo '\(CheapRepository.password)'
                """,
                to: "tell password"
            )
            var settings = site.settings()
            settings.repositories[0].password = .command([program, #"a "b" $HOME"#])
            settings.repositories[0].environment = ["SECRET": .secret("word")]
            settings.secret = { name in name == "word" ? "hush" : "" }
            #expect(try await site.open(settings).runNightly().state == .completed)

            settings.repositories[0].password = .command([program, "x"])
            let failed = try await site.open(settings).runNightly()
            #expect(failed.errors.reason == "wrong_password")
            #expect(
                failed.errors.diagnostics?.hasPrefix("'\(program)' of 'password_command' prints no password")
                    == true
            )
        }
    }

    @Test func `an option that restic does not know is an error that names it`() async throws {
        try await withSite { site in
            var settings = site.settings()
            settings.repositories[0].options = ["local.nosuch": "1"]
            let backup = try await site.open(settings).runNightly()
            #expect(backup.errors.reason == "option_unknown")
            #expect(
                backup.errors.diagnostics
                    == "the installed restic does not know the option 'local.nosuch' of repository '\(site.repository)'. "
                    + "Correct it, or take it out of 'options'."
            )
        }
    }

    @Test func `what a repository says of itself reaches every restic`() async throws {
        try await withSite { site in
            var settings = site.settings()
            var repository = settings.repositories[0]
            repository.options = ["local.connections": "2"]
            repository.compression = .max
            repository.cache = .folder(site.folder + "/cache")
            repository.uploadLimit = 100_000
            repository.downloadLimit = 100_000
            repository.packSize = 8
            repository.environment = [
                "SSL_CERT_FILE": .text("/ca.pem"), "GREETING": .inherited, "NOBODY": .inherited,
            ]
            settings.repositories = [repository]
            settings.environment["GREETING"] = "hello"
            settings.resticProgram = try site.writeScript(
                """
                #!/bin/sh
                printf '%s|%s|%s|%s\\n' "$*" "$SSL_CERT_FILE" "$GREETING" "${NOBODY-unset}" >>'\(site.folder)/calls'
                exec /usr/bin/restic "$@"
                """,
                to: "spy"
            )
            let service = try await site.open(settings)
            #expect(try await service.runNightly().state == .completed)
            #expect(try await service.check(.none).outcome == .ok)
            let calls = try #require(site.text("calls")).split(separator: "\n").filter {
                !$0.hasPrefix("version")
            }
            #expect(calls.count >= 3)
            let flags =
                "-o local.connections=2 --compression max --cache-dir \(site.folder)/cache --limit-upload 100000 "
                + "--limit-download 100000 --pack-size 8 "
            for call in calls {
                #expect(call.hasPrefix(flags))
                #expect(call.hasSuffix("|/ca.pem|hello|unset"))
            }
        }
    }

    @Test
    func `a variable that the installed version does not read is an error that names the version that does`()
        async throws
    {
        try await withSite { site in
            var settings = site.settings()
            settings.repositories[0].environment = ["RESTIC_AWS_ASSUME_ROLE_ARN": .text("arn")]
            settings.resticProgram = try site.writeScript(
                "#!/bin/sh\ncase \"$*\" in version*) echo 'restic 0.14.0 compiled' ;; *) exit 1 ;; esac\n",
                to: "fake"
            )
            let backup = try await site.open(settings).runNightly()
            #expect(backup.errors.reason == "tool_missing")
            #expect(
                backup.errors.diagnostics?.hasPrefix(
                    "restic 0.14.0 ('\(site.folder)/fake') does not know what 'environment: RESTIC_AWS_ASSUME_ROLE_ARN' of "
                        + "the repository 'main' asks for; 0.17.0 and newer do."
                ) == true
            )
        }
    }

    @Test func `two repositories at one address keep the service from opening`() async throws {
        try await withSite { site in
            var settings = settings(site)
            settings.repositories[1].address = "local:" + site.repository + "/"
            let error = await #expect(throws: BackupError.self) { _ = try await site.open(settings) }
            #expect(
                error?.message
                    == "the repositories 'main' and 'second' have one address, local:\(site.repository)/"
            )
        }
    }
}
