/// The reference of modules as Markdown, from their descriptions.
public struct ModuleReference: Sendable {
    private let modules: [Module]

    /// Makes the reference of modules.
    public init(modules: [Module]) {
        self.modules = modules
    }

    /// The whole text, which ends with a line's end.
    public var markdown: String {
        let introduction = """
            # Modules of scripts

            What scripts find, function by function.

            ## Overview

            Modules are globals, and `require "backup"` answers them too. The last argument of many functions is a table of options. \
            A call that fails raises an error with a `code`, which the function's entry names; `pcall` catches it.
            """
        let common = ["## Types of all modules"] + TypeDescription.common.map(Self.text)
        return ([introduction] + modules.flatMap(Self.sections) + common).joined(separator: "\n\n") + "\n"
    }

    private static func sections(of module: Module) -> [String] {
        let values = module.values.map { value in
            "### \(module.name).\(value.name)\n\n\(value.summary).".escapedMarkup + code(value.example)
        }
        return ["## \(module.name)", module.summary] + values
            + module.functions.map { text(of: $0, in: module.name) } + events(of: module)
            + module.types.map(text)
    }

    private static func events(of module: Module) -> [String] {
        guard !module.events.isEmpty else { return [] }
        let items = module.events.flatMap { event in
            ["- `\(event.name)`: \(event.summary)"] + event.fields.map { "  " + item($0) }
        }
        return ["### Events", items.joined(separator: "\n").escapedMarkup]
    }

    private static func text(of function: Function, in module: String) -> String {
        var parts = ["### \(function.signature(in: module))", function.summary]
        let parameters = function.parameters.flatMap { parameter in
            [item(parameter)] + function.shownOptions(of: parameter).map { "  " + item($0) }
        }
        if !parameters.isEmpty { parts.append(parameters.joined(separator: "\n")) }
        if let returns = function.returns { parts.append("Answers \(returns).") }
        if !function.errors.isEmpty {
            parts.append("Raises \(function.errors.map { "`\($0)`" }.joined(separator: ", ")).")
        }
        if !function.needs.isEmpty { parts.append("Needs \(function.needsText).") }
        parts.append(function.kind.sentence)
        return parts.joined(separator: "\n\n").escapedMarkup + code(function.example)
    }

    private static func text(_ type: TypeDescription) -> String {
        var parts = ["### \(type.name)", type.summary]
        if case .word(let text) = type.content { parts.append("It is: \(text).") }
        if !type.fields.isEmpty { parts.append(type.fields.map(item).joined(separator: "\n")) }
        return parts.joined(separator: "\n\n").escapedMarkup
    }

    private static func item(_ parameter: ParameterDescription) -> String {
        "- `\(parameter.name)` (\(parameter.type)\(parameter.isOptional ? ", optional" : "")): \(parameter.summary)"
    }

    private static func code(_ example: String?) -> String {
        example.map { "\n\n```lua\n\($0)\n```" } ?? ""
    }
}

extension String {
    /// The text with a backslash before what Markdown would take for markup: `<` and `*`.
    fileprivate var escapedMarkup: String {
        replacing("<", with: "\\<").replacing("*", with: "\\*")
    }
}
