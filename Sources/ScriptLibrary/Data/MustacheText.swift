import BackupAPI
import LuaKit
import PluginHost

/// A text of Mustache without partials, lambdas and inheritance: `{{name}}`, `{{{name}}}`, `{{&name}}`, `{{#name}}`,
/// `{{^name}}`, `{{/name}}`, `{{! comment}}`, `{{=<% %>=}}`, dotted names and `{{.}}`.
///
/// Rendering has a budget: nested lists multiply.
struct MustacheText: Sendable {
    indirect enum Piece: Sendable {
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
        var reader = MustacheReader(template)
        pieces = try reader.read()
    }

    /// The text with the values in it.
    func render(_ values: LuaValue, isHTML: Bool) throws -> String {
        var writer = Writer(isHTML: isHTML)
        try writer.write(pieces, [values])
        return writer.text
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
                    try add(isEscaped && isHTML ? text.escapedForMarkup : text)
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
    }
}
