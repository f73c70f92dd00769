/// How a step ended.
public enum StepResult: Hashable, Sendable {
    /// It happened: its answer as a JSON text, and the other side's id of what was done, if it has one.
    case done(output: String, externalReference: String? = nil)
    /// It failed: its error as a JSON text.
    case failed(error: String)
}
