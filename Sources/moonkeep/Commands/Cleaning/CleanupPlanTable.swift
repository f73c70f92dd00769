import BackupAPI
import LocalBackup
import PluginHost

/// What a cleanup would do, for a person or a program.
struct CleanupPlanTable {
    private let plans: [CleanupPlan]

    init(_ plans: [CleanupPlan]) {
        self.plans = plans
    }

    func show(json: Bool) throws {
        if json { return Console.standardOutput.writeLine(try JSONText.encode(plans, layout: .pretty)) }
        guard !plans.isEmpty else {
            return Console.standardOutput.writeLine("There are no configurations yet.")
        }
        for (index, plan) in plans.enumerated() {
            if index > 0 { Console.standardOutput.writeLine("") }
            show(plan)
        }
    }

    private func show(_ plan: CleanupPlan) {
        let (all, gone) = (plan.snapshots.count, plan.removed.count)
        let count = all == 0 ? "no snapshots" : gone == 0 ? "all \(all) stay" : "\(gone) of \(all) would go"
        Console.standardOutput.writeLine("\(plan.name): \(plan.rules); \(count)".printable)
        if let problem = plan.problem { Console.standardOutput.writeLine("  \(problem).".printable) }
        let style = Console.standardOutput.style
        let table = TextTable(
            columns: [],
            rows: plan.snapshots.map { snapshot in
                let id = snapshot.backup.map { "backup \($0.rawValue.prefix(8))" } ?? ""
                let why = snapshot.stays ? snapshot.reasons.joined(separator: ", ") : "would go"
                return [
                    snapshot.id.prefix(8).description, snapshot.time?.wholeSeconds ?? "", snapshot.host, id,
                    why,
                ]
                .map(\.printable)
            }
        )
        for (snapshot, line) in zip(plan.snapshots, table.lines()) {
            Console.standardOutput.writeLine(
                snapshot.stays ? "  ✓ \(line)" : style.paint("  ✗ \(line)", .warning)
            )
        }
    }
}
