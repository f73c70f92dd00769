import BackupAPI
import Foundation
import PluginHost
import Synchronization

/// A stream that people or programs read.
struct Console: Sendable {
    let descriptor: Int32
    /// Whether the command has failed where this cannot be written.
    var isWatched = false

    static let standardOutput = Console(descriptor: STDOUT_FILENO, isWatched: true)
    static let standardError = Console(descriptor: STDERR_FILENO)

    /// Whether a person sits at it.
    var isTerminal: Bool { isatty(descriptor) == 1 }

    /// Colours only on a terminal, and not for people who do not want them (https://no-color.org).
    var style: TerminalStyle {
        let environment = ProcessInfo.processInfo.environment
        let isPlain = !(environment["NO_COLOR"] ?? "").isEmpty || environment["TERM"] == "dumb"
        return TerminalStyle(hasColour: isTerminal && !isPlain)
    }

    /// The terminal's width in columns; 80 when it is not known.
    var width: Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Writes all of a text. What could steer a terminal is replaced where people read it: on a terminal, and always on the
    /// error stream, whose readers are logs. Colours stay. What cannot be written is kept in mind for ``failure``.
    func write(_ text: String) {
        send(isTerminal || descriptor == STDERR_FILENO ? text.keepingColours : text)
    }

    func writeLine(_ line: String) {
        write(line + "\n")
    }

    /// Writes what a script prints, as it is where a program reads it; on a terminal without colours too, which the script could
    /// have from elsewhere.
    func writeOutput(_ line: String) {
        send((isTerminal ? line.withoutControlsInLines : line) + "\n")
    }

    /// Writes what moves the cursor of a terminal.
    func draw(_ text: String) { send(text) }

    /// The number of the first error of the standard output, for which it has not got all that was written; `nil` where it has.
    static var failure: Int32? { lost.withLock { $0 } }

    private static let lost = Mutex<Int32?>(nil)

    private func send(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else {
                let number = errno
                if isWatched { Self.lost.withLock { $0 = $0 ?? number } }
                return
            }
            bytes = bytes.dropFirst(count)
        }
    }
}

extension String {
    /// The text without what could steer a terminal, but with line ends, tabs, and the colours that ``TerminalStyle`` paints.
    fileprivate var keepingColours: String {
        guard unicodeScalars.contains("\u{1b}") else { return withoutControlsInLines }
        var pieces: [String] = []
        var rest = self[...]
        while let colour = rest.firstMatch(of: #/\u{1b}\[[0-9;]*m/#) {
            pieces.append(String(rest[..<colour.range.lowerBound]).withoutControlsInLines)
            pieces.append(String(colour.output))
            rest = rest[colour.range.upperBound...]
        }
        return pieces.joined() + String(rest).withoutControlsInLines
    }
}
