import Foundation
import Testing

@Suite struct NewTests {
    @Test(arguments: ["workflow", "plugin", "notifier"])
    func `what is made in an empty folder passes check and test`(kind: String) async throws {
        try await withEmptyFolder { site in
            let made = try await site.moonkeep("new", kind, "nightly", in: "empty")
            #expect(made.exitCode == 0, "\(made)")
            let check = try await site.moonkeep("check", in: "empty")
            #expect(check == Ended(exitCode: 0, output: "", error: ""))
            let test = try await site.moonkeep("test", "--coverage", in: "empty")
            #expect(test.exitCode == 0, "\(test)")
            #expect(test.output.contains("100 %"))
        }
    }

    @Test func `it says what it made and what comes next`() async throws {
        try await withEmptyFolder { site in
            let made = try await site.moonkeep("new", "workflow", "web-files", "--in", "scripts", in: "empty")
            let output = """
                made scripts/web-files.lua
                made scripts/test/web-files_test.lua

                Next:
                  moonkeep check scripts/web-files.lua
                  moonkeep test scripts

                """
            #expect(made == Ended(exitCode: 0, output: output, error: ""))
            #expect(try await site.moonkeep("test", "scripts", in: "empty").exitCode == 0)
        }
    }

    @Test func `in a site it says where workflows run by themselves`() async throws {
        try await withSite { site in
            let made = try await site.moonkeep("new", "workflow", "nightly")
            #expect(
                made.output.hasSuffix(
                    """
                      moonkeep test .
                    'moonkeep serve' runs by itself what has a schedule and is in 'scripts': make it there with --in.

                    """
                )
            )
            #expect(try await !site.moonkeep("new", "plugin", "a").output.contains("by itself"))
        }
    }

    @Test func `nothing that is there is written over, and nothing is made beside it`() async throws {
        try await withEmptyFolder { site in
            try site.makeFolder("empty/plugins/fresh/test")
            try site.write("mine", to: "empty/plugins/fresh/test/fresh_test.lua")
            let ended = try await site.moonkeep("new", "plugin", "fresh", in: "empty")
            let error =
                "moonkeep: 'plugins/fresh/test/fresh_test.lua' is there already. Nothing was changed; choose another name, or another folder with --in.\n"
            #expect(ended == Ended(exitCode: 2, output: "", error: error))
            #expect(!site.exists("empty/plugins/fresh/plugin.lua"))
            let kept = try String(
                contentsOfFile: site.path("empty/plugins/fresh/test/fresh_test.lua"),
                encoding: .utf8
            )
            #expect(kept == "mine")
        }
    }

    @Test(arguments: [("plugin", "a-b"), ("workflow", "../x"), ("notifier", "1st"), ("workflow", "a b")])
    func `a name that cannot be used is refused`(kind: String, name: String) async throws {
        try await withEmptyFolder { site in
            let ended = try await site.moonkeep("new", kind, name, in: "empty")
            #expect(ended.exitCode == 2)
            #expect(
                ended.error.hasPrefix("moonkeep: '\(name)' cannot be the name of a \(kind). Use up to 60 ")
            )
            #expect(try site.names(in: "empty").isEmpty)
        }
    }
}

/// Gives a test a folder without a site.
private func withEmptyFolder(_ test: (TestSite) async throws -> Void) async throws {
    try await withSite { site in
        try site.remove("moonkeep.yaml")
        try site.makeFolder("empty")
        try await test(site)
    }
}
