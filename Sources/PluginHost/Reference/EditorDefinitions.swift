/// What editors and checkers of Lua read of modules: a definition file for each (LuaCATS annotations, as
/// lua-language-server has them), and a standard of luacheck.
///
/// The same modules make the same files.
public struct EditorDefinitions: Sendable {
    private let modules: [Module]
    private let sandbox: [ScriptGlobal]
    private let tests: Tests?
    private let types: TypeCatalogue

    /// What test files have beside what every script finds: a module, and a function that belongs to none.
    public typealias Tests = (module: Module, function: Function)

    /// Makes the definitions of modules, beside what every script finds.
    public init(modules: [Module], sandbox: [ScriptGlobal], tests: Tests? = nil) {
        self.modules = modules
        self.sandbox = sandbox
        self.tests = tests
        types = TypeCatalogue(modules + (tests.map { [$0.module] } ?? []))
    }

    /// A file: its name and its text.
    public struct File: Hashable, Sendable {
        /// Its name, without a folder.
        public let name: String
        /// What is in it.
        public let text: String
    }

    /// The files, by name.
    public var files: [File] {
        let definitions = modules.map { File(name: $0.name + ".lua", text: text(of: $0)) }
        let others = [
            File(name: "types.lua", text: commonTypes),
            File(
                name: "luacheck.lua",
                text: LuacheckStandard(name: "moonkeep", modules: modules, sandbox: sandbox).text
            ),
        ]
        return (definitions + others + testFiles).sorted { $0.name < $1.name }
    }

    private var testFiles: [File] {
        guard let tests else { return [] }
        let standard = LuacheckStandard(
            name: "moonkeep_test",
            modules: [tests.module],
            sandbox: [ScriptGlobal(tests.function.name)]
        )
        return [
            File(name: tests.module.name + ".lua", text: text(of: tests.module, tests.function)),
            File(name: "luacheck_test.lua", text: standard.text),
        ]
    }

    /// What tells files that were made of those that people wrote.
    package static let notice = "-- Written by 'moonkeep types', which writes it again: changes do not stay."

    private var commonTypes: String {
        (["---@meta _\n\(Self.notice)\n-- luacheck: no max line length"] + TypeDescription.common.map(text))
            .joined(separator: "\n\n") + "\n"
    }

    /// The definition of a module, with a function that belongs to none where there is one.
    private func text(of module: Module, _ global: Function? = nil) -> String {
        let name = module.name
        let names = ([name] + (global.map { [$0.name] } ?? [])).joined(separator: " ")
        let fields = module.values.map { value in
            let result = value.result
            return "---@field \(value.name) \(types.annotation(of: result.type)) \(result.summary)".oneLine
        }
        let head = """
            ---@meta \(name)
            \(Self.notice)
            -- luacheck: globals \(names), no unused args, no max line length
            """
        let table = (comment(module.summary) + ["---@class \(name)lib"] + fields + ["\(name) = {}"])
        var parts = [head] + module.types.map(text) + [table.joined(separator: "\n")]
        for function in module.functions {
            parts += function.parameters.filter { !$0.options.isEmpty }.map {
                text(ofOptions: $0, of: function, in: name)
            }
            parts.append(text(of: function, in: name))
        }
        if let global { parts.append(text(of: global, in: nil)) }
        return (parts + ["return \(name)"]).joined(separator: "\n\n") + "\n"
    }

    private func text(of function: Function, in module: String?) -> String {
        var lines = comment(function.summary)
        if !function.errors.isEmpty {
            lines += ["---", "---Raises \(function.errors.map { "`\($0)`" }.joined(separator: ", "))."]
        }
        if !function.needs.isEmpty { lines += ["---", "---Needs \(function.needsText)."] }
        lines += ["---", "---\(function.kind.sentence)"]
        if let example = function.example {
            lines += ["---", "---```lua"] + example.lines.map { "---" + $0 } + ["---```"]
        }
        if function.mayWait { lines.append("---@async") }
        lines += function.parameters.map { parameter in
            "---@param \(parameter.name)\(parameter.isOptional ? "?" : "") \(annotation(of: parameter, of: function, in: module)) \(parameter.summary)"
                .oneLine
        }
        if let result = function.result {
            lines.append("---@return \(types.annotation(of: result.type)) # \(result.summary)".oneLine)
        }
        if let overload = overload(of: function, in: module) { lines.append(overload) }
        let names = function.parameters.map(\.name).joined(separator: ", ")
        return (lines + ["function \(module.map { $0 + "." } ?? "")\(function.name)(\(names)) end"]).joined(
            separator: "\n"
        )
    }

    /// A table of options may be left out before a function.
    private func overload(of function: Function, in module: String?) -> String? {
        let kept = function.parameters.enumerated().filter { index, parameter in
            parameter.options.isEmpty || !parameter.isOptional || index == function.parameters.count - 1
        }
        guard kept.count < function.parameters.count else { return nil }
        let parameters = kept.map { "\($1.name): \(annotation(of: $1, of: function, in: module))" }
        let result = function.result.map { ": " + types.annotation(of: $0.type) } ?? ""
        return
            "---@overload \(function.mayWait ? "async " : "")fun(\(parameters.joined(separator: ", ")))\(result)"
    }

    private func annotation(of parameter: ParameterDescription, of function: Function, in module: String?)
        -> String
    {
        parameter.options.isEmpty
            ? types.annotation(of: parameter.type) : className(of: parameter, of: function, in: module)
    }

    /// `backup.wait.Options`
    private func className(of parameter: ParameterDescription, of function: Function, in module: String?)
        -> String
    {
        "\(module.map { $0 + "." } ?? "")\(function.name).\(parameter.name.prefix(1).uppercased() + parameter.name.dropFirst())"
    }

    /// A table of options is a class, with the items of a list beside them where it is one too.
    private func text(ofOptions parameter: ParameterDescription, of function: Function, in module: String)
        -> String
    {
        var lines = [
            "---The \(parameter.name) of `\(module).\(function.name)`.",
            "---@class (exact) \(className(of: parameter, of: function, in: module))",
        ]
        if case .list(let item) = TypeExpression(parameter.type) {
            lines.append("---@field [integer] \(types.annotation(item)) \(parameter.summary)".oneLine)
        }
        return (lines + parameter.options.map { field($0) }).joined(separator: "\n")
    }

    private func text(_ type: TypeDescription) -> String {
        let lines = comment(type.summary)
        switch type.content {
        case .word(let text):
            return (lines + ["---@alias \(type.name) \(types.annotation(of: text))"]).joined(separator: "\n")
        case .record(let fields):
            return (lines + ["---@class (exact) \(type.name)"] + fields.map { field($0) }).joined(
                separator: "\n"
            )
        case .object(let members):
            return (lines + ["---@class \(type.name)"] + members.map { field($0, of: type.name) })
                .joined(separator: "\n")
        }
    }

    /// A field; a function of an object is called with it.
    private func field(_ field: ParameterDescription, of object: String? = nil) -> String {
        var type = TypeExpression(field.type)
        if let object, case .function(let parameters, let result) = type {
            type = .function([.init(name: "self", type: .name(object))] + parameters, result)
        }
        let annotation = type.map(types.annotation) ?? "any"
        return "---@field \(field.name)\(field.isOptional ? "?" : "") \(annotation) \(field.summary)".oneLine
    }

    private func comment(_ text: String) -> [String] { text.lines.map { "---" + $0 } }
}
