import BackupAPI
public import LuaKit

/// What help says of a parameter or an option.
public struct ParameterDescription: Sendable {
    /// Its name.
    public let name: String
    /// Its type as people read it: `string`, `duration`, `list of Backup`, …; ``TypeExpression`` has the grammar.
    public let type: String
    /// What it is, with unit and default.
    public let summary: String
    /// Whether it may be left out.
    public let isOptional: Bool
    /// The fields of an options table; empty for all else.
    public let options: [ParameterDescription]

    /// Describes a parameter.
    public init(
        _ name: String,
        _ type: String,
        _ summary: String,
        isOptional: Bool = false,
        options: [ParameterDescription] = []
    ) {
        self.name = name
        self.type = type
        self.summary = summary
        self.isOptional = isOptional
        self.options = options
    }
}

/// A parameter of a host function: its description, and how its value is read.
public protocol FunctionParameter: Sendable {
    /// What the function's body gets.
    associatedtype Value: Sendable

    /// What help says of it.
    var description: ParameterDescription { get }

    /// Reads the argument; `.nil` when it was left out. Throws `LuaConversionError` with what is wrong with it.
    func read(_ value: LuaValue) throws -> Value
}

/// A type of argument with a name of its own in help and errors.
public protocol ParameterKind: Sendable {
    /// What the function's body gets.
    associatedtype Value: Sendable

    /// The type as people read it.
    static var typeName: String { get }

    /// Whether `nil`, which a missing argument is too, is a value like any other.
    static var acceptsNil: Bool { get }

    /// Reads an argument; `.nil` only if that is accepted. Throws `LuaConversionError` with what is wrong with it.
    static func read(_ value: LuaValue) throws -> Value
}

extension ParameterKind {
    /// No: a missing argument is wrong.
    public static var acceptsNil: Bool { false }
}

/// A required parameter.
public struct Parameter<Kind: ParameterKind>: FunctionParameter {
    /// What help says of it.
    public let description: ParameterDescription

    /// Describes a required parameter. `type` is its type where the kind's name does not say enough.
    public init(_ name: String, _ summary: String, type: String? = nil) {
        description = ParameterDescription(name, type ?? Kind.typeName, summary)
    }

    /// Reads the argument; a missing one is wrong.
    public func read(_ value: LuaValue) throws -> Kind.Value {
        guard value != .nil || Kind.acceptsNil else {
            throw ArgumentProblem("\(Kind.typeName) expected, got nil")
        }
        return try Kind.read(value)
    }
}

/// A parameter that may be left out.
public struct OptionalParameter<Kind: ParameterKind>: FunctionParameter {
    /// What help says of it.
    public let description: ParameterDescription

    /// Describes an optional parameter. `type` is its type where the kind's name does not say enough.
    public init(_ name: String, _ summary: String, type: String? = nil) {
        description = ParameterDescription(name, type ?? Kind.typeName, summary, isOptional: true)
    }

    /// Reads the argument; `nil` when it was left out.
    public func read(_ value: LuaValue) throws -> Kind.Value? {
        value == .nil ? nil : try Kind.read(value)
    }
}

/// The options table of a function: a record with known, described fields.
public protocol OptionTable: Decodable, Sendable {
    /// The fields, named as scripts name them.
    static var fields: [ParameterDescription] { get }
    /// What holds when no table is given.
    init()
}

/// The last parameter of many functions: a table of named options, all optional.
public struct Options<Table: OptionTable>: FunctionParameter {
    /// What help says of it.
    public let description: ParameterDescription

    /// Describes the options.
    public init() {
        description = ParameterDescription(
            "options",
            "table",
            "Named options.",
            isOptional: Table.fields.allSatisfy(\.isOptional),
            options: Table.fields
        )
    }

    /// Reads the table. An option that does not exist is wrong, and the known ones are listed.
    public func read(_ value: LuaValue) throws -> Table {
        guard value != .nil else { return Table() }
        guard case .table(let table) = value, table.items.isEmpty else {
            throw ArgumentProblem("table of options expected, got \(value.shape)")
        }
        let known = Table.fields.map(\.name)
        for key in table.fields.keys where !known.contains(key.text ?? "") {
            let name = key.text ?? "?"
            let hint =
                known.nearest(to: name).map { "did you mean '\($0)'?" }
                ?? "known are: \(known.joined(separator: ", "))"
            throw ArgumentProblem("there is no option '\(name)'; \(hint)")
        }
        return try LuaDecoder.decode(Table.self, from: value)
    }
}
