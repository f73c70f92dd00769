/// How many steps a run has, progress left out.
public struct StepCounts: Hashable, Sendable {
    /// All of them.
    public var all: Int
    /// Those that failed.
    public var failed: Int
    /// Those that have not ended.
    public var open: Int

    /// Makes counts.
    public init(all: Int, failed: Int, open: Int) {
        self.all = all
        self.failed = failed
        self.open = open
    }
}
