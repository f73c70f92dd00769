/// What a step does, which decides what a resumed run does with an intent that was never done.
///
/// Only what answers a script from the outside is a step. Log lines and metrics are observations and pure functions
/// depend on nothing, so neither is ever a row.
public struct StepKind: RawRepresentable, Hashable, Sendable {
    /// The kind as it stands in the journal.
    public let rawValue: String

    /// Makes a kind of any text.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Starts something that goes on by itself, for example a backup.
    public static let start = StepKind(rawValue: "start")
    /// Waits for what was started.
    public static let wait = StepKind(rawValue: "wait")
    /// Reads something that may be different the next time: a state, a file, the time.
    public static let read = StepKind(rawValue: "read")
    /// Lets time pass.
    public static let sleep = StepKind(rawValue: "sleep")
    /// Changes something and is over when it answers.
    public static let effect = StepKind(rawValue: "effect")
    /// Asks a person, whose answer may be decided at any time.
    public static let ask = StepKind(rawValue: "ask")
    /// A piece of progress that a script was shown; many, so they are written in batches.
    public static let tick = StepKind(rawValue: "tick")
}

extension StepKind: CustomStringConvertible {
    /// The kind as it stands in the journal.
    public var description: String { rawValue }
}
