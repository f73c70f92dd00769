/// A type as descriptions write it, for people and for editors.
///
/// A type is a name, a list of something, a table of something by name, an iterator over something, a function, a text in
/// quotes that stands for itself, or one of several:
///
///     string
///     list of strings
///     table of (string or number)
///     iterator of Progress
///     function(item: any, index: integer): any
///     "exclusive" or "shared"
///
/// Names of small letters may be in the plural where several are meant.
public indirect enum TypeExpression: Hashable, Sendable {
    /// A type of Lua, or one that a ``TypeDescription`` has.
    case name(String)
    /// A text that stands for itself.
    case literal(String)
    /// A list.
    case list(TypeExpression)
    /// A table whose keys are names.
    case table(TypeExpression)
    /// What `for … in` goes through.
    case iterator(TypeExpression)
    /// A function with its parameters, and what it answers.
    case function([Parameter], TypeExpression?)
    /// One of several.
    case either([TypeExpression])

    /// A parameter of a function.
    public struct Parameter: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// Its type.
        public var type: TypeExpression

        /// Makes a parameter.
        public init(name: String, type: TypeExpression) {
            (self.name, self.type) = (name, type)
        }
    }

    /// Lua's own types, and `list` for a list of anything.
    public static let names: Set<String> = [
        "any", "boolean", "function", "integer", "list", "nil", "null", "number", "string", "table",
    ]

    /// Reads a type; `nil` for a text that is none.
    public init?(_ text: String) {
        var parser = TypeParser(text)
        guard let type = parser.type(), parser.isAtEnd else { return nil }
        self = type
    }

    /// The names in it, each as often as it is there.
    public var names: [String] {
        switch self {
        case .name(let name): [name]
        case .literal: []
        case .list(let type), .table(let type), .iterator(let type): type.names
        case .function(let parameters, let result): parameters.flatMap(\.type.names) + (result?.names ?? [])
        case .either(let types): types.flatMap(\.names)
        }
    }
}

extension TypeExpression: CustomStringConvertible {
    /// The type as descriptions write it.
    public var description: String {
        switch self {
        case .name(let name): name
        case .literal(let text): "\"\(text)\""
        case .list(let item): "list of \(item.enclosed)"
        case .table(let item): "table of \(item.enclosed)"
        case .iterator(let item): "iterator of \(item.enclosed)"
        case .either(let types): types.map(\.enclosed).joined(separator: " or ")
        case .function(let parameters, let result):
            "function(\(parameters.map { "\($0.name): \($0.type)" }.joined(separator: ", ")))"
                + (result.map { ": \($0.enclosed)" } ?? "")
        }
    }

    /// As a part of another one: in parentheses where it would be taken for something else.
    private var enclosed: String {
        if case .either = self { "(\(self))" } else { description }
    }
}
