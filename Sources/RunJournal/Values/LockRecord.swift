/// How a lock is held.
public enum LockMode: String, Hashable, Sendable {
    /// Beside others who hold it so.
    case shared
    /// Alone.
    case exclusive
}

/// A lock that a run holds.
public struct LockRecord: Hashable, Sendable {
    /// The lock's name, any text.
    public var name: String
    /// How it is held.
    public var mode: LockMode
    /// The step that holds it.
    public var step: StepKey
    /// Where the run that holds it stands.
    public var runStatus: RunStatus
    /// Since when, in microseconds since 1970-01-01T00:00:00Z.
    public var since: Int64

    /// Makes a lock.
    public init(name: String, mode: LockMode, step: StepKey, runStatus: RunStatus, since: Int64) {
        self.name = name
        self.mode = mode
        self.step = step
        self.runStatus = runStatus
        self.since = since
    }
}
