public import BackupAPI
public import LuaKit

/// A text in UTF-8.
public enum Text: ParameterKind {
    /// `string`
    public static var typeName: String { "string" }

    /// Reads a string, or a number's text as Lua does.
    public static func read(_ value: LuaValue) throws -> String {
        switch value {
        case .string(let bytes):
            guard let text = bytes.text else {
                throw ArgumentProblem("text in UTF-8 expected, got a string with other bytes")
            }
            return text
        case .integer, .number: return value.textForPeople
        default: throw ArgumentProblem("string expected, got \(value.kind)")
        }
    }
}

/// The id or name of a configuration; looked up by the function itself.
public enum ConfigurationReference: ParameterKind {
    /// `configuration`
    public static var typeName: String { "configuration" }

    /// Reads an id, a name, or a configuration's record.
    public static func read(_ value: LuaValue) throws -> String {
        try value.reference("a configuration's id or name")
    }
}

/// The id of a backup.
public enum BackupReference: ParameterKind {
    /// `backup`
    public static var typeName: String { "backup" }

    /// Reads an id, or a backup's record.
    public static func read(_ value: LuaValue) throws -> ResourceID<Backup> {
        ResourceID(try value.reference("a backup's id"))
    }
}

/// Any value, `nil` too.
public enum Anything: ParameterKind {
    /// `any`
    public static var typeName: String { "any" }

    /// Yes: a log line for a value that is not there must not end a workflow.
    public static var acceptsNil: Bool { true }

    /// Reads any value.
    public static func read(_ value: LuaValue) throws -> LuaValue { value }
}

/// A record with text keys.
public enum Fields: ParameterKind {
    /// `table`
    public static var typeName: String { "table" }

    /// Reads a table with names.
    public static func read(_ value: LuaValue) throws -> LuaValue {
        guard case .table(let table) = value, table.items.isEmpty else {
            throw ArgumentProblem("table with names expected, got \(value.shape)")
        }
        return value
    }
}

/// A function of the script.
public enum Callback: ParameterKind {
    /// `function`
    public static var typeName: String { "function" }

    /// Reads a function.
    public static func read(_ value: LuaValue) throws -> LuaFunction {
        guard case .function(let function) = value else {
            throw ArgumentProblem("function expected, got \(value.shape)")
        }
        return function
    }
}

/// The name of a state of backups.
enum StateName: ParameterKind {
    static var typeName: String { "string" }

    static func read(_ value: LuaValue) throws -> ActivityState {
        let known = ActivityState.backupStates.map(\.rawValue)
        return ActivityState(rawValue: try KnownName.read(value, of: "state", among: known))
    }
}

/// A name out of a few.
enum KnownName {
    /// Reads one. Throws with a suggestion, or with all that there are.
    static func read(_ value: LuaValue, of kind: String, among known: [String]) throws -> String {
        guard let text = value.text else { throw ArgumentProblem("string expected, got \(value.shape)") }
        guard known.contains(text) else {
            let hint =
                known.nearest(to: text).map { "did you mean '\($0)'?" }
                ?? "known are: \(known.joined(separator: ", "))"
            throw ArgumentProblem("there is no \(kind) '\(text.printable.prefix(40))'; \(hint)")
        }
        return text
    }
}

/// How many a list has at most.
enum ListLimit: ParameterKind {
    static var typeName: String { "integer" }

    static func read(_ value: LuaValue) throws -> Int {
        guard case .integer(let limit) = value, (1...1_000).contains(limit) else {
            throw ArgumentProblem("an integer from 1 to 1000 expected, got \(value.shown)")
        }
        return Int(limit)
    }
}

/// A length of time: seconds as a number, or a text such as `"90s"`, `"15m"`, `"4h"`, `"2d"`, `"500ms"`.
public enum TimeSpan: ParameterKind {
    /// `duration`
    public static var typeName: String { "duration" }

    /// Reads a duration from 0 to 10 years.
    public static func read(_ value: LuaValue) throws -> Duration {
        let seconds: Double? =
            switch value {
            case .integer(let integer): Double(integer)
            case .number(let number): number
            case .string(let bytes): bytes.text.flatMap(seconds(of:))
            default: nil
            }
        guard let seconds else {
            throw ArgumentProblem(
                "duration expected (seconds, or a text such as \"90s\", \"15m\", \"4h\"), got \(value.shown)"
            )
        }
        guard (0...limit).contains(seconds) else {
            throw ArgumentProblem("a duration from 0 to 10 years expected, got \(value.shown)")
        }
        return .milliseconds(Int64((seconds * 1000).rounded()))
    }

    private static let limit = 10 * 366 * 86_400.0
    private static let units: [(name: String, size: Double)] = [
        ("ms", 0.001), ("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400),
    ]

    /// The seconds of a text such as `"90s"`; `nil` for every other text.
    package static func seconds(of text: String) -> Double? {
        AmountText.amount(text, in: units, hasFractions: true)
    }
}

typealias Option<Kind: ParameterKind> = OptionValue<Kind>

/// A value of some kind inside an options table.
public struct OptionValue<Kind: ParameterKind>: Decodable, Sendable {
    /// The value.
    public let value: Kind.Value

    /// Reads the value; an error names the option.
    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer().decode(LuaValue.self)
        do {
            self.value = try Kind.read(value)
        } catch let problem as ArgumentProblem {
            throw Self.error(problem.problem, at: decoder.codingPath)
        } catch let error as LuaConversionError {
            throw Self.error(error.description, at: decoder.codingPath)
        }
    }

    private static func error(_ problem: String, at path: [any CodingKey]) -> DecodingError {
        .dataCorrupted(DecodingError.Context(codingPath: path, debugDescription: problem))
    }
}

extension LuaValue {
    /// A short form for error messages: the value of a scalar, the kind of all else.
    public var shown: String {
        switch self {
        case .string(let bytes): "\"\(bytes.lossyText.prefix(40))\"".printable
        case .integer(let integer): "\(integer)"
        case .number(let number): number.isNaN ? "nan" : textForPeople
        default: shape
        }
    }

    /// The kind, with lists told from tables with names.
    public var shape: String {
        if case .table(let table) = self, !table.items.isEmpty, table.fields.isEmpty { "list" } else { kind }
    }

    /// The id or name in a text or in a record's field `id`; `what` says which one.
    package func reference(_ what: String) throws -> String {
        if let text = text ?? self["id"].text { return text }
        if case .string = self { throw ArgumentProblem("\(what) expected, got a string that is not UTF-8") }
        throw ArgumentProblem("\(what) expected, got \(shape)")
    }
}
