/// How often agents poll after they are woken (contract 3.6).
public enum AgentMode: String, Sendable {
    /// Rarely; whether they are online cannot be told.
    case idle
    /// Often.
    case active
    /// Very often, for browsing and the like.
    case realTime = "real_time"
}
