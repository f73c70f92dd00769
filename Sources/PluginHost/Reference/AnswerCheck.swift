import BackupAPI
public import LuaKit

/// Compares what functions answer with what their descriptions say that they do, for the tests of whoever writes modules.
public struct AnswerCheck: Sendable {
    private let modules: [Module]
    private let types: TypeCatalogue

    /// Makes a check of all modules of a host.
    public init(modules: [Module]) {
        self.modules = modules
        types = TypeCatalogue(modules)
    }

    /// What is wrong with an answer of `module.function`, one sentence each; empty when it is as described.
    public func problems(in answer: LuaValue, of name: String) -> [String] {
        let parts = name.split(separator: ".").map(String.init)
        guard parts.count == 2, let module = modules.first(where: { $0.name == parts[0] }),
            let function = module.functions.first(where: { $0.name == parts[1] })
        else { return ["there is no function '\(name)'"] }
        guard let result = function.result else {
            return answer == .nil
                ? []
                : ["'\(name)' answers \(answer.shape), which its description does not say: add 'returns:'"]
        }
        guard let type = TypeExpression(result.type) else {
            return ["the type '\(result.type)' cannot be read"]
        }
        return problems(answer, type, "'\(name)'")
    }

    private func problems(_ value: LuaValue, _ type: TypeExpression, _ place: String) -> [String] {
        switch type {
        case .name(let name): return problems(value, named: name, place)
        case .literal(let text): return value.text == text ? [] : [expected("\"\(text)\"", value, place)]
        case .either(let types):
            let isOne = types.contains { problems(value, $0, place).isEmpty }
            return isOne
                ? [] : [expected("\(type)", value, place)]
        case .iterator, .function:
            if case .function = value { return [] }
            return [expected("function", value, place)]
        case .list(let item):
            guard case .table(let table) = value, table.fields.isEmpty else {
                return [expected("list", value, place)]
            }
            return table.items.flatMap { problems($0, item, "an item of \(place)") }
        case .table(let item):
            guard case .table(let table) = value, table.items.isEmpty else {
                return [expected("table", value, place)]
            }
            return table.fields.flatMap { problems($1, item, "'\($0.textForPeople)' of \(place)") }
        }
    }

    private func problems(_ value: LuaValue, named name: String, _ place: String) -> [String] {
        if let described = types[name] { return problems(value, described, place) }
        let isFit =
            switch (name, value) {
            case ("any", _), ("table", .table), ("table", .reference), ("string", .string),
                ("integer", .integer),
                ("number", .integer), ("number", .number), ("boolean", .boolean), ("function", .function),
                ("nil", .nil), ("null", .null):
                true
            case ("list", .table(let table)): table.fields.isEmpty
            default: false
            }
        return isFit ? [] : [expected(name, value, place)]
    }

    private func problems(_ value: LuaValue, _ type: TypeDescription, _ place: String) -> [String] {
        switch type.content {
        case .word(let text): return TypeExpression(text).map { problems(value, $0, place) } ?? []
        case .object:
            if case .object(let object) = value, object.typeName == type.name { return [] }
            return [expected(type.name, value, place)]
        case .record(let fields):
            guard case .table(let table) = value, table.items.isEmpty else {
                return [expected(type.name, value, place)]
            }
            let known = Set(fields.map(\.name))
            let unknown = table.fields.keys.map(\.textForPeople).filter { !known.contains($0) }.sorted()
            return unknown.map { "\(place) has '\($0)', which '\(type.name)' does not describe" }
                + fields.flatMap { problems(value[$0.name], $0, of: type.name, place) }
        }
    }

    private func problems(
        _ value: LuaValue,
        _ field: ParameterDescription,
        of type: String,
        _ place: String
    ) -> [String] {
        if value == .nil, field.isOptional { return [] }
        guard let expression = TypeExpression(field.type) else { return [] }
        return problems(value, expression, "'\(field.name)' of \(place), a \(type),")
    }

    private func expected(_ type: String, _ value: LuaValue, _ place: String) -> String {
        "\(place) is \(value.shape), not \(type) as described"
    }
}
