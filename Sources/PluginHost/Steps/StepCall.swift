public import LuaKit
public import RunJournal

/// A call of a host function that is a step.
public struct StepCall: Sendable {
    /// The function's name, for example `backup.start`.
    public let name: String
    /// What it does.
    public let kind: StepKind
    /// What it was given: a resumed run checks that it is the same.
    public let arguments: [LuaValue]
    /// The function that the script called, where the step is a part of it.
    public var function: String?
    /// What to do with it when nobody knows whether it happened.
    public var recovery: StepRecovery
    /// Whether it must be on disk before its effect happens, or its beginning has to be known.
    public var isIntended: Bool
    /// What a plan does instead.
    public var planned: PlannedAnswer
    /// What the run must be allowed; a refusal is what the step fails with.
    public var needs: [Permission] = []
    /// Where in the script; `nil` when it is not known.
    var place: LuaError.Place?

    /// Makes a call; a start, an effect and a sleep are intended unless `isIntended` says otherwise.
    public init(
        name: String,
        kind: StepKind,
        arguments: [LuaValue],
        recovery: StepRecovery = .again,
        isIntended: Bool? = nil,
        planned: PlannedAnswer = .standard
    ) {
        self.name = name
        self.kind = kind
        self.arguments = arguments
        self.recovery = recovery
        self.isIntended = isIntended ?? [.start, .effect, .sleep].contains(kind)
        self.planned = planned
    }

    /// What is wrong with an argument, with the function's name: here, so that the journal has the whole message.
    func naming(_ error: any Error) -> any Error {
        (error as? ArgumentProblem)?.error(in: function ?? name) ?? error
    }
}

/// What a resumed run does with an effect of which nobody knows whether it happened.
public enum StepRecovery: Hashable, Sendable {
    /// It is done again: twice is as good as once.
    case again
    /// A person decides.
    case park
    /// It is not done again, and returns so.
    case skip(LuaValue)
}

/// What a plan does with a step, which it never records.
public enum PlannedAnswer: Sendable {
    /// The step is told; reading is done, and all else returns nil.
    case standard
    /// The step is told, and returns so.
    case answer(@Sendable () throws -> LuaValue)
    /// The step is a part of one that was told, and returns so.
    case untold(LuaValue)
    /// The step runs, because it calls functions of the script.
    case body
}

/// A step that a script would take.
public struct PlannedStep: Hashable, Sendable {
    /// The function that it would call, for example `backup.start`.
    public var name: String
    /// What the step does.
    public var kind: StepKind
    /// The arguments, a JSON list.
    public var input: String

    init(_ call: StepCall) {
        name = call.name
        kind = call.kind
        input = JournalText.encode(.array(call.arguments))
    }
}

extension PlannedStep: CustomStringConvertible {
    /// The call as a script would write it.
    public var description: String { StepMismatch.call(name, input) }
}
