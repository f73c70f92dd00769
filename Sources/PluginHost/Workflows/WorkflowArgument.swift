import BackupAPI
public import LuaKit

/// An argument that a workflow takes, as its manifest describes it.
public struct WorkflowArgument: Hashable, Sendable {
    /// Its name in the table that `run` gets; a lower-case word.
    public var name: String
    /// What it is converted to.
    public var type: ArgumentType
    /// One sentence: what it means; `nil` if the manifest says nothing.
    public var help: String?
    /// What holds when it is not given, as the manifest writes it; `.nil` where there is nothing.
    public var defaultValue: LuaValue
    /// Whether it must be given.
    public var isRequired: Bool
    /// The values that it may have; empty for all of its type.
    public var choices: [LuaValue]

    /// Describes an argument.
    public init(
        _ name: String,
        _ type: ArgumentType = .string,
        help: String? = nil,
        defaultValue: LuaValue = .nil,
        isRequired: Bool = false,
        choices: [LuaValue] = []
    ) {
        self.name = name
        self.type = type
        self.help = help
        self.defaultValue = defaultValue
        self.isRequired = isRequired
        self.choices = choices
    }

    /// The name as the command line writes it: `--max-size`.
    public var flag: String { "--" + name.map { $0 == "_" ? "-" : String($0) }.joined() }

    /// A value of the argument's type. Throws `ArgumentProblem`.
    func read(_ value: LuaValue) throws -> LuaValue {
        let read = try type.read(value)
        guard !choices.isEmpty else { return read }
        let allowed = try choices.map { try type.element.read($0) }
        let given: [LuaValue] = if case .table(let list) = read { list.items } else { [read] }
        for value in given where !allowed.contains(value) {
            let known = choices.map(\.textForPeople)
            let hint = known.nearest(to: value.textForPeople).map { "; did you mean '\($0)'?" } ?? ""
            throw ArgumentProblem(
                "one of \(known.joined(separator: ", ")) expected, got \(value.shown)\(hint)"
            )
        }
        return read
    }
}

/// The types of arguments that a manifest can ask for.
public enum ArgumentType: String, Sendable, CaseIterable {
    /// A text.
    case string
    /// A whole number of 64 bits.
    case integer
    /// A number.
    case number
    /// `true` or `false`; on the command line the name alone means `true`.
    case boolean
    /// A length of time, which `run` gets in seconds.
    case duration
    /// A size, which `run` gets in bytes.
    case size
    /// Texts, one for each time that it is given.
    case list

    /// The type of one of its values.
    var element: ArgumentType { self == .list ? .string : self }

    /// Converts a value, or the text of one as the command line has it. Throws `ArgumentProblem`.
    ///
    /// What it answers is read as the same again.
    package func read(_ value: LuaValue) throws -> LuaValue {
        switch self {
        case .string: return .string(try Text.read(value))
        case .duration: return try Self.number(ofSeconds: TimeSpan.read(value))
        case .size: return .integer(try ByteSize.read(value))
        case .list: return try Self.list(value)
        case .integer, .number, .boolean:
            guard let read = scalar(value) else {
                throw ArgumentProblem("\(expectation) expected, got \(value.shown)")
            }
            return read
        }
    }

    private var expectation: String {
        switch self {
        case .boolean: "true or false"
        default: rawValue
        }
    }

    private func scalar(_ value: LuaValue) -> LuaValue? {
        switch (self, value) {
        case (.integer, .integer), (.number, .integer), (.number, .number), (.boolean, .boolean): value
        case (.integer, .number(let number)): Int64(exactly: number).map(LuaValue.integer)
        case (_, .string(let bytes)): bytes.text.flatMap(scalar(ofText:))
        default: nil
        }
    }

    private func scalar(ofText text: String) -> LuaValue? {
        switch self {
        case .integer: Int64(text).map(LuaValue.integer)
        case .number:
            Int64(text).map(LuaValue.integer)
                ?? Double(text).flatMap { $0.isFinite ? LuaValue.number($0) : nil }
        case .boolean: ["true": true, "yes": true, "false": false, "no": false][text]
        case .string, .duration, .size, .list: nil
        }
    }

    private static func number(ofSeconds duration: Duration) -> LuaValue {
        let (seconds, rest) = duration.components
        return rest == 0 ? .integer(seconds) : .number(Double(seconds) + Double(rest) / 1e18)
    }

    private static func list(_ value: LuaValue) throws -> LuaValue {
        guard case .table(let table) = value else { return .array([.string(try Text.read(value))]) }
        guard table.fields.isEmpty else { throw ArgumentProblem("list expected, got \(value.shape)") }
        return .array(try table.items.map { .string(try Text.read($0)) })
    }
}
