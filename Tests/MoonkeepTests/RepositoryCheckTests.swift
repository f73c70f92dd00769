import Foundation
import Glibc
import Testing

@Suite(.enabled(if: Machine.hasRestic, "restic is not installed")) struct RepositoryCheckTests {
    private static let script = """
        return {
          api = 1, needs = { "backup:check" },
          run = function()
            local check = backup.check({ read_data = true })
            print(check.outcome, #check.problems, check.packs[1])
          end,
        }
        """

    @Test func `damage makes the run's outcome failed, and the script decides what else`() async throws {
        try await withSite { site in
            try site.writeRandomBytes(1 << 20, to: "source/random.bin")
            _ = try await site.run(TestSite.backUp)
            try site.write(Self.script, to: "script.lua")
            let refused = try await site.moonkeep("run", "script.lua")
            #expect(refused.exitCode == 5)
            _ = try await site.moonkeep("allow", "script.lua")
            let sound = try await site.moonkeep("run", "script.lua")
            #expect(sound == Ended(exitCode: 0, output: "ok\t0\tnil\n", error: ""))

            let found = try await site.execute(
                "/usr/bin/find",
                "repository/data",
                "-type",
                "f",
                "-size",
                "+900k"
            )
            let pack = try #require(found.output.split(separator: "\n").first.map(String.init))
            chmod(site.path(pack), 0o600)
            var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: site.path(pack))))
            for index in 100..<116 { bytes[index] ^= 0xff }
            try site.write(bytes, to: pack)
            let damaged = try await site.moonkeep("run", "script.lua")
            #expect(damaged.exitCode == 1)
            #expect(
                damaged.output.hasPrefix("failed\t1\t\(pack.split(separator: "/").last ?? "")\n"),
                "\(damaged)"
            )
            let runs = try await site.moonkeep("runs", "--json").jsonList()
            #expect(runs.first?["status"] as? String == "failed")
        }
    }

    @Test func `the command checks the repository as a run, and says what it found`() async throws {
        try await withSite { site in
            _ = try await site.run(TestSite.backUp)
            let sound = try await site.moonkeep("check", "--repository", "--read-data", "100%")
            #expect(sound == Ended(exitCode: 0, output: "The repository is sound.\n", error: ""))
            let run = try #require(try await site.moonkeep("runs", "--json").jsonList().first)
            #expect(run["script"] as? String == "moonkeep check --repository")

            let pack = try #require(
                try await site.execute("/usr/bin/find", "repository/data", "-type", "f").output
                    .split(separator: "\n").first.map(String.init)
            )
            try site.remove(pack)
            let damaged = try await site.moonkeep("check", "--repository", "--json")
            #expect(damaged.exitCode == 1, "\(damaged)")
            let found = try damaged.jsonObject()
            #expect(found["outcome"] as? String == "failed")
            #expect((found["problems"] as? [String])?.isEmpty == false)
        }
    }

    @Test(arguments: [
        (["--read-data", "5%"], "--read-data goes with --repository."),
        (["--json"], "--json goes with --repository."),
        (["--repository", "script.lua"], "--repository and scripts exclude one another."),
        (
            ["--repository", "--read-data", "half"],
            "--read-data 'half' is no amount of data. Write all, 5%, 1/7 or 10GiB."
        ),
    ])
    func `options that do not go together are a mistake of the call`(arguments: [String], said: String)
        async throws
    {
        try await withSite { site in
            let ended = try await site.start(["check"] + arguments).end()
            #expect(ended.exitCode == 2)
            #expect(ended.error.hasPrefix("moonkeep: \(said)\n"), "\(ended)")
        }
    }
}
