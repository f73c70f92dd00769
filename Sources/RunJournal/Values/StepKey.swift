/// Which step of which run: the same in every replay, whatever the tasks of a script are interleaved like.
///
/// A task that a script spawns has the path `parent/sequence.index` and counts its own steps, so nothing depends on
/// the order in which tasks happen to run.
public struct StepKey: Hashable, Sendable {
    /// The run's id.
    public var run: String
    /// The task's path; `0` for the script itself.
    public var taskPath: String
    /// The step's number in its task; 0 for the first.
    public var sequence: Int

    /// Makes a key.
    public init(run: String, taskPath: String = "0", sequence: Int) {
        self.run = run
        self.taskPath = taskPath
        self.sequence = sequence
    }
}

extension StepKey: CustomStringConvertible {
    /// `run/0#5`, fit to be an idempotency key.
    public var description: String { "\(run)/\(taskPath)#\(sequence)" }
}
