import PluginHost
import Synchronization

/// What can be typed in a session, for completion: the modules, what lines have made, and the configurations.
final class SessionWords: Sendable {
    private let modules: [Module]
    private let changing = Mutex(Changing())

    private struct Changing {
        var names: [String] = []
        var configurations: [String] = []
    }

    init(modules: [Module]) {
        self.modules = modules
    }

    /// Takes the names of a session, as it answers them.
    func setNames(_ names: [String]) {
        changing.withLock { $0.names = names }
    }

    /// Takes the names of the configurations.
    func setConfigurations(_ names: [String]) {
        changing.withLock { $0.configurations = names }
    }

    /// What completes a line, given what stands before the cursor.
    func completion(of before: String) -> LineCompletion {
        if before.hasPrefix(":"), !before.hasPrefix("::") { return completion(ofCommand: before) }
        let tokens = [ScriptToken](source: Array(before.utf8))
        if let last = tokens.last, last.isOpen {
            return completion(of: last, after: tokens.dropLast(), before)
        }
        return completion(ofNameAfter: tokens, length: before.utf8.count)
    }

    private func completion(ofCommand before: String) -> LineCompletion {
        let words = before.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard words.count == 2 else {
            return LineCompletion(of: before, from: SessionCommand.words.map { $0 + " " })
        }
        let rest = String(words[1])
        return switch words[0] {
        case ":help": LineCompletion(of: rest, from: ModuleHelp(modules: modules).topics)
        case ":time": completion(of: rest)
        default: .none
        }
    }

    /// Completes a string that is not closed yet, where it names a configuration.
    private func completion(
        of string: ScriptToken,
        after tokens: ArraySlice<ScriptToken>,
        _ before: String
    ) -> LineCompletion {
        let call = tokens.last?.is("(") == true ? tokens.dropLast() : tokens
        guard let quote = before.utf8.dropFirst(string.range.lowerBound).first, quote != UInt8(ascii: "["),
            case let parts = call.suffix(3).map(\.text), parts.count == 3, parts[1] == ".",
            let module = modules.first(where: { $0.name == parts[0] }),
            let function = module.functions.first(where: { $0.name == parts[2] }),
            function.parameters.first?.type == ConfigurationReference.typeName
        else { return .none }
        let end = String(Unicode.Scalar(quote))
        let names = changing.withLock { $0.configurations }
            .filter { !$0.contains(end) && !$0.contains("\\") }
        return LineCompletion(of: string.text, from: names.map { $0 + end })
    }

    /// Completes a name, or a member after a dot.
    private func completion(ofNameAfter tokens: [ScriptToken], length: Int) -> LineCompletion {
        var path = tokens[...]
        var prefix = ""
        if let last = path.last, last.range.upperBound == length, last.kind != .symbol {
            guard last.kind == .name || last.kind == .keyword else { return .none }
            prefix = last.text
            path.removeLast()
        }
        var owner: [String] = []
        let isMethod = path.last?.is(":") == true
        while let dot = path.last, dot.is(".") || dot.is(":"), let name = path.dropLast().last,
            name.kind == .name
        {
            owner.insert(name.text, at: 0)
            path.removeLast(2)
        }
        guard !owner.isEmpty else {
            return path.last?.is(".") == true ? .none : LineCompletion(of: prefix, from: globals)
        }
        let members = members(of: owner.joined(separator: "."))
        return LineCompletion(of: prefix, from: isMethod ? members.filter { $0.hasSuffix("(") } : members)
    }

    private var globals: [String] {
        changing.withLock { $0.names }.filter { !$0.contains(".") } + modules.map { $0.name + "." }
            + ScriptToken.keywords.filter { $0.count > 2 }
    }

    private func members(of owner: String) -> [String] {
        if let module = modules.first(where: { $0.name == owner }) {
            return module.functions.map { $0.name + "(" } + module.values.map(\.name)
        }
        return changing.withLock { $0.names }.filter { $0.hasPrefix(owner + ".") }
            .map { String($0.dropFirst(owner.count + 1)) }.filter { !$0.contains(".") }
    }
}
