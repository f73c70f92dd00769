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
}
