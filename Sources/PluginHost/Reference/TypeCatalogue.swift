/// The types that descriptions can name, by their names.
struct TypeCatalogue: Sendable {
    private let types: [String: TypeDescription]

    /// The types of all modules, and those that are common to them.
    init(_ modules: [Module]) {
        let all = TypeDescription.common + modules.flatMap(\.types)
        types = Dictionary(all.map { ($0.name, $0) }) { $1 }
    }

    subscript(name: String) -> TypeDescription? { types[name] }

    /// The names in a type that are neither Lua's nor described.
    func unknownNames(in type: TypeExpression) -> [String] {
        type.names.filter { !TypeExpression.names.contains($0) && types[$0] == nil }
    }

    /// The described types that some types name, each once, in the order of the names.
    func described(in texts: [String]) -> [TypeDescription] {
        let names = Set(texts.compactMap { TypeExpression($0) }.flatMap(\.names))
        return names.sorted().compactMap { types[$0] }
    }

    /// The type as LuaCATS annotations write it; what nobody describes is `any`.
    func annotation(of text: String) -> String {
        TypeExpression(text).map(annotation) ?? "any"
    }

    /// The same of a type that is read already.
    func annotation(_ type: TypeExpression) -> String {
        switch type {
        case .name("list"): "any[]"
        case .name("null"): "lightuserdata"
        case .name(let name): unknownNames(in: type).isEmpty ? name : "any"
        case .literal(let text): "\"\(text)\""
        case .list(let item): enclosed(item) + "[]"
        case .table(let item): "table<string, \(annotation(item))>"
        case .iterator(let item): "fun(): \(annotation(item))|nil"
        case .either(let types): types.map(enclosed).joined(separator: "|")
        case .function(let parameters, let result):
            "async fun(\(parameters.map { "\($0.name): \(annotation($0.type))" }.joined(separator: ", ")))"
                + (result.map { ": " + annotation($0) } ?? "")
        }
    }

    private func enclosed(_ type: TypeExpression) -> String {
        switch type {
        case .function, .iterator, .either: "(\(annotation(type)))"
        case .name, .literal, .list, .table: annotation(type)
        }
    }
}

extension TypeDescription {
    /// The types that belong to no module.
    public static let common: [TypeDescription] =
        basic + [Manifest.described, WorkflowArgument.described, PluginManifest.described]
}
