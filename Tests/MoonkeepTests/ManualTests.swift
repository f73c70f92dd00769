import ArgumentParser
import Foundation
import Testing

@testable import moonkeep

/// `scripts/manual`: the manual pages, which a package has of each command.
@Suite(
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"), "python3 is not installed")
)
struct ManualTests {
    @Test func `each command has a page that says what its help says`() async throws {
        try await withSite { site in
            let ended = try await site.execute(
                "/usr/bin/python3",
                Checkout.folder + "/scripts/manual",
                Program.moonkeep,
                site.path("manual"),
                environment: ["SOURCE_DATE_EPOCH": "86400"]
            )
            #expect(ended == Ended(exitCode: 0, output: "", error: ""))
            let pages = try site.names(in: "manual")
            for command in Moonkeep.configuration.subcommands {
                #expect(pages.contains("moonkeep-\(command._commandName).1"))
            }
            #expect(pages.contains("moonkeep.1") && pages.contains("moonkeep-configurations-create.1"))
            let run = try site.text("manual/moonkeep-run.1")
            #expect(run.hasPrefix(".TH MOONKEEP\\-RUN 1 \"1970-01-02\" \"Moonkeep 0.1.0\" \"Moonkeep\"\n"))
            #expect(run.contains("\n.SH NAME\nmoonkeep\\-run \\- Runs a script\n"))
            #expect(run.contains("\n.TP\n\\fB\\-\\-plan\\fR\n"))
            #expect(run.contains("\n.SH EXIT STATUS\n"))
        }
    }
}
