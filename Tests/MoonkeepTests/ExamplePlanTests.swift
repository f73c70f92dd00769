import Foundation
import Testing

/// What a plan says of the example scripts.
@Suite(.enabled(if: Machine.hasRestic, "restic is not installed")) struct ExamplePlanTests {
    @Test(arguments: Checkout.scripts)
    func `an example can be planned`(path: String) async throws {
        try await withSite(
            """
            configurations:
              - name: web
                inclusions: [source]
              - name: databases
                inclusions: [source]

            """
        ) { site in
            for folder in ["lib", "plugins"] {
                try FileManager.default.copyItem(
                    atPath: "\(Checkout.folder)/examples/\(folder)",
                    toPath: site.path(folder)
                )
            }
            let name = path.split(separator: "/").last.map(String.init) ?? path
            try site.write(try String(contentsOfFile: path, encoding: .utf8), to: name)
            _ = try await site.moonkeep("allow", name)
            let words = name == "verify.lua" ? ["--configuration", "web"] : []
            let ended = try await site.start(["run", "--plan", name] + words).end()
            // That nothing was backed up so far is what a verification says.
            if name == "verify.lua" {
                #expect(ended.error.contains("has no completed backup"), "\(ended)")
            } else {
                #expect(ended.exitCode == 0, "\(ended)")
            }
        }
    }
}
