/// Where in a source the fields of the table stand that its file returns.
struct ManifestPlaces {
    private let table: ScriptLiteral
    private let line: Int?

    /// Reads the tokens of a source.
    init(_ tokens: [ScriptToken]) {
        var depth = 0
        var found: (table: ScriptLiteral, line: Int)?
        var tables: [String: ScriptLiteral] = [:]
        for (index, token) in tokens.enumerated() {
            if depth == 0, index + 1 < tokens.count {
                let next = tokens[index + 1]
                if token.is("return") {
                    let own = next.kind == .name ? tables[next.text] : nil
                    found = (own ?? Self.expression(tokens, index + 1), token.line)
                } else if token.kind == .name, next.is("="), !tokens[..<index].isMember {
                    tables[token.text] = Self.expression(tokens, index + 2)
                }
            }
            depth += token.nesting
        }
        table = found?.table ?? .other
        line = found?.line
    }

    /// Whether the table is written out, and is that of a workflow.
    var isWorkflow: Bool { table.entry(.name("run")) != nil && table.entry(.name("api")) != nil }

    /// The line of a field, as `args.limit.type` or `needs[2]`; that of the nearest table around it where it is not there, and
    /// `nil` without a table.
    func line(of path: String) -> Int? {
        var (value, line) = (table, line)
        for part in path.split(whereSeparator: { ".[]".contains($0) }) {
            let key: ScriptLiteral.Entry.Key = Int(part).map { .position($0) } ?? .name(String(part))
            guard let entry = value.entry(key) else { break }
            (value, line) = (entry.value, entry.line)
        }
        return line
    }

    private static func expression(_ tokens: [ScriptToken], _ position: Int) -> ScriptLiteral {
        var reader = LiteralReader(tokens, at: position)
        return reader.expression()
    }
}

extension ArraySlice<ScriptToken> {
    /// Whether what follows is a member of something.
    fileprivate var isMember: Bool { last?.is(".") == true || last?.is(":") == true }
}
