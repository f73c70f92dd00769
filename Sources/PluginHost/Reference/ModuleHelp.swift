import BackupAPI
import LuaKit

/// The help of modules, functions and types, from their descriptions.
public struct ModuleHelp: Sendable {
    private let modules: [Module]
    /// Those that belong to no module.
    private let globals: [Function]
    private let types: TypeCatalogue

    /// Makes the help of modules, and of functions that belong to none.
    public init(modules: [Module], globals: [Function] = []) {
        self.modules = modules
        self.globals = globals
        types = TypeCatalogue(modules)
    }

    /// Everything that there is help on: `backup`, `backup.start`, …, `Backup`, …
    public var topics: [String] {
        modules.flatMap { module in [module.name] + module.memberNames.map { "\(module.name).\($0)" } }
            + globals.map(\.name) + modules.flatMap(\.events).map(\.name) + Self.authorsTopics
            + (TypeDescription.common + modules.flatMap(\.types)).map(\.name).filter { name in
                !modules.contains { $0.name == name }
            }
    }

    /// What authors write beside calls, in the order in which help shows it: `manifest`, `args`, …
    public static let authorsTopics = AuthorsHelp.topics

    /// The help on a module, a member, an event, a type, or what authors write beside calls; `nil` when there is none.
    public func text(about topic: String) -> String? {
        if let text = AuthorsHelp(modules: modules).text(about: topic) { return text }
        if let function = globals.first(where: { $0.name == topic }) { return text(about: function, in: nil) }
        if let event = modules.flatMap(\.events).first(where: { $0.name == topic }) {
            return text(about: event)
        }
        let parts = topic.split(separator: ".", maxSplits: 1).map(String.init)
        guard let name = parts.first, let module = modules.first(where: { $0.name == name }) else {
            return types[topic].map(text)
        }
        guard parts.count == 2 else { return text(about: module) }
        if let function = module.functions.first(where: { $0.name == parts[1] }) {
            return text(about: function, in: module)
        }
        return module.values.first { $0.name == parts[1] }.map { value in
            (["\(topic)", "", "\(value.summary)."] + lines(ofExample: value.example)).joined(separator: "\n")
        }
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

    private func text(about event: HookEvent) -> String {
        let common: [ParameterDescription] = [
            .field("event", "string", "The event's name."),
            .field("run", "table", "The run: its 'id' and its 'script'."),
        ]
        let rows = (common + event.fields).map { $0.row(indent: "  ") }
        return
            (["\(event.name)", "", event.summary, "", "Fields of what a hook gets:"]
            + TextTable(columns: [], rows: rows).lines()
            + lines(ofExample: "hooks.on(\"\(event.name)\", function(news) log.info(news.run.id) end)"))
            .joined(separator: "\n")
    }

    private func text(about function: Function, in module: Module?) -> String {
        var lines = [function.signature(in: module?.name), "", function.summary]
        let rows = function.parameters.flatMap { parameter in
            [parameter.row(indent: "  ")]
                + function.shownOptions(of: parameter).map { $0.row(indent: "    ") }
        }
        if !rows.isEmpty { lines += ["", "Parameters:"] + TextTable(columns: [], rows: rows).lines() }
        if let returns = function.returns { lines += ["", "Answers \(returns)."] }
        let described = types.described(in: function.typeTexts).map { ["  " + $0.name, $0.line] }
        if !described.isEmpty { lines += ["", "Types:"] + TextTable(columns: [], rows: described).lines() }
        if module == nil, case .name(let name)? = function.result.flatMap({ TypeExpression($0.type) }),
            let type = types[name]
        {
            lines +=
                ["", "\(name):"]
                + TextTable(columns: [], rows: type.fields.map { $0.row(indent: "  ") }).lines()
        }
        if !function.errors.isEmpty { lines += ["", "Raises \(function.errors.joined(separator: ", "))."] }
        if !function.needs.isEmpty { lines += ["", "Needs \(function.needsText)."] }
        lines += ["", function.kind.sentence] + self.lines(ofExample: function.example)
        return lines.joined(separator: "\n")
    }

    private func text(about type: TypeDescription) -> String {
        var lines = [type.name, "", type.summary]
        if case .word(let text) = type.content { lines += ["", "It is: \(text)."] }
        let rows = type.fields.map { $0.row(indent: "  ") }
        if !rows.isEmpty { lines += ["", "Fields:"] + TextTable(columns: [], rows: rows).lines() }
        return lines.joined(separator: "\n")
    }

    private func lines(ofExample example: String?) -> [String] {
        guard let example else { return [] }
        return ["", "Example:"] + example.lines.map { $0.isEmpty ? "" : "  " + $0 }
    }
}

extension Function {
    /// `backup.wait(id, [options])`
    func signature(in module: String?) -> String {
        let names = parameters.map { $0.isOptional ? "[\($0.name)]" : $0.name }
        return "\(module.map { $0 + "." } ?? "")\(name)(\(names.joined(separator: ", ")))"
    }

    /// The options of a parameter; none where a later one lists the same.
    func shownOptions(of parameter: ParameterDescription) -> [ParameterDescription] {
        let names = parameter.options.map(\.name)
        let last = parameters.last { $0.options.map(\.name) == names }
        return last?.name == parameter.name ? parameter.options : []
    }

    /// The types of its parameters, options and result.
    var typeTexts: [String] {
        parameters.flatMap { [$0.type] + $0.options.map(\.type) } + (result.map { [$0.type] } ?? [])
    }

    /// `fs:read:PATH (reads files below a folder)`
    var needsText: String {
        let texts = needs.map(\.text)
        return texts.enumerated().filter { !texts[..<$0.offset].contains($0.element) }.map { _, text in
            let kind = Permission.parts(of: text).kind
            return text + (Permission.kinds.first { $0.name == kind }.map { " (\($0.summary))" } ?? "")
        }
        .joined(separator: ", ")
    }
}

extension TypeDescription {
    /// What it is, with the names of its fields.
    fileprivate var line: String {
        guard !fields.isEmpty else { return summary }
        return "\(summary) Fields: \(fields.map(\.name).joined(separator: ", "))."
    }
}

extension ParameterDescription {
    func row(indent: String) -> [String] {
        [indent + name, type + (isOptional ? ", optional" : ""), summary]
    }
}
