/// What an agent does right now (contract 2.2.17).
public struct AgentStatus: Hashable, Sendable {
    /// Whether it works.
    public var isBusy: Bool
    /// Whether it can be reached; not to be trusted while the agent is `idle`.
    public var isOnline: Bool

    /// Makes a status.
    public init(isBusy: Bool, isOnline: Bool) {
        self.isBusy = isBusy
        self.isOnline = isOnline
    }
}

/// How often agents poll after they are woken (contract 3.6).
public enum AgentMode: String, Sendable {
    /// Rarely; whether they are online cannot be told.
    case idle
    /// Often.
    case active
    /// Very often, for browsing and the like.
    case realTime = "real_time"
}
