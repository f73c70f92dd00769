/// Runs `moonkeep test` on a file of cases, in a site with other files.
func runTests(_ files: [String: String], _ cases: String, _ options: String...) async throws -> Ended {
    var ended = Ended(exitCode: -1, output: "", error: "")
    try await withSite { site in
        for (name, text) in files { try site.write(text, to: name) }
        try site.write(cases, to: "a_test.lua")
        ended = try await site.start(["test"] + options).end()
    }
    return ended
}
