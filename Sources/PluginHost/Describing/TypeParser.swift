/// Reads types from left to right.
struct TypeParser {
    private var words: ArraySlice<String>

    init(_ text: String) {
        words = Self.words(of: text)[...]
    }

    var isAtEnd: Bool { words.isEmpty }

    /// Names, texts in quotes, and single characters of all else.
    private static func words(of text: String) -> [String] {
        var words: [String] = []
        var rest = text[...]
        while let first = rest.first {
            if first.isWhitespace {
                rest.removeFirst()
            } else if first == "\"", let end = rest.dropFirst().firstIndex(of: "\"") {
                words.append(String(rest[...end]))
                rest = rest[rest.index(after: end)...]
            } else {
                let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
                words.append(name.isEmpty ? String(first) : String(name))
                rest = rest.dropFirst(max(name.count, 1))
            }
        }
        return words
    }

    mutating func type() -> TypeExpression? {
        guard let first = primary() else { return nil }
        var types = [first]
        while take("or") {
            guard let next = primary() else { return nil }
            types.append(next)
        }
        return types.count == 1 ? first : .either(types)
    }

    private mutating func primary() -> TypeExpression? {
        guard let word = words.popFirst() else { return nil }
        switch word {
        case "(":
            guard let type = type(), take(")") else { return nil }
            return type
        case "list" where take("of"): return items().map(TypeExpression.list)
        case "table" where take("of"): return items().map(TypeExpression.table)
        case "iterator" where take("of"): return items().map(TypeExpression.iterator)
        case "function" where take("("): return function()
        default: break
        }
        if word.hasPrefix("\""), word.count > 1 { return .literal(String(word.dropFirst().dropLast())) }
        guard word.first?.isLetter == true, word != "or", word != "of" else { return nil }
        return .name(word)
    }

    /// The type of several: a name of small letters is in the plural.
    private mutating func items() -> TypeExpression? {
        guard let type = primary() else { return nil }
        guard case .name(let name) = type, name.first?.isLowercase == true, name.hasSuffix("s") else {
            return type
        }
        return .name(String(name.dropLast()))
    }

    private mutating func function() -> TypeExpression? {
        var parameters: [TypeExpression.Parameter] = []
        while !take(")") {
            if !parameters.isEmpty, !take(",") { return nil }
            guard let name = words.popFirst(), take(":"), let type = type() else { return nil }
            parameters.append(TypeExpression.Parameter(name: name, type: type))
        }
        guard take(":") else { return .function(parameters, nil) }
        return primary().map { .function(parameters, $0) }
    }

    private mutating func take(_ word: String) -> Bool {
        guard words.first == word else { return false }
        words.removeFirst()
        return true
    }
}
