import BackupAPI
import LuaKit
import PluginHost
import Yams

/// Reads YAML with the core schema of YAML 1.2 (10.3).
enum YAMLReader {
    static let byteLimit = 1 << 20
    static let depthLimit = 100

    /// Reads a document; an empty one is null. Throws what is wrong with it and where.
    static func read(_ text: String) throws -> LuaValue {
        guard text.utf8.count <= byteLimit else { throw ArgumentProblem("at most 1 MiB of YAML expected") }
        try YAMLAliases.refuse(in: text)
        let root: Node?
        do {
            root = try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
        } catch let error as YamlError {
            throw problem(error)
        }
        return try root.map { try value(of: $0, depth: 0) } ?? .null
    }

    private static func value(of node: Node, depth: Int) throws -> LuaValue {
        switch node {
        case .alias: throw problem("aliases are not understood", node)
        case .scalar(let scalar): return self.scalar(scalar)
        case .sequence where depth == depthLimit, .mapping where depth == depthLimit:
            throw problem("it is nested more than \(depthLimit) deep", node)
        case .sequence(let sequence):
            return .array(try sequence.map { try value(of: $0, depth: depth + 1) })
        case .mapping(let mapping):
            var table = LuaTableValue(mark: .record)
            for (key, item) in mapping {
                guard case .scalar(let name) = key else { throw problem("a key that is no text", key) }
                let key = LuaValue.string(name.string)
                guard table.fields[key] == nil else {
                    throw problem("the key '\(name.string.printable)' is there twice", node)
                }
                table.fields[key] = try value(of: item, depth: depth + 1)
            }
            return .table(table)
        }
    }

    private static func scalar(_ scalar: Node.Scalar) -> LuaValue {
        let text = scalar.string
        guard scalar.style == .plain || scalar.style == .any else { return .string(text) }
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return true
        case "false", "False", "FALSE": return false
        case ".inf", ".Inf", ".INF", "+.inf": return .number(.infinity)
        case "-.inf", "-.Inf", "-.INF": return .number(-.infinity)
        case ".nan", ".NaN", ".NAN": return .number(.nan)
        default: return number(text) ?? .string(text)
        }
    }

    private static func number(_ text: String) -> LuaValue? {
        if text.hasPrefix("0x"), let integer = Int64(text.dropFirst(2), radix: 16) {
            return .integer(integer)
        }
        if text.hasPrefix("0o"), let integer = Int64(text.dropFirst(2), radix: 8) { return .integer(integer) }
        guard text.contains(where: \.isNumber), text.allSatisfy({ "0123456789+-.eE".contains($0) }) else {
            return nil
        }
        if let integer = Int64(text) { return .integer(integer) }
        return Double(text).map(LuaValue.number)
    }

    private static func problem(_ what: String, _ node: Node) -> ArgumentProblem {
        let place = node.mark.map { "line \($0.line), column \($0.column): " } ?? ""
        return ArgumentProblem("the text is no YAML: \(place)\(what)")
    }

    private static func problem(_ error: YamlError) -> ArgumentProblem {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            ArgumentProblem("the text is no YAML: line \(mark.line), column \(mark.column): \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            ArgumentProblem(
                "the text is no YAML: line \(context.mark.line), column \(context.mark.column): the key '\((keys.first ?? "").printable.prefix(40))' is there twice"
            )
        default: ArgumentProblem("the text is no YAML: \("\(error)".oneLinePrefix)")
        }
    }
}

/// Writes YAML in blocks; texts that could be taken for something else stand in quotes, as JSON has them.
enum YAMLWriter {
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
        return try pairs.filter { $0.1 != .nil }.sorted { $0.0 < $1.0 }.flatMap { name, item in
            let head = indent + (try scalar(.string(name))) + ":"
            guard case .table(let inner) = item, !inner.isEmpty else {
                return [head + " " + (try scalar(item))]
            }
            return [head] + (try lines(of: item, indent: indent + "  "))
        }
    }

    private static func scalar(_ value: LuaValue) throws -> String {
        guard case .string(let bytes) = value, let text = bytes.text else {
            return try JSONText.encode(value)
        }
        return isPlain(text) ? text : try JSONText.encode(text)
    }

    /// Letters and what is harmless between them, and nothing that has a meaning of its own.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.first, first.isASCII, first.isLetter, text.last != " " else { return false }
        let words: Set<String> = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
        return !words.contains(text.lowercased())
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) || "_-./ ".contains($0) }
    }
}

extension String {
    fileprivate var oneLinePrefix: String {
        String(split(whereSeparator: \.isNewline).joined(separator: " ").prefix(200))
    }
}
