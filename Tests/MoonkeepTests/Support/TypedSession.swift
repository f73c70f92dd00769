import Foundation
import Glibc
import Testing

/// A command at a terminal, with what a test types; most of all `moonkeep repl`.
final class TypedSession {
    let program: Program
    private let terminal: Terminal
    /// How much of the output a test has seen, in bytes.
    private var seen = 0
    /// Kills a program that does not show what a test waits for.
    private let killer = DispatchSource.makeTimerSource()

    static let (tab, up, controlC, controlD) = ("\t", "\u{1b}[A", "\u{3}", "\u{4}")

    /// Starts a session, and waits for its prompt.
    convenience init(in site: TestSite, _ options: String...) async throws {
        try self.init(in: site, running: ["repl"] + options)
        try await expect("> ")
    }

    /// Starts a command.
    init(in site: TestSite, running arguments: [String]) throws {
        terminal = try Terminal(columns: 100)
        program = try Program(
            "/usr/bin/setsid",
            ["--ctty", "--wait", Program.moonkeep] + arguments,
            in: site.folder,
            environment: site.environment.merging(["TERM": "xterm", "NO_COLOR": "1"]) { $1 },
            terminal: terminal
        )
        let setsid = program.processID
        killer.setEventHandler {
            let children = try? String(
                contentsOfFile: "/proc/\(setsid)/task/\(setsid)/children",
                encoding: .utf8
            )
            for child in children?.split(separator: " ").compactMap({ Int32($0) }) ?? [] {
                kill(child, SIGKILL)
            }
        }
        killer.schedule(deadline: .now() + 60)
        killer.resume()
    }

    deinit {
        killer.cancel()
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
        let start = seen
        let isShown = await terminal.output.reaches {
            String($0.utf8.dropFirst(start))?.contains(text) == true
        }
        let rest = String(terminal.output.text.utf8.dropFirst(start)) ?? ""
        try #require(isShown, "'\(text)' was not shown: \(rest)")
        let range = try #require(rest.range(of: text))
        seen = start + rest[..<range.upperBound].utf8.count
    }

    /// Ends the session as people do, and answers what it showed.
    func end() async -> Ended {
        type(Self.controlD)
        return await finish()
    }

    /// Waits for the end of the command.
    func finish() async -> Ended {
        await program.end(within: .seconds(60))
    }
}
