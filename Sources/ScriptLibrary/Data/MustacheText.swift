import LuaKit
import PluginHost

/// A text of Mustache without includes, lambdas and other delimiters: `{{name}}`, `{{{name}}}`, `{{&name}}`, `{{#name}}`,
/// `{{^name}}`, `{{/name}}`, `{{! comment}}`, dotted names and `{{.}}`.
///
/// Rendering has a budget: nested lists multiply.
struct MustacheText: Sendable {
    private indirect enum Piece: Sendable {
        case text(String)
        case value(path: [String], isEscaped: Bool)
        case section(path: [String], isInverted: Bool, pieces: [Piece])
    }

    static let depthLimit = 20
    /// Bytes that come out, and pieces that are looked at, at most.
    static let budget = 4 << 20

    private let pieces: [Piece]

    /// Reads a template. Throws what is wrong with it and where.
    init(_ template: String) throws {
        var reader = Reader(rest: template[...])
        pieces = try reader.pieces(until: nil, depth: 0)
    }

    /// The text with the values in it.
    func render(_ values: LuaValue, isHTML: Bool) throws -> String {
        var writer = Writer(isHTML: isHTML)
        try writer.write(pieces, [values])
        return writer.text
    }

    private struct Reader {
        var rest: Substring
        var line = 1

        mutating func pieces(until name: String?, depth: Int) throws -> [Piece] {
            guard depth <= depthLimit else {
                throw problem("sections are nested more than \(depthLimit) deep")
            }
            var pieces: [Piece] = []
            while let start = rest.firstRange(of: "{{") {
                add(rest[..<start.lowerBound], to: &pieces)
                rest = rest[start.upperBound...]
                let isTriple = rest.hasPrefix("{")
                guard let end = rest.firstRange(of: isTriple ? "}}}" : "}}") else {
                    throw problem("a tag does not end")
                }
                let tag = rest[
                    (isTriple ? rest.index(after: rest.startIndex) : rest.startIndex)..<end.lowerBound
                ]
                rest = rest[end.upperBound...]
                let mark = isTriple ? "&" : tag.first.flatMap { "#^/!&>=<$%".contains($0) ? $0 : nil }
                let path = (mark == nil || isTriple ? tag : tag.dropFirst()).trimmed
                switch mark {
                case nil, "&": pieces.append(.value(path: try names(path), isEscaped: mark == nil))
                case "!": line += tag.count(where: \.isNewline)
                case "#", "^":
                    skipLineEnd(after: pieces)
                    let inner = try self.pieces(until: path, depth: depth + 1)
                    pieces.append(.section(path: try names(path), isInverted: mark == "^", pieces: inner))
                case "/":
                    guard path == name else {
                        throw problem(
                            "'{{/\(path.printable.prefix(40))}}' ends \(name.map { "no section; '\($0.printable.prefix(40))' is open" } ?? "nothing")"
                        )
                    }
                    skipLineEnd(after: pieces)
                    return pieces
                default: throw problem("'{{\(mark.map(String.init) ?? "")' is not understood")
                }
            }
            if let name { throw problem("the section '\(name.printable.prefix(40))' does not end") }
            add(rest, to: &pieces)
            return pieces
        }

        private mutating func add(_ text: Substring, to pieces: inout [Piece]) {
            line += text.count(where: \.isNewline)
            if !text.isEmpty { pieces.append(.text(String(text))) }
        }

        /// A section's tag that stands alone on its line takes the line's end with it.
        private mutating func skipLineEnd(after pieces: [Piece]) {
            var isAtStart = pieces.isEmpty
            if case .text(let text)? = pieces.last { isAtStart = text.last?.isNewline == true }
            if case .section? = pieces.last { isAtStart = true }
            guard isAtStart, rest.first?.isNewline == true else { return }
            rest.removeFirst()
            line += 1
        }

        private func names(_ path: String) throws -> [String] {
            guard path != "." else { return [] }
            let names = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            guard names.allSatisfy({ !$0.isEmpty && !$0.contains(where: \.isWhitespace) }) else {
                throw problem("'\(path.printable.prefix(40))' is no name")
            }
            return names
        }

        private func problem(_ what: String) -> ArgumentProblem {
            ArgumentProblem("the template is wrong: line \(line): \(what)")
        }
    }

    private struct Writer {
        let isHTML: Bool
        var text = ""
        var left = budget

        init(isHTML: Bool) { self.isHTML = isHTML }

        mutating func write(_ pieces: [Piece], _ stack: [LuaValue]) throws {
            for piece in pieces {
                switch piece {
                case .text(let text): try add(text)
                case .value(let path, let isEscaped):
                    let value = find(path, stack)
                    let text = value == .nil || value == .null ? "" : value.textForPeople
                    try add(isEscaped && isHTML ? escaped(text) : text)
                case .section(let path, let isInverted, let pieces):
                    try add("")
                    let value = find(path, stack)
                    if isInverted {
                        if !isTrue(value) { try write(pieces, stack) }
                    } else if case .table(let table) = value, !table.items.isEmpty || table.kind == .list {
                        for item in table.items { try write(pieces, stack + [item]) }
                    } else if isTrue(value) {
                        try write(pieces, stack + [value])
                    }
                }
            }
        }

        private mutating func add(_ piece: String) throws {
            left -= 16 + piece.utf8.count
            guard left > 0 else { throw ArgumentProblem("the text gets larger than 4 MiB").at(2) }
            text += piece
        }

        private func find(_ path: [String], _ stack: [LuaValue]) -> LuaValue {
            guard let first = path.first else { return stack.last ?? .nil }
            let start = stack.reversed().lazy.map { $0[first] }.first { $0 != .nil } ?? .nil
            return path.dropFirst().reduce(start) { $0[$1] }
        }

        private func isTrue(_ value: LuaValue) -> Bool {
            if case .table(let table) = value { return !table.isEmpty }
            return value != .nil && value != .null && value != false
        }

        private func escaped(_ text: String) -> String {
            let marks: [Unicode.Scalar: String] = [
                "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&#39;",
            ]
            return text.unicodeScalars.reduce(into: "") { text, scalar in
                if let mark = marks[scalar] { text += mark } else { text.unicodeScalars.append(scalar) }
            }
        }
    }
}
