/// What came of one run whose workers died.
struct TrialResult: Sendable {
    var kills = 0
    var killsBetweenEffectAndRecord = 0
    /// Kills of what is not a worker.
    var otherKills = 0
    var resumes = 0
    /// How many backups of each configuration were started.
    var starts: [String: Int] = [:]
    var lost = 0
    /// What the last worker answered; `nil` when the run did not come to its end.
    var account: Account?
    var duration = Duration.zero
    /// What is wrong with what the run has left at the service.
    var problems: [String] = []
    /// What a person needs to find out why.
    var notes: [String] = []

    /// How many backups more were started than of the same run undisturbed.
    func startedTwice(than expected: TrialResult) -> Int {
        starts.reduce(0) { $0 + max(0, $1.value - expected.starts[$1.key, default: 0]) }
    }

    /// How many backups are lost, or were never started.
    func lost(than expected: TrialResult) -> Int {
        lost + problems.count
            + expected.starts.reduce(0) { $0 + max(0, $1.value - starts[$1.key, default: 0]) }
    }
}
