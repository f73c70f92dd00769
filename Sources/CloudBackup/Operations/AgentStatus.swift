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
