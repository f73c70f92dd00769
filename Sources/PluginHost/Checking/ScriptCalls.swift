/// A call of a host function in a source.
struct ScriptCall: Hashable {
    let module: String
    let function: String
    let arguments: [ScriptLiteral]
    let line: Int
    /// Whether nothing is done with its results.
    let isStatement: Bool

    var name: String { "\(module).\(function)" }
}

/// A member of a module that is used in a way in which functions, or values, are not.
struct ScriptMisuse: Hashable {
    enum Kind {
        /// `backup:start("web")`
        case calledAsMethod
        /// `backup.latest.id`
        case indexed
        /// `#backup.list`
        case counted
        /// `run.id()`, which is wrong for a value alone.
        case called
    }

    let module: String
    let member: String
    let line: Int
    let kind: Kind
}

/// What a source does with the host's modules, as far as it can be seen without running it.
struct ScriptCalls {
    /// The calls, in the order of the source.
    private(set) var calls: [ScriptCall] = []
    /// Modules and functions that are used in another way than by a call: handed over, or given another name.
    private(set) var mentions: Set<String> = []
    /// Whether it requires modules that are not the host's.
    private(set) var requiresOthers = false
    /// Whether the file returns something, or may do so.
    private(set) var hasReturn = false
    /// What may be meant in another way, in the order of the source.
    private(set) var misused: [ScriptMisuse] = []

    /// Reads the tokens of a source; `modules` are the names of the host's.
    init(_ tokens: [ScriptToken], modules: Set<String>) {
        let own = Self.declared(in: tokens, modules)
        var depth = 0
        for (index, token) in tokens.enumerated() {
            if token.is("return"), depth == 0 { hasReturn = true }
            depth += token.nesting
            guard token.kind == .name, !Self.isMember(index, tokens) else { continue }
            if token.text == "require" { noteRequired(tokens, at: index + 1, modules) }
            guard modules.contains(token.text) else { continue }
            guard !own.contains(token.text) else {
                mentions.insert(token.text)
                continue
            }
            note(tokens, at: index)
            noteMisuse(tokens, at: index)
        }
    }

    private mutating func noteMisuse(_ tokens: [ScriptToken], at index: Int) {
        guard index + 3 < tokens.count, tokens[index + 2].kind == .name else { return }
        let (dot, next) = (tokens[index + 1], tokens[index + 3])
        let kind: ScriptMisuse.Kind
        switch (dot.text, next) {
        case (":", _) where dot.is(":"): kind = .calledAsMethod
        case (".", _) where dot.is(".") && (next.is(".") || next.is("..") || next.is("[") || next.is(":")):
            kind = .indexed
        case (".", _) where dot.is(".") && next.is("("): kind = .called
        case (".", _) where dot.is(".") && index > 0 && tokens[index - 1].is("#"): kind = .counted
        default: return
        }
        let (module, member) = (tokens[index].text, tokens[index + 2])
        misused.append(ScriptMisuse(module: module, member: member.text, line: member.line, kind: kind))
    }

    private mutating func note(_ tokens: [ScriptToken], at index: Int) {
        let module = tokens[index].text
        guard index + 2 < tokens.count, tokens[index + 1].is("."), tokens[index + 2].kind == .name else {
            // A key of a table is no use.
            let isKey = index + 1 < tokens.count && tokens[index + 1].is("=")
            if !isKey { mentions.insert(module) }
            return
        }
        let function = tokens[index + 2].text
        var reader = LiteralReader(tokens, at: index + 3)
        guard let arguments = reader.arguments() else {
            mentions.insert("\(module).\(function)")
            return
        }
        let next = reader.position < tokens.count ? tokens[reader.position] : nil
        let isChained = next.map { next in
            next.kind == .string || [".", ":", "[", "(", "{"].contains { next.is($0) }
        }
        calls.append(
            ScriptCall(
                module: module,
                function: function,
                arguments: arguments,
                line: tokens[index + 2].line,
                isStatement: isChained != true && Self.beginsStatement(index, tokens)
            )
        )
    }

    private mutating func noteRequired(_ tokens: [ScriptToken], at index: Int, _ modules: Set<String>) {
        var reader = LiteralReader(tokens, at: index)
        let name = reader.arguments()?.first?.text
        if name.map({ !modules.contains($0) }) ?? true { requiresOthers = true }
        if let name, modules.contains(name) { mentions.insert(name) }
    }

    /// Whether a name is what comes after a dot, and so none of a module.
    private static func isMember(_ index: Int, _ tokens: [ScriptToken]) -> Bool {
        index > 0 && (tokens[index - 1].is(".") || tokens[index - 1].is(":"))
    }

    /// Whether a statement begins with a token: what stands before it cannot go on with a name.
    private static func beginsStatement(_ index: Int, _ tokens: [ScriptToken]) -> Bool {
        guard index > 0 else { return true }
        let last = tokens[index - 1]
        switch last.kind {
        case .name, .string, .number: return true
        case .symbol: return [";", ")", "]", "}", "...", "::"].contains(last.text)
        case .keyword:
            return ["end", "then", "do", "else", "repeat", "nil", "true", "false", "break"].contains(
                last.text
            )
        }
    }

    /// Names of modules that the source also uses for something of its own.
    private static func declared(in tokens: [ScriptToken], _ modules: Set<String>) -> Set<String> {
        var names: Set<String> = []
        for (index, token) in tokens.enumerated() {
            if token.is("local") || token.is("for") {
                names.formUnion(list(in: tokens, from: index + 1))
            } else if token.is("function") {
                let bracket = tokens[index...].firstIndex { $0.is("(") } ?? index
                names.formUnion(list(in: tokens, from: bracket + 1))
            }
        }
        return names.intersection(modules)
    }

    /// The names of a list with commas, and with attributes such as `<close>`.
    private static func list(in tokens: [ScriptToken], from start: Int) -> [String] {
        var names: [String] = []
        for token in tokens.dropFirst(start) {
            switch token.kind {
            case .name: names.append(token.text)
            case .symbol where [",", "<", ">"].contains(token.text): continue
            default: return names
            }
        }
        return names
    }
}
