/// The figures of all runs over one back end.
struct Tally: Sendable {
    let name: String
    var runs = 0
    var kills = 0
    var killsBetweenEffectAndRecord = 0
    var otherKills = 0
    var resumes = 0
    var startedTwice = 0
    var lost = 0
    var stuck = 0
    var different = 0
    /// What is wrong, run by run.
    var complaints: [String] = []

    init(_ name: String) {
        self.name = name
    }

    mutating func add(_ result: TrialResult, expected: TrialResult, _ description: String) {
        runs += 1
        kills += result.kills
        killsBetweenEffectAndRecord += result.killsBetweenEffectAndRecord
        otherKills += result.otherKills
        resumes += result.resumes
        var faults: [String] = []
        let twice = result.startedTwice(than: expected)
        if twice > 0 { faults.append("started twice: \(twice), \(result.starts)") }
        startedTwice += twice
        let lost = result.lost(than: expected)
        if lost > 0 { faults.append("lost: \(lost)") }
        self.lost += lost
        if result.account == nil || result.account?.status == "parked" || result.account?.status == "running"
        {
            stuck += 1
            faults.append("stuck: \(result.account?.message ?? "it has no end")")
        } else if result.account != expected.account {
            different += 1
            faults.append("another report: \(String(describing: result.account))")
        }
        guard !faults.isEmpty else { return }
        complaints.append(
            "\(name), \(description): " + (faults + result.problems + result.notes).joined(separator: "; ")
        )
    }

    mutating func add(_ other: Tally) {
        runs += other.runs
        kills += other.kills
        killsBetweenEffectAndRecord += other.killsBetweenEffectAndRecord
        otherKills += other.otherKills
        resumes += other.resumes
        startedTwice += other.startedTwice
        lost += other.lost
        stuck += other.stuck
        different += other.different
        complaints += other.complaints
    }

    /// Whether nothing went wrong.
    var isClean: Bool { startedTwice + lost + stuck + different == 0 }

    static let heading =
        "back end  runs  kills  between effect and record  server kills  resumes  started twice  lost  stuck  other report"

    /// The figures beneath the heading.
    var row: String {
        let figures: [(Int, Int)] = [
            (runs, 4), (kills, 5), (killsBetweenEffectAndRecord, 25), (otherKills, 12), (resumes, 7),
            (startedTwice, 13), (lost, 4), (stuck, 5), (different, 12),
        ]
        return figures.reduce(name + String(repeating: " ", count: 8 - name.count)) { line, figure in
            let text = String(figure.0)
            return line + "  " + String(repeating: " ", count: max(0, figure.1 - text.count)) + text
        }
    }
}
