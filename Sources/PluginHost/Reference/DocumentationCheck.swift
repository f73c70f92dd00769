import BackupAPI

/// Finds what is missing in the descriptions of modules, for the tests of whoever writes modules.
public struct DocumentationCheck: Sendable {
    private let modules: [Module]
    private let types: TypeCatalogue

    /// Makes a check of all modules of a host: one may name the types of another.
    public init(modules: [Module]) {
        self.modules = modules
        types = TypeCatalogue(modules)
    }

    /// One sentence for each thing that is missing: what, and what to do. Empty when all is described.
    public var problems: [String] { modules.flatMap(problems) }

    private func problems(in module: Module) -> [String] {
        sentence(module.summary, "the module '\(module.name)'")
            + module.types.flatMap { problems(in: $0, of: module) }
            + module.values.flatMap { problems(in: $0, of: module) }
            + module.functions.flatMap { problems(in: $0, of: module) }
            + module.strayExamples.map {
                "'\(module.name)' has an example of '\($0)', which it does not have: remove it"
            }
    }

    private func problems(in function: Function, of module: Module) -> [String] {
        let name = "\(module.name).\(function.name)"
        var problems = sentence(function.summary, "'\(name)'")
        for parameter in function.parameters {
            problems += self.problems(in: parameter, of: name)
            for option in parameter.options {
                problems += self.problems(in: option, of: name, isOption: true)
            }
        }
        if let result = function.result { problems += self.problems(in: result, of: name) }
        let kinds = modules.permissionKinds.map(\.name)
        for need in function.needs.map(\.text) where Permission(need, others: kinds) == nil {
            problems.append("'\(name)' needs '\(need)', which is no permission: see Permission.kinds")
        }
        if function.needs.isEmpty == function.errors.contains("permission_denied") {
            problems.append(
                "'\(name)' names a permission and not the error 'permission_denied', or the reverse: give both"
            )
        }
        return problems + self.problems(inExample: function.example, of: name)
    }

    private func problems(in value: Module.Value, of module: Module) -> [String] {
        let name = "\(module.name).\(value.name)"
        return problems(in: value.result, of: name) + problems(inExample: value.example, of: name)
    }

    private func problems(in type: TypeDescription, of module: Module) -> [String] {
        var problems = sentence(type.summary, "the type '\(type.name)'")
        for field in type.fields { problems += self.problems(in: field, of: type.name) }
        if case .word(let text) = type.content {
            problems += self.problems(inType: text, of: "'\(type.name)'")
        }
        return problems
    }

    private func problems(in parameter: ParameterDescription, of name: String, isOption: Bool = false)
        -> [String]
    {
        let what = "\(isOption ? "the option" : "") '\(parameter.name)' of '\(name)'".trimmedStart
        var problems = sentence(parameter.summary, what)
        problems += self.problems(inType: parameter.type, of: what)
        if isOption, parameter.isOptional, !parameter.summary.contains("Default:") {
            problems.append("\(what) does not say what holds without it: add \"Default: …\" to its text")
        }
        return problems
    }

    private func problems(in result: ResultDescription, of name: String) -> [String] {
        let problems = problems(inType: result.type, of: "the result of '\(name)'")
        guard result.summary.isEmpty || result.summary.hasSuffix(".") else { return problems }
        return problems + [
            "'\(name)' does not say what it answers: write \"type: what it is\", without a full stop"
        ]
    }

    private func problems(inType text: String, of what: String) -> [String] {
        guard let type = TypeExpression(text) else {
            return ["the type '\(text)' of \(what) cannot be read: see TypeExpression"]
        }
        return types.unknownNames(in: type).map {
            "the type '\($0)' of \(what) is not described: add a TypeDescription to the module's 'documented(types:)'"
        }
    }

    private func problems(inExample example: String?, of name: String) -> [String] {
        guard let example, example.contains(name) else {
            return ["'\(name)' has no example that uses it: add one to the module's 'documented(examples:)'"]
        }
        return []
    }

    private func sentence(_ text: String, _ what: String) -> [String] {
        let isSentence = text.hasSuffix(".") && text.first?.isLowercase != true
        return isSentence ? [] : ["\(what) is not described: write a sentence that ends with a full stop"]
    }
}

extension String {
    fileprivate var trimmedStart: String { String(drop(while: \.isWhitespace)) }
}
