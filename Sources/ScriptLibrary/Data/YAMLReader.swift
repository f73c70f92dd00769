import LuaKit
import PluginHost
import Yams

/// Reads YAML with the core schema of YAML 1.2 (10.3).
struct YAMLReader {
    private let source: YAMLSource?

    static let byteLimit = 1 << 20
    static let depthLimit = 100

    /// Reads a document; an empty one is null. Throws what is wrong with it and where.
    static func read(_ text: String) throws -> LuaValue {
        guard text.utf8.count <= byteLimit else { throw ArgumentProblem("at most 1 MiB of YAML expected") }
        // At the beginning of a document a byte order mark is none of it.
        let text = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
        let root: Node?
        do {
            try YAMLAliases.refuse(in: text)
            root = try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
        } catch let error as YamlError {
            throw problem(error)
        }
        let reader = YAMLReader(source: YAMLSource(text))
        return try root.map { try reader.value(of: $0, depth: 0) } ?? .null
    }

    private func value(of node: Node, depth: Int) throws -> LuaValue {
        switch node {
        case .alias: throw Self.problem("aliases are not understood", node)
        case .scalar(let scalar): return try self.scalar(scalar, node)
        case .sequence where depth == Self.depthLimit, .mapping where depth == Self.depthLimit:
            throw Self.problem("it is nested more than \(Self.depthLimit) deep", node)
        case .sequence(let sequence):
            try Self.checkTag(of: sequence.tag, is: "seq", node)
            return .array(try sequence.map { try value(of: $0, depth: depth + 1) })
        case .mapping(let mapping):
            try Self.checkTag(of: mapping.tag, is: "map", node)
            var table = LuaTableValue(mark: .record)
            for (key, item) in mapping {
                guard case .scalar(let scalar) = key else { throw Self.problem("a key that is no text", key) }
                let name = text(of: scalar)
                let key = LuaValue.string(name)
                guard table.fields[key] == nil else {
                    throw Self.problem("the key '\(name.printable)' is there twice", node)
                }
                table.fields[key] = try value(of: item, depth: depth + 1)
            }
            return .table(table)
        }
    }

    /// A tag says the type, also of what stands in quotes. One of an application, such as `!secret`, makes a text.
    private func scalar(_ scalar: Node.Scalar, _ node: Node) throws -> LuaValue {
        let text = text(of: scalar)
        guard let type = Self.coreType(scalar.tag) else {
            let isPlain = scalar.style == .plain || scalar.style == .any
            return isPlain && scalar.tag == .implicit ? YAMLScalars.value(of: text) : .string(text)
        }
        let value: LuaValue?
        switch type {
        case "str": return .string(text)
        case "null": value = YAMLScalars.null(text)
        case "bool": value = YAMLScalars.boolean(text)
        case "int": value = YAMLScalars.integer(text)
        case "float":
            let number = YAMLScalars.number(text) ?? YAMLScalars.integer(text)
            if case .integer(let integer)? = number {
                value = .number(Double(integer))
            } else {
                value = number
            }
        default: throw Self.unknownTag(type, node)
        }
        guard let value else { throw Self.problem("'\(text.printable.prefix(40))' is no !!\(type)", node) }
        return value
    }

    private func text(of scalar: Node.Scalar) -> String { source?.text(of: scalar) ?? scalar.string }

    private static func checkTag(of tag: Tag, is wanted: String, _ node: Node) throws {
        if let type = coreType(tag), type != wanted { throw unknownTag(type, node) }
    }

    /// The name behind `!!`; `nil` without a tag, and for one of an application.
    private static func coreType(_ tag: Tag) -> String? {
        let prefix = "tag:yaml.org,2002:"
        guard tag.rawValue.utf8.starts(with: prefix.utf8) else { return nil }
        return String(decoding: tag.rawValue.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
    }

    private static func unknownTag(_ type: String, _ node: Node) -> ArgumentProblem {
        problem(
            "the tag '!!\(type.printable.prefix(40))' is not understood here; known are: !!str, !!int, !!float, !!bool and !!null, !!seq for a list and !!map for names with values",
            node
        )
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

extension String {
    fileprivate var oneLinePrefix: String {
        String(split(whereSeparator: \.isNewline).joined(separator: " ").prefix(200))
    }
}
