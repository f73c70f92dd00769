/// A type that descriptions name: what it is in Lua, for help and for editors.
public struct TypeDescription: Sendable {
    /// What it is in Lua.
    public enum Content: Sendable {
        /// A word for values of other types, as ``TypeExpression`` writes them.
        case word(String)
        /// A table with fields.
        case record([ParameterDescription])
        /// An object of the host with properties, and methods, which are fields that are functions.
        case object([ParameterDescription])
    }

    /// Its name: small letters for a word, a capital first for all else.
    public let name: String
    /// What it is, with units and ranges.
    public let summary: String
    /// What it is in Lua.
    public let content: Content

    /// Describes a word for values of other types.
    public init(_ name: String, _ summary: String, type: String) {
        (self.name, self.summary, content) = (name, summary, .word(type))
    }

    /// Describes a table by its fields.
    public init(_ name: String, _ summary: String, record fields: [ParameterDescription]) {
        (self.name, self.summary, content) = (name, summary, .record(fields))
    }

    /// Describes an object by its properties and methods.
    public init(_ name: String, _ summary: String, object members: [ParameterDescription]) {
        (self.name, self.summary, content) = (name, summary, .object(members))
    }

    /// The fields of a table or an object; empty for a word.
    public var fields: [ParameterDescription] {
        switch content {
        case .word: []
        case .record(let fields), .object(let fields): fields
        }
    }
}

extension ParameterDescription {
    /// A field that is always there.
    public static func field(_ name: String, _ type: String, _ summary: String) -> ParameterDescription {
        ParameterDescription(name, type, summary)
    }

    /// A field that may be absent.
    public static func absent(_ name: String, _ type: String, _ summary: String) -> ParameterDescription {
        ParameterDescription(name, type, summary, isOptional: true)
    }
}
