import BackupAPI
import Foundation
import PluginHost
import Synchronization

/// Asks the person at the terminal what scripts want to know, one question at a time.
final class QuestionPrompt: Sendable {
    private let console = Console.standardError
    private let printer: any RunPrinter
    private let isAsking = Mutex(false)

    /// Whether somebody sits at the terminal who can be asked.
    static var canAsk: Bool { isatty(STDIN_FILENO) == 1 && Console.standardError.isTerminal }

    /// `printer` shows the news of the run: it keeps them back while a question is open.
    init(pausing printer: any RunPrinter) {
        self.printer = printer
    }

    /// Waits for one of the choices; `nil` when the person ends the input instead. Cancelling the task ends the waiting.
    func ask(_ question: Question) async throws -> String? {
        while !isAsking.withLock({ isAsking in
            defer { isAsking = true }
            return !isAsking
        }) {
            try await Task.sleep(for: Self.pause)
        }
        defer { isAsking.withLock { $0 = false } }
        printer.pause()
        defer { printer.resume() }
        // What was typed before the question was shown is no answer to it.
        tcflush(STDIN_FILENO, TCIFLUSH)
        for line in Self.lines(of: question) { console.writeLine(line) }
        return try await answer(to: question)
    }

    private func answer(to question: Question) async throws -> String? {
        while true {
            console.write(Self.prompt(of: question, at: Clocks.now()))
            let line: String?
            do {
                line = try await readLine()
            } catch {
                console.writeLine("")
                throw error
            }
            guard let line else {
                console.writeLine("")
                return nil
            }
            if line.allSatisfy(\.isWhitespace), let preset = question.preset { return preset }
            do {
                return try question.choice(for: line)
            } catch {
                console.writeLine("  \(error.message).".printable)
            }
        }
    }

    /// The question and its details, for a screen.
    static func lines(of question: Question) -> [String] {
        let details = question.details.map { $0.screenLines.map { "  " + $0 } } ?? []
        return question.text.screenLines + details
    }

    /// `yes or no [no in 5 min 00 s]? `
    static func prompt(of question: Question, at now: Timestamp) -> String {
        let time = question.deadline.map { " in \(Figures.duration($0.since(now)))" } ?? ""
        let preset = question.preset.map { " [\($0)\(time)]" } ?? ""
        return "\(question.choicesText)\(preset)? ".printable
    }

    /// How long it waits before it looks again: no thread is left behind that would take what is typed later.
    private static let pause = Duration.milliseconds(50)

    /// A line of the input, without its end; `nil` when the input has ended.
    private func readLine() async throws -> String? {
        var line: [UInt8] = []
        while true {
            try Task.checkCancellation()
            var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            guard poll(&input, 1, 0) > 0 else {
                try await Task.sleep(for: Self.pause)
                continue
            }
            var bytes = [UInt8](repeating: 0, count: 4_096)
            let count = bytes.withUnsafeMutableBytes { read(STDIN_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { return line.isEmpty ? nil : String(decoding: line, as: UTF8.self) }
            line += bytes[..<count]
            guard line.last == UInt8(ascii: "\n") || line.count > 4_096 else { continue }
            return String(decoding: line, as: UTF8.self)
        }
    }
}
