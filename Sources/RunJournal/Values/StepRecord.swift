/// How far a step is.
public enum StepState: String, Hashable, Sendable {
    /// It was about to happen; nobody knows yet whether it has.
    case intent
    /// It happened, and its output is known.
    case done
    /// It failed, and its error is known.
    case failed
}

/// One journaled host call of a run.
public struct StepRecord: Hashable, Sendable {
    /// Which step it is.
    public var key: StepKey
    /// The function that was called, for example `backup.start`.
    public var name: String
    /// What it does.
    public var kind: StepKind
    /// How far it is.
    public var state: StepState
    /// The key that the other side is given, so that it does the thing once.
    public var idempotencyKey: String
    /// What the other side looked like before the effect, a JSON text; `nil` where it is not needed.
    public var watermark: String?
    /// What a person has to decide about it, a JSON text; `nil` if nobody asks.
    public var question: String?
    /// Whether a person decided that it is to be done again although it may have happened; until it is.
    public var isToBeRepeated: Bool
    /// The other side's id of what was done, for example a backup's; no two steps of one kind have the same.
    public var externalReference: String?
    /// The arguments, a JSON text.
    public var input: String
    /// The answer, a JSON text; `nil` unless the step is done.
    public var output: String?
    /// The error, a JSON text; `nil` unless the step failed.
    public var error: String?
    /// When it began, in microseconds since 1970-01-01T00:00:00Z.
    public var started: Int64
    /// When it ended, in microseconds since 1970-01-01T00:00:00Z; `nil` for an intent.
    public var ended: Int64?

    /// Makes a step; without an `idempotencyKey` it is the text of `key`.
    public init(
        key: StepKey,
        name: String,
        kind: StepKind,
        state: StepState = .intent,
        idempotencyKey: String? = nil,
        watermark: String? = nil,
        question: String? = nil,
        isToBeRepeated: Bool = false,
        externalReference: String? = nil,
        input: String = "{}",
        output: String? = nil,
        error: String? = nil,
        started: Int64,
        ended: Int64? = nil
    ) {
        self.key = key
        self.name = name
        self.kind = kind
        self.state = state
        self.idempotencyKey = idempotencyKey ?? key.description
        self.watermark = watermark
        self.question = question
        self.isToBeRepeated = isToBeRepeated
        self.externalReference = externalReference
        self.input = input
        self.output = output
        self.error = error
        self.started = started
        self.ended = ended
    }
}
