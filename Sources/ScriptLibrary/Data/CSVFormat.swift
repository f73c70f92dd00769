import LuaKit
import PluginHost

/// RFC 4180 with any separator.
struct CSVFormat {
    private let separator: Character

    /// Throws for what is no single character, or one that means something else.
    init(_ separator: String?) throws {
        let text = separator ?? ","
        guard text.count == 1, let character = text.first, !"\"\r\n".contains(character) else {
            throw ArgumentProblem("separator: one character expected, no quote and no line break").at(2)
        }
        self.separator = character
    }

    /// A row with its line's end.
    func line(_ cells: [String]) -> String {
        cells.map { cell in
            let isPlain = !cell.contains { $0 == separator || $0 == "\"" || $0.isNewline }
            return isPlain ? cell : "\"" + cell.replacing("\"", with: "\"\"") + "\""
        }
        .joined(separator: String(separator)) + "\r\n"
    }

    /// The rows of a text; an empty line at its end is none.
    func rows(in text: String) throws -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var cell = ""
        var line = 1
        var rest = text[...]
        if rest.first == "\u{FEFF}" { rest.removeFirst() }
        while let character = rest.popFirst() {
            if character == "\"" {
                guard cell.isEmpty else {
                    throw problem(line, "a quote stands inside a cell that does not begin with one")
                }
                try readQuoted(&rest, into: &cell, &line)
                guard rest.first.map({ $0 == separator || $0.isNewline }) ?? true else {
                    throw problem(line, "something stands after a quoted cell")
                }
            } else if character == separator {
                row.append(cell)
                cell = ""
                if rest.isEmpty { row.append("") }
            } else if character.isNewline {
                rows.append(row + [cell])
                (row, cell) = ([], "")
                line += 1
            } else {
                cell.append(character)
            }
            if rest.isEmpty, !character.isNewline, character != separator { row.append(cell) }
        }
        if !row.isEmpty { rows.append(row) }
        return rows
    }

    private func readQuoted(_ rest: inout Substring, into cell: inout String, _ line: inout Int) throws {
        let first = line
        while let character = rest.popFirst() {
            if character.isNewline { line += 1 }
            guard character == "\"" else {
                cell.append(character)
                continue
            }
            guard rest.first == "\"" else { return }
            rest.removeFirst()
            cell.append("\"")
        }
        throw problem(first, "a quoted cell does not end")
    }

    private func problem(_ line: Int, _ what: String) -> ArgumentProblem {
        ArgumentProblem("the text is no CSV: line \(line): \(what)")
    }

    /// Tables by the names of the first row.
    static func records(_ rows: [[String]]) throws -> [LuaValue] {
        guard let names = rows.first else { return [] }
        guard Set(names).count == names.count else {
            throw ArgumentProblem("the text is no CSV with a header: a name is there twice")
        }
        return try rows.dropFirst().enumerated().map { index, row in
            guard row.count == names.count else {
                throw ArgumentProblem(
                    "the text is no CSV with a header: row \(index + 2) has \(row.count) cells, not \(names.count)"
                )
            }
            return .record(Dictionary(uniqueKeysWithValues: zip(names, row.map(LuaValue.string))))
        }
    }
}
