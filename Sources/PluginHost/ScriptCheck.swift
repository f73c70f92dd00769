import BackupAPI
public import LuaKit

/// Finds mistakes in a script without running it.
public struct ScriptCheck: Sendable {
    private let modules: [Module]
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

    /// One sentence a mistake, `script:line: …`, in the order of the code; empty if none is found.
    public func problems(in source: LuaSource) -> [String] {
        do {
            let uses = try source.globalUses()
            let assigned = Set(uses.filter(\.isAssignment).map(\.name))
            return uses.compactMap { use in
                problem(of: use, assigned: assigned).map { "\(source.name):\(use.line): \($0)" }
            }
        } catch {
            return [error.description]
        }
    }

    private func problem(of use: LuaGlobalUse, assigned: Set<String>) -> String? {
        if use.isAssignment { return problem(ofAssignment: use) }
        if assigned.contains(use.name) { return nil }
        if let module = modules.first(where: { $0.name == use.name }) { return problem(of: use, in: module) }
        let known = globalNames + modules.map(\.name)
        guard !known.contains(use.name) else { return nil }
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
        guard let configurations, let reference = use.firstArgument, !configurations.contains(reference),
            !identifiers.contains(reference),
            let function = module.functions.first(where: { $0.name == member }),
            function.parameters.first?.type == ConfigurationReference.typeName
        else { return nil }
        return BackupError.unknownConfiguration(reference, known: configurations).asArgumentProblem
    }
}
