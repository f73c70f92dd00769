/// The right to write for a run, of the host that executes it.
public struct RunClaim: Hashable, Sendable {
    /// The run.
    public var run: RunRecord.ID
    /// The number of the claim: each later claim on the run has a greater one.
    public var fence: Int

    /// Makes a claim.
    public init(run: RunRecord.ID, fence: Int) {
        self.run = run
        self.fence = fence
    }
}
