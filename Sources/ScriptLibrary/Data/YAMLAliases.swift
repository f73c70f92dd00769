import PluginHost
import Yams

/// Finds the aliases of a YAML text before it is parsed: a few that name one another stand for more than a memory holds,
/// and the parser itself would look at all of it where one is a key.
enum YAMLAliases {
    /// Throws where an alias stands, and for a text that is no YAML. What only looks like one, in quotes, comments and longer
    /// texts, is none.
    ///
    /// The parser is asked, with another character for each `*`. Where it saw an alias, it now sees a text without quotes that
    /// begins with that character, and no such text begins with `*`.
    static func refuse(in text: String) throws {
        let bytes = text.utf8
        guard bytes.contains(UInt8(ascii: "*")), bytes.contains(UInt8(ascii: "&")) else { return }
        let stand = try standIn(for: text)
        let scalars = text.unicodeScalars.map { $0 == "*" ? stand : $0 }
        let masked = String(String.UnicodeScalarView(scalars))
        let root = try Parser(yaml: masked, resolver: .basic, encoding: .utf8).singleRoot()
        if let alias = root.flatMap({ first(in: $0, beginningWith: stand) }) { throw problem(alias) }
    }

    /// A character of no meaning that the text does not have.
    private static func standIn(for text: String) throws -> Unicode.Scalar {
        let known = Set(text.unicodeScalars.lazy.map(\.value).filter { (0xE000...0xF8FF).contains($0) })
        let free = (UInt32(0xE000)...0xF8FF).first { !known.contains($0) }
        guard let scalar = free.flatMap(Unicode.Scalar.init) else {
            throw ArgumentProblem(
                "the text is no YAML that is understood: it has all private characters of Unicode"
            )
        }
        return scalar
    }

    private static func first(in node: Node, beginningWith stand: Unicode.Scalar) -> Node.Scalar? {
        switch node {
        case .scalar(let scalar):
            return scalar.style == .plain && scalar.string.unicodeScalars.first == stand ? scalar : nil
        case .sequence(let sequence):
            return sequence.lazy.compactMap { first(in: $0, beginningWith: stand) }.first
        case .mapping(let mapping):
            return mapping.lazy.compactMap { key, value in
                first(in: key, beginningWith: stand) ?? first(in: value, beginningWith: stand)
            }.first
        case .alias: return nil
        }
    }

    private static func problem(_ alias: Node.Scalar) -> ArgumentProblem {
        let place = alias.mark.map { "line \($0.line): " } ?? ""
        let name = alias.string.utf8.dropFirst(3).prefix(40).prefix { byte in
            switch byte | 0x20 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): byte >= UInt8(ascii: "A")
            case UInt8(ascii: "0")...UInt8(ascii: "9"): byte >= UInt8(ascii: "0")
            default: byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
            }
        }
        return ArgumentProblem(
            "the text is no YAML that is understood: \(place)the alias '*\(String(decoding: name, as: UTF8.self))'; write out what it stands for"
        )
    }
}
