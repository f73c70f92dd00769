import Foundation
import Testing

extension TestSite {
    /// Gives the site a secret.
    func keep(_ secret: String, as name: String) throws {
        let file = "secrets/" + name
        try makeFolder(String(file[..<(file.lastIndex(of: "/") ?? file.endIndex)]))
        try write(secret + "\n", to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path(file))
    }

    /// Writes `workflow.lua` and grants it what it asks for.
    func allow(_ script: String) async throws {
        try write(script, to: "workflow.lua")
        try await grant("workflow.lua")
    }

    /// Grants a script or plugin what it asks for.
    func grant(_ file: String) async throws {
        let ended = try await moonkeep("allow", file)
        try #require(ended.exitCode == 0, "\(ended)")
    }

    /// Expects that a secret is in no output, and in no file of the state, the reports and the repository.
    func expectNowhere(_ secret: String, _ ends: [Ended]) async throws {
        #expect(!ends.contains { ($0.output + $0.error).contains(secret) })
        for folder in ["state", "home"] {
            let found = try await execute("/bin/grep", "-rlaF", secret, folder)
            #expect(found == Ended(exitCode: 1, output: "", error: ""))
        }
    }
}
