import LuaKit
import PluginHost

/// RFC 4180 with any separator, byte by byte: CR, LF and CRLF end a line and nothing else does, and a mark that would stand
/// on a separator or quote is a part of the cell.
struct CSVFormat {
    static let quote = UInt8(ascii: "\"")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// One character in UTF-8.
    let separator: [UInt8]

    /// Throws for what is no single character, or one that means something else.
    init(_ separator: String?) throws {
        let scalars = (separator ?? ",").unicodeScalars
        guard scalars.count == 1, let scalar = scalars.first, !"\"\r\n".unicodeScalars.contains(scalar) else {
            throw ArgumentProblem("separator: one character expected, no quote and no line break").at(2)
        }
        self.separator = Array(String(scalar).utf8)
    }

    /// A row with its line's end.
    func line(_ cells: [LuaBytes]) -> [UInt8] {
        Array(cells.map { text(of: $0.bytes) }.joined(separator: separator)) + [
            Self.carriageReturn, Self.lineFeed,
        ]
    }

    private func text(of cell: [UInt8]) -> [UInt8] {
        guard needsQuotes(cell) else { return cell }
        var text = [Self.quote]
        for byte in cell {
            if byte == Self.quote { text.append(byte) }
            text.append(byte)
        }
        return text + [Self.quote]
    }

    private func needsQuotes(_ cell: [UInt8]) -> Bool {
        let marks = [Self.quote, Self.lineFeed, Self.carriageReturn]
        // Readers drop a byte order mark at the beginning of a text.
        return cell.contains(where: marks.contains) || cell.starts(with: Self.byteOrderMark)
            || cell.indices.contains { cell[$0...].starts(with: separator) }
    }
}
