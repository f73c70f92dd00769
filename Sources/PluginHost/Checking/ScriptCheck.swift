import BackupAPI
public import LuaKit

/// Finds mistakes in a script without running it.
public struct ScriptCheck: Sendable {
    let modules: [Module]
    private let configurations: [String]?
    private let identifiers: [String]
    private let globalNames: [String]

    /// Makes a check. `configurations` are the names that a literal may name, `nil` leaves them unchecked;
    /// `identifiers` are as good as names, but nobody means one that is misspelt; `globals` are names that scripts find
    /// beside the modules and Lua's own.
    public init(
        modules: [Module],
        configurations: [String]?,
        identifiers: [String] = [],
        globals: [String] = []
    ) {
        self.modules = modules
        self.configurations = configurations
        self.identifiers = identifiers
        globalNames = LuaState.globalNames + globals
    }

    /// What there is to say about a source, in the order of its lines; empty if nothing is found.
    ///
    /// What a run alone can know, such as an argument that is computed, is passed over.
    public func findings(in source: LuaSource, as role: ScriptRole = .part) -> [ScriptFinding] {
        let name = source.name
        do {
            let uses = try source.globalUses()
            let assigned = Set(uses.filter(\.isAssignment).map(\.name))
            let mistakes = uses.compactMap { use in
                problem(of: use, assigned: assigned).map { ScriptFinding(name, line: use.line, $0) }
            }
            let tokens = [ScriptToken](source: source.bytes)
            let calls = ScriptCalls(tokens, modules: Set(modules.map(\.name)))
            let all =
                mistakes + calls.calls.flatMap { findings(of: $0, in: name) }
                + calls.misused.compactMap { use in
                    problem(of: use).map { ScriptFinding(name, line: use.line, $0) }
                }
                + refusals(calls, in: name, as: role)
                + unusedPermissions(calls, ManifestPlaces(tokens), in: name, as: role)
            return all.inOrderOfLines
        } catch {
            return [ScriptFinding(error.place?.script ?? name, line: error.place?.line, error.message)]
        }
    }

    private func problem(of use: LuaGlobalUse, assigned: Set<String>) -> String? {
        if use.isAssignment { return problem(ofAssignment: use) }
        if assigned.contains(use.name) { return nil }
        if let module = modules.first(where: { $0.name == use.name }) { return problem(of: use, in: module) }
        let known = globalNames + modules.map(\.name)
        guard !known.contains(use.name) else { return nil }
        if let fix = StandardReplacement.fix(global: use.name, member: use.member) {
            return "unknown global '\(use.name)'. \(fix)"
        }
        let hint = known.nearest(to: use.name).map { "; did you mean '\($0)'?" } ?? ""
        return "unknown global '\(use.name)'\(hint)"
    }

    private func problem(ofAssignment use: LuaGlobalUse) -> String? {
        guard modules.contains(where: { $0.name == use.name }) else { return nil }
        return "the module '\(use.name)' is overwritten"
    }

    private func problem(of use: LuaGlobalUse, in module: Module) -> String? {
        guard let member = use.member else { return nil }
        guard module.memberNames.contains(member) else {
            return Module.textOfMissing(member, in: module.name, known: module.memberNames)
        }
        guard let function = module.functions.first(where: { $0.name == member }),
            function.parameters.first?.type == ConfigurationReference.typeName
        else { return nil }
        return use.firstArgument.flatMap(problem(ofConfiguration:))
    }

    /// What is wrong with the name or id of a configuration; `nil` where the configurations are not known.
    func problem(ofConfiguration reference: String) -> String? {
        guard let configurations, !configurations.contains(reference), !identifiers.contains(reference) else {
            return nil
        }
        return BackupError.unknownConfiguration(reference, known: configurations).asArgumentProblem
    }
}

extension [ScriptFinding] {
    /// Sorted by the line; those of one line stay as they are.
    package var inOrderOfLines: [ScriptFinding] {
        enumerated().sorted { one, other in
            (one.element.line ?? 0, one.offset) < (other.element.line ?? 0, other.offset)
        }.map(\.element)
    }
}
