import BackupAPI
import Foundation
import LocalBackup
import Testing

/// Guards that are small in the code and large in what they keep: each is here because nothing else noticed its loss, as
/// `scripts/mutate` tells.
@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(5)))
struct GuardTests {
    @Test(arguments: [false, true])
    func `a retention is no day longer and no day shorter than it says`(hasAgent: Bool) async throws {
        try await withSite { site in
            var settings = site.settings()
            settings.configurations[0].retention = Retention(days: 30)
            let service = try await site.open(settings)
            _ = try await service.runNightly()
            let agent = hasAgent ? ",agent:\(try await site.agent(of: service))" : ""
            // Half a day from the border: no zone and no change of the clocks matters.
            for (run, hours) in [("kept", 29 * 24 + 12), ("removed", 30 * 24 + 12)] {
                let time = Date(timeIntervalSinceNow: -3_600 * Double(hours)).timeIntervalSince1970
                let stamp = Timestamp(seconds: time).wholeSeconds.prefix(19).replacing("T", with: " ")
                let tags = "run:\(run),configuration:\(LocalBackupService.nightly)\(agent)"
                _ = try site.restic(
                    "backup",
                    "--time",
                    String(stamp),
                    "--host",
                    "test-host",
                    "--tag",
                    tags,
                    site.source
                )
            }
            #expect(try await service.runCleanup().state == .completed)
            let left = try site.restic("snapshots", "--json")
            #expect(left.contains("run:kept"))
            #expect(!left.contains("run:removed"))
        }
    }

    @Test func `a backslash in an excluded name is a character of it, also before another special one`()
        async throws
    {
        try await withSite { site in
            for name in [#"a\*b"#, #"a\xb"#, "a*b"] {
                try FileManager.default.createDirectory(
                    atPath: "\(site.source)/\(name)",
                    withIntermediateDirectories: true
                )
                try site.write(name, to: "source/\(name)/file")
            }
            let settings = site.settings(exclusions: [site.source + #"/a\*b"#])
            let backup = try await site.open(settings).runNightly()
            #expect(backup.state == .completed)
            let names = try site.snapshotNames()
            #expect(names.isSuperset(of: [#"a\xb"#, "a*b"]))
            #expect(!names.contains(#"a\*b"#))
        }
    }

    @Test func `a pattern that begins like a comment, or with a blank, is a pattern`() async throws {
        try await withSite { site in
            for name in ["#note", " blank", "end "] { try site.write(name, to: "source/" + name) }
            var settings = site.settings()
            settings.configurations[0].exclusionPatterns = ["#note", " blank", "end "]
            let backup = try await site.open(settings).runNightly()
            #expect(backup.state == .completed)
            #expect(backup.filesSearched == 2)
        }
    }

    @Test func `an exit code that is not written to its end is none`() async throws {
        try await withSite { site in
            let spool = Spool(path: site.folder + "/spool")
            try spool.create()
            try site.write("12", to: "spool/rc")
            #expect(spool.recordedExitCode() == nil)
            #expect(spool.end == .unknown)
            try site.write("12\n", to: "spool/rc")
            #expect(spool.end == .exited(12))
            try site.write("143\n", to: "spool/rc")
            #expect(spool.end == .killed(143))
        }
    }

    @Test func `a helper that is killed has answered nothing, whatever it has written`() async throws {
        try await withSite { site in
            var settings = site.settings()
            settings.resticProgram = try site.writeScript(
                """
                #!/bin/sh
                if [ "$1" = ls ]; then
                    restic "$@" | head -n 2
                    kill -KILL $$
                fi
                exec restic "$@"

                """,
                to: "dying-ls"
            )
            let service = try await site.open(settings)
            let backup = try await service.runNightly()
            #expect(backup.state == .completed)
            let error = await #expect(throws: BackupError.self) {
                try await service.browse(backup.id, path: site.source)
            }
            #expect(error?.code == .service)
            #expect(try await service.run(site.draft(backup)).state == .failed)
        }
    }
}
