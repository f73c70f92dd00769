import Yams

/// The characters that a document was read from.
///
/// The parser drops a byte order mark at the beginning of each text, which stands there as it is or as an escape: only the
/// source still knows of it.
struct YAMLSource {
    private let scalars: [Unicode.Scalar]
    /// Where each line begins.
    private let lines: [Int]

    private static let mark: Unicode.Scalar = "\u{FEFF}"

    /// `nil` where the text has no such mark.
    init?(_ text: String) {
        let scalars = Array(text.unicodeScalars)
        guard scalars.indices.contains(where: { Self.markLength(scalars[$0...]) != nil }) else { return nil }
        self.scalars = scalars
        lines = [0] + scalars.indices.filter { Self.isLineEnd(scalars, $0) }.map { $0 + 1 }
    }

    /// The text that a scalar really has.
    func text(of scalar: Node.Scalar) -> String {
        guard let start = start(of: scalar) else { return scalar.string }
        let found = scalar.string.unicodeScalars.prefix { $0 == Self.mark }.count
        let there =
            scalar.style == .doubleQuoted
            ? marks(from: start) : scalars[start...].prefix { $0 == Self.mark }.count
        let missing = max(0, there - found)
        return String(repeating: Character(Self.mark), count: missing) + scalar.string
    }

    /// Where the text begins: behind its quote, before which a tag or an anchor may stand, and those have no quotes.
    private func start(of scalar: Node.Scalar) -> Int? {
        guard let mark = scalar.mark, lines.indices.contains(mark.line - 1) else { return nil }
        let start = min(lines[mark.line - 1] + mark.column - 1, scalars.count)
        switch scalar.style {
        case .doubleQuoted: return scalars[start...].firstIndex(of: "\"").map { $0 + 1 }
        case .singleQuoted: return scalars[start...].firstIndex(of: "'").map { $0 + 1 }
        case .plain, .any: return start
        case .literal, .folded: return nil
        }
    }

    /// How many marks stand at a place in double quotes.
    private func marks(from start: Int) -> Int {
        var (index, count) = (start, 0)
        while true {
            let rest = scalars[index...]
            if let length = Self.markLength(rest) {
                count += 1
                index += length
            } else if rest.first == "\\", let end = rest.dropFirst().first, end == "\n" || end == "\r" {
                // A line that goes on: its end and what indents the next one are no part of the text.
                index += 2
                while index < scalars.count, " \t\n\r".unicodeScalars.contains(scalars[index]) { index += 1 }
            } else {
                return count
            }
        }
    }

    /// How many characters a mark has that stands at the beginning; `nil` when none does.
    private static func markLength(_ text: ArraySlice<Unicode.Scalar>) -> Int? {
        switch text.first {
        case mark: return 1
        case "\\": break
        default: return nil
        }
        for escape in ["\\uFEFF", "\\U0000FEFF"].map({ Array($0.unicodeScalars) }) {
            let part = text.prefix(escape.count)
            // The letter behind the backslash means something, those of the number are the same in any case.
            guard part.count == escape.count, part.prefix(2).elementsEqual(escape.prefix(2)) else { continue }
            let digits = part.dropFirst(2).map { $0.properties.uppercaseMapping }
            if digits.elementsEqual(escape.dropFirst(2).map { String($0) }) { return escape.count }
        }
        return nil
    }

    /// As the parser counts lines.
    private static func isLineEnd(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
        switch scalars[index] {
        case "\n", "\u{85}", "\u{2028}", "\u{2029}": true
        case "\r": index + 1 == scalars.count || scalars[index + 1] != "\n"
        default: false
        }
    }
}
