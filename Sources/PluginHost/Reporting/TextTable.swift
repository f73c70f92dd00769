import BackupAPI

/// Lines of aligned cells for a terminal.
public struct TextTable: Sendable {
    /// The titles; empty for none.
    public var columns: [String]
    /// The cells, row by row.
    public var rows: [[String]]
    /// The columns that are aligned to the right.
    public var rightAligned: Set<Int>

    /// Makes a table.
    public init(columns: [String], rows: [[String]], rightAligned: Set<Int> = []) {
        self.columns = columns
        self.rows = rows
        self.rightAligned = rightAligned
    }

    /// The title line, if there are titles, and a line a row; control characters are shown as `?`.
    public func lines() -> [String] {
        let titles = columns.isEmpty ? [] : [columns]
        let all = (titles + rows).map { $0.map(\.printable) }
        let widths = (0..<(all.map(\.count).max() ?? 0)).map { column in
            all.map { column < $0.count ? $0[column].terminalWidth : 0 }.max() ?? 0
        }
        return all.map { row in
            let cells = row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.terminalWidth)
                return rightAligned.contains(column) ? padding + cell : cell + padding
            }
            return String(cells.joined(separator: "  ").reversed().drop(while: { $0 == " " }).reversed())
        }
    }
}

extension String {
    /// The text with what could steer a terminal or turn its direction, control characters most of all, shown as `?`.
    public var printable: String { withoutControls }

    /// The lines, whatever ends them, without their ends.
    var lines: [String] {
        split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
    }

    /// The lines joined to one.
    var oneLine: String {
        split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    /// The texts between empty lines.
    var paragraphs: [String] {
        lines.split(separator: "").map { $0.joined(separator: "\n") }
    }

    /// Columns on a terminal: two for wide East Asian characters and emoji, one for all else.
    public var terminalWidth: Int {
        reduce(0) { width, character in
            guard let first = character.unicodeScalars.first else { return width }
            let isWide =
                first.properties.isEmojiPresentation || Self.wideRanges.contains { $0.contains(first.value) }
            return width + (isWide ? 2 : 1)
        }
    }

    private static let wideRanges: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
        0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
        0x20000...0x3FFFD,
    ]
}
