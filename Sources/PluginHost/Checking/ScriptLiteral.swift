/// An expression of a Lua source, as far as it can be read without running it.
enum ScriptLiteral: Hashable {
    case string(String)
    case table([Entry])
    /// All else, of which only the source knows what it is.
    case other

    /// An element of a table constructor.
    struct Entry: Hashable {
        enum Key: Hashable {
            /// Its position, from 1.
            case position(Int)
            case name(String)
            case unknown
        }

        let key: Key
        let value: ScriptLiteral
        let line: Int
    }

    var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The element with a name or a position.
    func entry(_ key: Entry.Key) -> Entry? {
        guard case .table(let entries) = self else { return nil }
        return entries.last { $0.key == key }
    }

    /// The texts of a list of literal strings at its beginning.
    var firstText: String? { entry(.position(1))?.value.text }
}

/// Reads expressions out of the tokens of a source.
struct LiteralReader {
    private let tokens: [ScriptToken]
    /// The token that is next.
    private(set) var position: Int

    init(_ tokens: [ScriptToken], at position: Int) {
        self.tokens = tokens
        self.position = position
    }

    /// Reads the arguments of a call, whose opening bracket, string or table is next; `nil` where no call is.
    mutating func arguments() -> [ScriptLiteral]? {
        guard let token = current else { return nil }
        if token.kind == .string || token.is("{") { return [primary()] }
        guard token.is("(") else { return nil }
        position += 1
        var all: [ScriptLiteral] = []
        while let token = current, !token.is(")") {
            all.append(expression())
            if current?.is(",") == true { position += 1 }
        }
        position += 1
        return all
    }

    /// Reads an expression up to the separator or bracket that ends it.
    mutating func expression() -> ScriptLiteral {
        let literal = primary()
        guard !isAtEnd else { return literal }
        skipToEnd()
        return .other
    }

    private var current: ScriptToken? { position < tokens.count ? tokens[position] : nil }

    private var isAtEnd: Bool {
        guard let token = current else { return true }
        return [",", ";", ")", "}", "]"].contains { token.is($0) }
    }

    /// A string or a table alone; does not move for all else.
    private mutating func primary() -> ScriptLiteral {
        guard let token = current else { return .other }
        if token.kind == .string {
            position += 1
            return .string(token.text)
        }
        return token.is("{") ? table() : .other
    }

    private mutating func table() -> ScriptLiteral {
        position += 1
        var entries: [ScriptLiteral.Entry] = []
        var count = 0
        while let token = current, !token.is("}") {
            let before = position
            let key = key()
            if key == nil { count += 1 }
            entries.append(
                ScriptLiteral.Entry(key: key ?? .position(count), value: expression(), line: token.line)
            )
            if let separator = current, separator.is(",") || separator.is(";") { position += 1 }
            // What is no Lua must not stop the reader.
            if position == before { position += 1 }
        }
        position += 1
        return .table(entries)
    }

    /// `name =` or `["name"] =`; `nil` where an element has no key.
    private mutating func key() -> ScriptLiteral.Entry.Key? {
        guard let token = current else { return nil }
        if token.kind == .name, position + 1 < tokens.count, tokens[position + 1].is("=") {
            position += 2
            return .name(token.text)
        }
        guard token.is("[") else { return nil }
        position += 1
        let key = expression()
        position += 2
        return key.text.map { .name($0) } ?? .unknown
    }

    /// Goes on to what ends the expression, over brackets and the bodies of functions.
    private mutating func skipToEnd() {
        var depth = 0
        while let token = current {
            if depth == 0, isAtEnd { return }
            depth += token.nesting
            position += 1
            if depth < 0 { return }
        }
    }
}

extension ScriptToken {
    /// 1 for what opens a bracket or block, -1 for what closes one.
    var nesting: Int {
        guard kind == .symbol || kind == .keyword else { return 0 }
        return switch text {
        case "(", "{", "[", "function", "if", "do", "repeat": 1
        case ")", "}", "]", "end", "until": -1
        default: 0
        }
    }
}
