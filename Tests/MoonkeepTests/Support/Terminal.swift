import Foundation
import Glibc
import Testing

/// A terminal that a program sits at, seen from outside.
final class Terminal: Sendable {
    /// The program's end.
    let inside: FileHandle
    let output: Output
    private let outside: Int32

    init(columns: Int) throws {
        var (outside, inside): (Int32, Int32) = (-1, -1)
        var size = winsize(ws_row: 24, ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        try #require(openpty(&outside, &inside, nil, nil, &size) == 0)
        for descriptor in [outside, inside] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        self.inside = FileHandle(fileDescriptor: inside, closeOnDealloc: false)
        self.outside = outside
        output = Output(reading: dup(outside))
    }

    /// Leaves the program's end to the program, so that its end is seen.
    func closeInside() {
        close(inside.fileDescriptor)
    }

    /// Types a key.
    func type(_ key: UInt8) {
        _ = withUnsafeBytes(of: key) { write(outside, $0.baseAddress, 1) }
    }

    deinit {
        close(outside)
    }
}

/// What a terminal shows: it understands what bars need, and nothing else.
struct Screen {
    /// Every line as it was when the cursor left it, then those that are shown at the end.
    private(set) var lines: [String] = [""]
    /// Every text that a line has had.
    private(set) var seen: [String] = []
    private var row = 0
    private var column = 0

    init(_ text: String) {
        var scalars = text.unicodeScalars.map(Character.init)[...]
        while let character = scalars.popFirst() {
            switch character {
            case "\u{1b}": control(&scalars)
            case "\r": column = 0
            case "\n":
                note()
                row += 1
                if row == lines.count { lines.append("") }
            default: put(character)
            }
        }
        note()
    }

    private mutating func note() {
        if seen.last != lines[row] { seen.append(lines[row]) }
    }

    private mutating func put(_ character: Character) {
        var line = Array(lines[row])
        while line.count <= column { line.append(" ") }
        line[column] = character
        lines[row] = String(line)
        column += 1
    }

    private mutating func control(_ scalars: inout ArraySlice<Character>) {
        scalars = scalars.dropFirst()
        let digits = scalars.prefix { $0.isNumber || $0 == ";" }
        scalars = scalars.dropFirst(digits.count)
        switch scalars.popFirst() {
        case "A": row = max(0, row - (Int(String(digits)) ?? 1))
        case "J":
            lines = Array(lines[...row])
            lines[row] = String(lines[row].prefix(column))
        case "K": lines[row] = String(lines[row].prefix(column))
        default: break
        }
    }
}
