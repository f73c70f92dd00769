import BackupAPI
import LuaKit

/// The help of modules and functions, from their descriptions.
public struct ModuleHelp: Sendable {
    private let modules: [Module]

    /// Makes the help of modules.
    public init(modules: [Module]) {
        self.modules = modules
    }

    /// Everything that there is help on: `backup`, `backup.start`, …
    public var topics: [String] {
        modules.flatMap { module in [module.name] + module.memberNames.map { "\(module.name).\($0)" } }
    }

    /// The help on a module or a member; `nil` when there is none.
    public func text(about topic: String) -> String? {
        let parts = topic.split(separator: ".", maxSplits: 1).map(String.init)
        guard let name = parts.first, let module = modules.first(where: { $0.name == name }) else {
            return nil
        }
        guard parts.count == 2 else { return text(about: module) }
        if let function = module.functions.first(where: { $0.name == parts[1] }) {
            return text(about: function, in: module)
        }
        return module.values.first { $0.name == parts[1] }.map { "\(topic)\n\n\($0.summary)." }
    }

    private func text(about module: Module) -> String {
        let values = module.values.map { ["  \(module.name).\($0.name)", $0.summary] }
        let functions = module.functions.map { ["  \($0.signature(in: module.name))", $0.summary] }
        var lines = [module.name, "", module.summary, ""]
        lines += TextTable(columns: [], rows: values + functions).lines()
        if !module.events.isEmpty {
            lines += ["", "Events, and their fields:"]
            lines += TextTable(columns: [], rows: HookEvent.rows(module.events)).lines()
        }
        return lines.joined(separator: "\n")
    }

    private func text(about function: Function, in module: Module) -> String {
        var lines = [function.signature(in: module.name), "", function.summary]
        let rows = function.parameters.flatMap { parameter in
            [parameter.row(indent: "  ")] + parameter.options.map { $0.row(indent: "    ") }
        }
        if !rows.isEmpty { lines += ["", "Parameters:"] + TextTable(columns: [], rows: rows).lines() }
        if let returns = function.returns { lines += ["", "Answers \(returns)."] }
        if !function.errors.isEmpty { lines += ["", "Raises \(function.errors.joined(separator: ", "))."] }
        lines += ["", function.kind.sentence]
        return lines.joined(separator: "\n")
    }
}

extension Function {
    /// `backup.wait(id, [options])`
    func signature(in module: String) -> String {
        let names = parameters.map { $0.isOptional ? "[\($0.name)]" : $0.name }
        return "\(module).\(name)(\(names.joined(separator: ", ")))"
    }
}

extension ParameterDescription {
    fileprivate func row(indent: String) -> [String] {
        [indent + name, type + (isOptional ? ", optional" : ""), summary]
    }
}

extension CallKind {
    /// What the kind means to who writes a script.
    fileprivate var sentence: String {
        switch self {
        case .step, .recorded: "A step: its result is recorded in the run's journal."
        case .composite: "Made of steps that are recorded in the run's journal."
        case .observation: "An observation: it changes nothing and is not recorded."
        case .pure: "Depends on its arguments alone; it is not recorded."
        }
    }
}
