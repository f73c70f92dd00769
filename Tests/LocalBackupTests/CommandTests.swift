import BackupAPI
import Foundation
import LocalBackup
import Testing

@Suite struct CommandTests {
    @Test func `only allowed variables reach restic, and neither secrets nor addresses stand in argv`()
        async throws
    {
        try await withSite { site in
            var settings = site.settings(exclusions: [site.source + "/a.txt"])
            settings.repositories[0].address = "rest:http://user:hunter2@localhost/"
            settings.repositories[0].uploadLimit = 7
            settings.environment["AWS_ACCESS_KEY_ID"] = "key"
            settings.environment["LC_ALL"] = "C"
            settings.environment["RESTIC_PASSWORD"] = "stray"
            settings.environment["RESTIC_REPOSITORY"] = "stray"
            settings.environment["LD_PRELOAD"] = ""
            settings.resticProgram = try site.writeScript(
                """
                #!/bin/sh
                case "$*" in
                version*) echo 'restic 0.14.0 compiled' ;;
                *' cat config '*) echo '{"version": 2}' ;;
                *backup*)
                    env | grep -v -e '^_=' -e '^PWD=' -e '^SHLVL=' -e '^OLDPWD=' | sort >'\(site.folder)/variables'
                    for word in "$@"; do printf '%s\\n' "$word"; done >'\(site.folder)/words'
                    echo 'Fatal: cannot reach rest:http://user:hunter2@localhost/' >&2
                    exit 1 ;;
                esac
                """,
                to: "fake"
            )
            let service = try await site.open(settings)
            let backup = try await service.runNightly(key: "k")
            #expect(
                backup.errors.diagnostics
                    == "restic failed with exit code 1: Fatal: cannot reach rest:http://***@localhost/"
            )
            let variables = """
                AWS_ACCESS_KEY_ID=key
                HOME=\(site.folder)/home
                LC_ALL=C
                PATH=/usr/local/bin:/usr/bin:/bin
                RESTIC_PASSWORD_FILE=\(site.passwordFile)
                RESTIC_PROGRESS_FPS=5
                RESTIC_REPOSITORY=rest:http://user:hunter2@localhost/

                """
            #expect(try String(contentsOfFile: site.folder + "/variables", encoding: .utf8) == variables)
            let words = """
                --limit-upload 7 backup --json --tag run:k --tag configuration:\(LocalBackupService.nightly) \
                --tag agent:\(backup.agent.id) --host test-host \
                --exclude-file \(site.stateFolder)/spool/\(backup.id)/exclusions \
                --files-from-raw \(site.stateFolder)/spool/\(backup.id)/inclusions
                """
            let written = try String(contentsOfFile: site.folder + "/words", encoding: .utf8)
            #expect(written.split(separator: "\n").joined(separator: " ") == words)
        }
    }

    @Test func `a restic file is asked for its version once, and again when it has changed`() async throws {
        try await withSite { site in
            let text = """
                #!/bin/sh
                case "$*" in version*) echo asked >>'\(site.folder)/asked'; echo 'restic VERSION compiled' ;; esac
                """
            var settings = site.settings()
            for version in ["0.14.0", "0.14.0", "0.18.1"] {
                let script = text.replacing("VERSION", with: version)
                if version == "0.18.1" || settings.resticProgram == "restic" {
                    settings.resticProgram = try site.writeScript(script, to: "fake")
                }
                _ = try await site.open(settings).runNightly()
            }
            let asked = try String(contentsOfFile: site.folder + "/asked", encoding: .utf8)
            #expect(asked == "asked\nasked\n")
        }
    }

    @Test(arguments: [
        ("rest:https://me:pass@host/r", "rest:https://***@host/r"),
        ("rest:https://me:p@ss@host:8000/r is there", "rest:https://***@host:8000/r is there"),
        ("sftp://me@host/r", "sftp://me@host/r"),
        ("s3:https://host/bucket", "s3:https://host/bucket"),
        ("/srv/repo", "/srv/repo"),
    ])
    func `passwords in addresses are not shown`(address: String, shown: String) {
        #expect(address.redacted == shown)
    }
}
