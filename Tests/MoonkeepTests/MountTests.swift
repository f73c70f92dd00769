import Foundation
import Testing

@Suite(.enabled(if: Machine.hasRestic, "restic is not installed")) struct MountTests {
    /// A folder of programs with restic, and with some that stand for others.
    private func programs(_ site: TestSite, _ texts: [String: String] = [:]) throws -> [String: String] {
        try site.makeFolder("programs")
        if texts["restic"] == nil {
            try FileManager.default.createSymbolicLink(
                atPath: site.path("programs/restic"),
                withDestinationPath: "/usr/bin/restic"
            )
        }
        for (name, text) in texts {
            try site.write("#!/bin/sh\n" + text + "\n", to: "programs/" + name)
            try site.setMode(0o755, of: "programs/" + name)
        }
        return ["PATH": site.path("programs")]
    }

    @Test func `without FUSE it is refused with what to do`() async throws {
        try await withSite { site in
            try site.makeFolder("shown")
            let ended = try await site.moonkeep("mount", "shown", environment: try programs(site))
            #expect(
                ended
                    == Ended(
                        exitCode: 1,
                        output: "",
                        error: """
                            moonkeep: the repository cannot be mounted: FUSE is not installed, there is no program \
                            'fusermount3' or 'fusermount'. Install it with 'apt-get install fuse3'; 'moonkeep browse' and \
                            'moonkeep restore' need no FUSE.

                            """
                    )
            )
        }
    }

    @Test(arguments: [
        ("nowhere", "is not there. Make it with 'mkdir'."),
        ("source", "is not empty: what is in it would be hidden. Name an empty folder."),
        ("password", "is not a folder. Name an empty folder."),
    ])
    func `a folder that is not fit is refused`(name: String, said: String) async throws {
        try await withSite { site in
            let ended = try await site.moonkeep("mount", name)
            #expect(ended.error == "moonkeep: the folder '\(site.path(name))' \(said)\n")
            #expect(ended.exitCode != 0)
        }
    }

    @Test(.enabled(if: FileManager.default.isReadableFile(atPath: "/dev/fuse"), "there is no /dev/fuse"))
    func `restic runs in the place of the command, with the site's repository and password`() async throws {
        try await withSite { site in
            try site.makeFolder("shown")
            let fake = """
                [ "$1" = mount ] || exec /usr/bin/restic "$@"
                echo "$@" "$RESTIC_REPOSITORY" "$RESTIC_PASSWORD_FILE"
                exit 7
                """
            let environment = try programs(site, ["restic": fake, "fusermount3": "exit 1"])
            let none = try await site.moonkeep("mount", "shown", environment: environment)
            #expect(none.exitCode != 0 && none.error.contains("repository"), "\(none)")
            #expect(try await site.moonkeep("backup", "web").exitCode == 0)
            let ended = try await site.moonkeep("mount", "shown", environment: environment)
            #expect(
                ended
                    == Ended(
                        exitCode: 7,
                        output:
                            "mount -- \(site.path("shown")) \(site.path("repository")) \(site.path("password"))\n",
                        error: "the backups are shown in '\(site.path("shown"))' until Ctrl-C\n"
                    )
            )
        }
    }
}
