import BackupAPI
import LuaKit
import PluginHost

/// Writes YAML in blocks. Texts that could be taken for something else stand in double quotes, on one line, with all escaped
/// that a reader could drop, fold or refuse.
enum YAMLWriter {
    /// Names are read without `?` before them up to 1,024 characters: YAML 1.2, 8.2.2.
    private static let keyLimit = 1_000

    static func text(of value: LuaValue) throws -> String {
        do {
            _ = try JSONText.encode(value)
        } catch let error as LuaConversionError {
            throw ArgumentProblem(error.description)
        } catch EncodingError.invalidValue(_, let context) {
            throw ArgumentProblem(context.debugDescription)
        }
        return try lines(of: value, indent: "").joined(separator: "\n") + "\n"
    }

    /// The lines of a value; a scalar has one.
    private static func lines(of value: LuaValue, indent: String) throws -> [String] {
        guard case .table(let table) = value, !table.isEmpty else { return [indent + (try scalar(value))] }
        if table.fields.isEmpty {
            return try table.items.flatMap { item in
                let lines = try lines(of: item, indent: indent + "  ")
                return [indent + "- " + lines[0].dropFirst(indent.count + 2)] + lines.dropFirst()
            }
        }
        var pairs = table.fields.map { ($0.key.textForPeople, $0.value) }
        pairs += table.items.enumerated().map { ("\($0.offset + 1)", $0.element) }
        pairs = pairs.filter { $0.1 != .nil }.sorted { $0.0 < $1.0 }
        return try pairs.flatMap { name, item in try self.lines(of: item, named: name, indent: indent) }
    }

    private static func lines(of item: LuaValue, named name: String, indent: String) throws -> [String] {
        let key = quoted(name)
        let isShort = key.utf8.count <= keyLimit
        var lines = isShort ? [indent + key + ":"] : [indent + "? " + key, indent + ":"]
        guard case .table(let inner) = item, !inner.isEmpty else {
            lines[lines.count - 1] += " " + (try scalar(item))
            return lines
        }
        return lines + (try self.lines(of: item, indent: indent + "  "))
    }

    private static func scalar(_ value: LuaValue) throws -> String {
        guard case .string(let bytes) = value, let text = bytes.text else {
            return try JSONText.encode(value)
        }
        return quoted(text)
    }

    /// The text, in quotes where it needs them.
    private static func quoted(_ text: String) -> String {
        guard !isPlain(text) else { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            default:
                if isPrintable(scalar) {
                    quoted.unicodeScalars.append(scalar)
                } else {
                    let digits = String(scalar.value, radix: 16)
                    quoted += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
                }
            }
        }
        return quoted + "\""
    }

    /// Whether a reader takes it in quotes for itself: YAML 1.2, 5.1, without what is a line's end in YAML 1.1.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x2028, 0x2029, 0xFEFF: false
        case 0x20...0x7E, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }

    /// Letters and what is harmless between them, and nothing that has a meaning of its own.
    private static func isPlain(_ text: String) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, isLetter(first), bytes.last != UInt8(ascii: " ") else { return false }
        let words: Set<String> = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
        return !words.contains(text.lowercased())
            && bytes.allSatisfy { isLetter($0) || "0123456789_-./ ".utf8.contains($0) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) && byte >= UInt8(ascii: "A")
    }
}
