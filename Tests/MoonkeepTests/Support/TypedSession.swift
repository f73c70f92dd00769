import Foundation
import Glibc
import Synchronization
import Testing

/// A session of `moonkeep repl` at a terminal, typed by a test.
final class TypedSession: Sendable {
    let program: Program
    private let terminal: Terminal
    /// How much of the output a test has seen, in bytes.
    private let seen = Mutex(0)

    static let (tab, up, controlC, controlD) = ("\t", "\u{1b}[A", "\u{3}", "\u{4}")

    /// Starts a session, and waits for its prompt.
    init(in site: TestSite, _ options: String...) async throws {
        terminal = try Terminal(columns: 100)
        program = try Program(
            "/usr/bin/setsid",
            ["--ctty", "--wait", Program.moonkeep, "repl"] + options,
            in: site.folder,
            environment: site.environment.merging(["TERM": "xterm", "NO_COLOR": "1"]) { $1 },
            terminal: terminal
        )
        try await expect("> ")
    }

    /// Types a text as it is.
    func type(_ text: String) {
        for byte in text.utf8 { terminal.type(byte) }
    }

    /// Types a line, and waits for a text in what follows.
    func enter(_ line: String, expecting text: String = "\r\n> ") async throws {
        type(line + "\r")
        try await expect(text)
    }

    /// Waits for a text in what is shown since the last one that was waited for.
    func expect(_ text: String) async throws {
        let start = seen.withLock { $0 }
        let isShown = await terminal.output.reaches {
            String($0.utf8.dropFirst(start))?.contains(text) == true
        }
        let rest = String(terminal.output.text.utf8.dropFirst(start)) ?? ""
        try #require(isShown, "'\(text)' was not shown: \(rest)")
        let range = try #require(rest.range(of: text))
        seen.withLock { $0 = start + rest[..<range.upperBound].utf8.count }
    }

    /// Ends the session as people do, and answers what it showed.
    func end() async -> Ended {
        type(Self.controlD)
        return await program.end(within: .seconds(60))
    }
}
