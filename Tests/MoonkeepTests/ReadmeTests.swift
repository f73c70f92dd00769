import ArgumentParser
import Foundation
import PluginHost
import Testing

@testable import moonkeep

/// What the README shows is what happens.
@Suite struct ReadmeTests {
    /// The fenced blocks of a language, in order.
    private static func blocks(_ language: String) throws -> [String] {
        try Checkout.text("README.md").components(separatedBy: "\n```").enumerated()
            .filter { $0.element.hasPrefix(language + "\n") }
            .map { String($0.element.dropFirst(language.count + 1)) }
    }

    /// A text whose figures, ids and times are the same in every run.
    private static func withoutFigures(_ text: String) -> [String] {
        text.split(separator: "\n").map { line -> String in
            String(line).replacing(#/\b\d{8}T\d{6}-[0-9a-f]{6}\b/#, with: "RUN")
                .replacing(#/\b[0-9a-f]{8}$/#, with: "ID")
                .replacing(#/\d[\d,.]*( ([KMG]i)?B\b)?/#, with: "#")
                .replacing(#/ +/#, with: " ")
        }
    }

    @Test(.enabled(if: Machine.hasRestic, "restic is not installed"))
    func `the first script is the example, and its output is real`() async throws {
        let script = try #require(try Self.blocks("lua").first)
        let example = try Checkout.text("examples/start_wait_report.lua")
        let code = { (text: String) in text.split(separator: "\n").filter { !$0.hasPrefix("--") } }
        #expect(code(script) == code(example))
        let transcript = try #require(try Self.blocks("console").first)
        try await withSite("configurations:\n  - {name: sources, inclusions: [source]}\n") { site in
            let ended = try await site.moonkeep(
                "run",
                Checkout.folder + "/examples/start_wait_report.lua",
                "--configuration",
                "sources"
            )
            let shown = transcript.split(separator: "\n").dropFirst().joined(separator: "\n")
            #expect(Self.withoutFigures(ended.output) == Self.withoutFigures(shown))
        }
    }

    @Test func `the misspelt name gets the message that is shown`() async throws {
        let transcript = try Self.blocks("console")[1].split(separator: "\n")
        #expect(transcript[0] == "$ moonkeep run typo.lua")
        try await withSite("configurations:\n  - {name: sources, inclusions: [source]}\n") { site in
            try site.write("backup.start(\"source\")\n", to: "typo.lua")
            let ended = try await site.moonkeep("run", "typo.lua")
            #expect(ended.error.split(separator: "\n").first == transcript[1])
        }
    }

    @Test(.enabled(if: Machine.hasRestic, "restic is not installed"))
    func `a new site can be used as it is`() async throws {
        let commands = try #require(try Self.blocks("sh").last).split(separator: "\n").map {
            $0.split(separator: " ")
        }
        try await withSite { site in
            for command in commands {
                #expect(command[0] == "moonkeep")
                let ended = try await site.start(command.dropFirst().map(String.init)).end()
                #expect(ended.exitCode == 0, "\(command): \(ended)")
            }
        }
    }

    @Test func `every module and every function is named`() throws {
        let readme = try Checkout.text("README.md")
        for module in PluginHost.standardModules {
            for function in module.functions where module.name != "run" || function.name == "finish" {
                #expect(
                    readme.contains("`\(module.name)`") && readme.contains("`\(function.name)`"),
                    "\(function.name)"
                )
            }
        }
    }

    @Test func `the lines of the embedding example are its own`() throws {
        let example = try Checkout.text("examples/embed/Embed.swift")
            .split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        for line in try #require(try Self.blocks("swift").first).split(separator: "\n") {
            #expect(example.contains(line.trimmingCharacters(in: .whitespaces)), "\(line)")
        }
    }

    @Test func `the README is at most 150 lines and names no version that could grow old`() throws {
        let lines = try Checkout.text("README.md").split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count <= 151)
    }

    @Test(arguments: [
        "README.md", "Sources/moonkeep/moonkeep.docc/Operators.md",
        "Sources/ScriptLibrary/ScriptLibrary.docc/Authors.md",
        "Sources/PluginHost/PluginHost.docc/Embedders.md",
    ])
    func `each command that a page names is there`(page: String) throws {
        let commands = Set(Moonkeep.configuration.subcommands.map { $0._commandName })
        let named = try Checkout.text(page).matches(of: #/[`$#] ?moonkeep ([a-z]+)/#).map { String($0.1) }
        for name in named { #expect(commands.contains(name), "\(name)") }
    }

    @Test func `the workflow of the page for authors has no mistakes`() async throws {
        let page = try Checkout.text("Sources/ScriptLibrary/ScriptLibrary.docc/Authors.md")
        let script = try #require(
            page.components(separatedBy: "\n```").first { $0.hasPrefix("lua\n") }?.dropFirst(4)
        )
        try await withSite { site in
            try site.write(String(script), to: "workflow.lua")
            let ended = try await site.moonkeep("check", "workflow.lua")
            #expect(ended == Ended(exitCode: 0, output: "", error: ""))
        }
    }
}
