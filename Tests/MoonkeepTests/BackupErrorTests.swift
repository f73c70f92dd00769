import Testing

@Suite(.enabled(if: Machine.hasRestic, "restic is not installed")) struct BackupErrorTests {
    /// Runs the script that backs up `web`, and answers the reason on the error stream.
    private func reason(_ site: TestSite, code: Int32, environment: [String: String] = [:]) async throws
        -> String
    {
        let ended = try await site.run(TestSite.backUp, "--quiet", environment: environment)
        #expect(ended.exitCode == code, "\(ended)")
        let line = ended.error.prefix { $0 != "\n" }
        let parts = line.split(separator: ": ", maxSplits: 2)
        #expect(ended.output.contains("  web: \(parts.last ?? "?")\n"))
        return String(parts.last ?? "")
    }

    @Test func `a path that does not exist makes a warning`() async throws {
        try await withSite("configurations: [{name: web, inclusions: [source, gone]}]\n") { site in
            let reason = try await reason(site, code: 3)
            #expect(
                reason
                    == "1 path could not be backed up: '\(site.path("gone"))' (does not exist)"
            )
            #expect(try await site.newestBackup()["state"] as? String == "completed_with_errors")
        }
    }

    @Test func `paths of which none exists make a failure`() async throws {
        try await withSite("configurations: [{name: web, inclusions: [gone]}]\n") { site in
            let reason = try await reason(site, code: 1)
            #expect(
                reason == """
                    the path '\(site.path("gone"))' does not exist. Check the configuration's inclusions, \
                    and that their disk is mounted.
                    """
            )
            #expect(try await site.newestBackup()["state"] as? String == "failed")
        }
    }

    @Test func `a wrong password is told with its file`() async throws {
        try await withSite { site in
            _ = try await site.restic("init")
            try site.write("wrong\n", to: "password")
            let reason = try await reason(site, code: 1)
            #expect(
                reason == """
                    the password in '\(site.path("password"))' does not open repository \
                    '\(site.path("repository"))'. Put the repository's password into that file.
                    """
            )
        }
    }

    @Test func `a password file that is not there is told`() async throws {
        try await withSite { site in
            try site.remove("password")
            let reason = try await reason(site, code: 1)
            #expect(
                reason == """
                    no password can be read from '\(site.path("password"))'. \
                    Put the repository's password into that file.
                    """
            )
        }
    }

    @Test func `restic that is not installed is told with the command that installs it`() async throws {
        try await withSite { site in
            let reason = try await reason(site, code: 1, environment: ["PATH": site.path("home")])
            #expect(
                reason == """
                    restic is not installed: there is no program 'restic'. \
                    Install it with 'apt-get install restic', or name the program's path.
                    """
            )
            #expect(!site.exists("repository"))
        }
    }

    @Test func `a repository that another restic has locked is told`() async throws {
        try await withSite { site in
            // So much that a slow check does not end before it is looked at.
            try site.writeRandomBytes(100_000, to: "source/random.bin")
            _ = try await site.run(TestSite.backUp)
            let reason = try await site.whileLocked { () async throws -> String in
                try await self.reason(site, code: 1)
            }
            #expect(reason.hasPrefix("repository '\(site.path("repository"))' is locked: "))
            #expect(reason.contains("locked exclusively by PID "))
            let fix = """
                Start the backup again when the other restic has ended; if none runs any more, \
                'moonkeep unlock' shows the locks and removes them.
                """
            #expect(reason.hasSuffix(fix))
        }
    }
}
