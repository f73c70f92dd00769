public import BackupAPI
public import LuaKit

/// A host function: its description, and what it does.
public struct Function: Sendable {
    /// What runs when a script calls it.
    enum Body: Sendable {
        case immediate(@Sendable (RunContext, [LuaValue]) throws -> LuaValue)
        /// Reads the arguments, and returns what then runs: a wrong argument is no step of the run.
        case waiting(@Sendable (RunContext, [LuaValue]) throws -> Call)
    }

    /// A function with its arguments.
    typealias Call = @Sendable () async throws -> LuaValue

    /// The name in its module.
    public let name: String
    /// What it does, in one sentence, and what a caller must know beyond it.
    public let summary: String
    /// What it means for the journal.
    public let kind: CallKind
    /// The parameters, in order.
    public let parameters: [ParameterDescription]
    /// What it answers, as `type: what it is, with its unit`; `nil` for nothing.
    public let returns: String?
    /// The codes of the errors that it raises by itself.
    public let errors: [String]
    /// The permissions that it may need: the only place that says so.
    public let needs: [FunctionNeed]
    /// A short script that shows it; `nil` for none.
    public private(set) var example: String?
    let body: Body
    /// What a resumed run does with a call of which nobody knows whether it happened.
    private(set) var recovery: @Sendable ([LuaValue]) -> StepRecovery = { _ in .again }
    /// What a resumed run does first with a call that was under way when the host died; `nil` for nothing.
    private(set) var resumed: (@Sendable (RunContext, [LuaValue], String, Timestamp) async throws -> Void)?
    /// What a plan does instead.
    private(set) var planned: @Sendable ([LuaValue]) -> PlannedAnswer = { _ in .standard }
    /// Whether the items of the list that it answers are several results.
    private(set) var returnsItems = false

    /// Describes a function that may wait.
    public init<each Input: FunctionParameter>(
        _ name: String,
        _ summary: String,
        _ kind: CallKind,
        _ parameters: repeat each Input,
        returns: String? = nil,
        errors: [String] = [],
        needs: [FunctionNeed] = [],
        body: @escaping @Sendable (RunContext, repeat (each Input).Value) async throws -> LuaValue
    ) {
        let described = Self.describe(repeat each parameters)
        let read: @Sendable (RunContext, [LuaValue]) throws -> Call = { run, arguments in
            var position = 0
            let values = (repeat try Self.next(each parameters, arguments, &position))
            return { try await body(run, repeat each values) }
        }
        self.init(name, summary, kind, described, returns, errors, needs, .waiting(read))
    }

    /// Describes a function that returns at once, and so can be called anywhere, unless it is a step: the journal has
    /// to be waited for.
    public init<each Input: FunctionParameter>(
        _ name: String,
        _ summary: String,
        _ kind: CallKind,
        _ parameters: repeat each Input,
        returns: String? = nil,
        errors: [String] = [],
        needs: [FunctionNeed] = [],
        immediate body: @escaping @Sendable (RunContext, repeat (each Input).Value) throws -> LuaValue
    ) {
        let described = Self.describe(repeat each parameters)
        let read: @Sendable (RunContext, [LuaValue]) throws -> LuaValue = { run, arguments in
            var position = 0
            return try body(run, repeat try Self.next(each parameters, arguments, &position))
        }
        let made: Body =
            switch kind {
            case .step, .recorded: .waiting { run, arguments in { try read(run, arguments) } }
            case .composite, .observation, .pure: .immediate(read)
            }
        self.init(name, summary, kind, described, returns, errors, needs, made)
    }

    private init(
        _ name: String,
        _ summary: String,
        _ kind: CallKind,
        _ parameters: [ParameterDescription],
        _ returns: String?,
        _ errors: [String],
        _ needs: [FunctionNeed],
        _ body: Body
    ) {
        (self.name, self.summary, self.kind, self.parameters) = (name, summary, kind, parameters)
        (self.returns, self.errors, self.needs, self.body) = (returns, errors, needs, body)
    }

    private static func describe<each Input: FunctionParameter>(
        _ parameters: repeat each Input
    ) -> [ParameterDescription] {
        var all: [ParameterDescription] = []
        for parameter in repeat each parameters { all.append(parameter.description) }
        return all
    }

    private static func next<Input: FunctionParameter>(
        _ parameter: Input,
        _ arguments: [LuaValue],
        _ position: inout Int
    ) throws -> Input.Value {
        position += 1
        do {
            return try parameter.read(position <= arguments.count ? arguments[position - 1] : .nil)
        } catch let problem as ArgumentProblem {
            throw problem.at(position)
        } catch let error as LuaConversionError {
            throw ArgumentProblem(error.description).at(position)
        }
    }
}

extension Function {
    /// The same with an answer to what a resumed run does with a call of which nobody knows whether it happened; without
    /// one it is done again.
    public func recovering(_ recovery: @escaping @Sendable ([LuaValue]) -> StepRecovery) -> Function {
        var copy = self
        copy.recovery = recovery
        return copy
    }

    /// The same with what a resumed run does first with a call that was under way when the host died; it gets the step's key
    /// and when the step began.
    public func resuming(
        _ resumed: @escaping @Sendable (RunContext, [LuaValue], String, Timestamp) async throws -> Void
    ) -> Function {
        var copy = self
        copy.resumed = resumed
        return copy
    }

    /// The same with a short script that shows it.
    public func example(_ text: String) -> Function {
        var copy = self
        copy.example = text
        return copy
    }

    /// The same with what a plan answers instead of doing it; without one, reading is done and all else answers nil.
    public func planning(_ planned: @escaping @Sendable ([LuaValue]) throws -> LuaValue) -> Function {
        var copy = self
        copy.planned = { arguments in .answer { try planned(arguments) } }
        return copy
    }
}

extension Function {
    /// Whether a call of it may wait, and so cannot stand where Lua's own functions call back, as in `table.sort`.
    public var mayWait: Bool { if case .waiting = body { true } else { false } }

    /// The same for a function whose body a plan runs, because it calls functions of the script.
    func runningInPlans() -> Function {
        var copy = self
        copy.planned = { _ in .body }
        return copy
    }

    /// The same for a function that returns a list whose items are several results to the script.
    func returningItems() -> Function {
        var copy = self
        copy.returnsItems = true
        return copy
    }
}

extension Function {
    /// What it answers; `nil` for nothing.
    var result: ResultDescription? { returns.map(ResultDescription.init) }
}
