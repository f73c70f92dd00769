import Foundation
import Glibc
import LuaKit
import PluginHost
import Testing

@testable import moonkeep

/// What scripts and files hold does not steer the terminals and logs of people.
@Suite struct TerminalSafetyTests {
    private static let attack = #"a\u{1b}]0;owned\u{7}b\u{9b}2Jc\u{202e}d\re"#

    @Test func `what a script prints and logs does not steer a terminal`() async throws {
        try await withSite { site in
            try site.write("print('\(Self.attack)') log.warn('\(Self.attack)')", to: "script.lua")
            let ended = try await Program(
                Program.moonkeep,
                ["run", "script.lua"],
                in: site.folder,
                environment: site.environment.merging(["TERM": "xterm", "NO_COLOR": "1"]) { $1 },
                terminal: try Terminal(columns: 100)
            ).end()
            let lines = ended.output.replacing("\r\n", with: "\n")
            #expect(lines.contains("a?]0;owned?b?2Jc?d?e\n"), "\(lines.debugDescription)")
            #expect(lines.contains("warn   a?]0;owned?b?2Jc?d?e\n"), "\(lines.debugDescription)")
            #expect(!lines.unicodeScalars.contains { "\u{7}\u{9b}\u{202e}".unicodeScalars.contains($0) })
        }
    }

    @Test func `a program that reads what a script prints gets it as it is`() async throws {
        try await withSite { site in
            let ended = try await site.run("print('\(Self.attack)') log.warn('\(Self.attack)')")
            #expect(ended.output == "a\u{1b}]0;owned\u{7}b\u{9b}2Jc\u{202e}d\re\n")
            #expect(ended.error == "warn   a?]0;owned?b?2Jc?d?e\n")
        }
    }

    @Test(arguments: ["\u{1b}[2J", "\u{202e}", "\u{9b}"])
    func `a question about permissions shows nothing that turns it`(text: String) {
        let permission = Permission("fs:read:/srv/\(text)x")
        let lines = PermissionPrompt.lines([permission].compactMap { $0 })
        #expect(!lines.joined().contains(text))
    }

    @Test func `an error that names a file does not steer a terminal`() async throws {
        try await withSite { site in
            let ended = try await site.moonkeep("run", "a\u{1b}[2J\u{202e}.lua")
            #expect(
                ended.error == "moonkeep: there is no script 'a?[2J?.lua'. Give the path of a Lua file.\n"
            )
        }
    }
}
