import LuaKit
import PluginHost

/// Reads the rows of a CSV text one after the other.
struct CSVReader {
    private let bytes: [UInt8]
    private let separator: [UInt8]
    private var position = 0
    private var line = 1

    init(_ bytes: [UInt8], _ format: CSVFormat) {
        self.bytes = bytes
        separator = format.separator
        if bytes.starts(with: CSVFormat.byteOrderMark) { position = CSVFormat.byteOrderMark.count }
    }

    /// The next row, which has one cell at least; `nil` at the end. An empty line at the end of a text is none.
    mutating func next() throws -> [LuaBytes]? {
        guard position < bytes.count else { return nil }
        var row: [LuaBytes] = []
        while true {
            row.append(LuaBytes(try cell()))
            guard !skipLineEnd(), position < bytes.count else { return row }
            position += separator.count
        }
    }

    private mutating func cell() throws -> [UInt8] {
        guard position < bytes.count, bytes[position] == CSVFormat.quote else { return try plainCell() }
        let cell = try quotedCell()
        guard isAtEndOfCell else { throw problem(line, "something stands after a quoted cell") }
        return cell
    }

    private mutating func plainCell() throws -> [UInt8] {
        let start = position
        while !isAtEndOfCell {
            guard bytes[position] != CSVFormat.quote else {
                throw problem(line, "a quote stands inside a cell that does not begin with one")
            }
            position += 1
        }
        return Array(bytes[start..<position])
    }

    private mutating func quotedCell() throws -> [UInt8] {
        let first = line
        var cell: [UInt8] = []
        position += 1
        while position < bytes.count {
            let start = position
            if bytes[position] == CSVFormat.quote {
                position += 1
                guard position < bytes.count, bytes[position] == CSVFormat.quote else { return cell }
                position += 1
            } else if !skipLineEnd() {
                position += 1
            }
            // Of two quotes one counts; a line's end stays as it is.
            let isQuote = bytes[start] == CSVFormat.quote
            cell += isQuote ? bytes[start...start] : bytes[start..<position]
        }
        throw problem(first, "a quoted cell does not end")
    }

    private var isAtEndOfCell: Bool {
        guard position < bytes.count else { return true }
        switch bytes[position] {
        case CSVFormat.lineFeed, CSVFormat.carriageReturn: return true
        case separator[0]: return bytes[position...].starts(with: separator)
        default: return false
        }
    }

    /// Whether a line ends here; then the next one begins.
    private mutating func skipLineEnd() -> Bool {
        guard position < bytes.count else { return false }
        switch bytes[position] {
        case CSVFormat.carriageReturn:
            position += 1
            if position < bytes.count, bytes[position] == CSVFormat.lineFeed { position += 1 }
        case CSVFormat.lineFeed: position += 1
        default: return false
        }
        line += 1
        return true
    }

    private func problem(_ line: Int, _ what: String) -> ArgumentProblem {
        ArgumentProblem("the text is no CSV: line \(line): \(what)")
    }
}
