import BackupAPI
import Foundation

/// Decides which snapshots a cleanup removes: what restic's own policy says, without what must stay.
struct CleanupPlanner: Sendable {
    let site: RunSite
    let spool: Spool

    /// What a cleanup does with the snapshots of these configurations; of all for none. Throws `ResticFailure`.
    func plans(of ids: [ResourceID<Configuration>], among all: [ResticSnapshot]) async throws -> [CleanupPlan]
    {
        let chosen = try await site.configurations.known().existing(ids)
        let backups = BackupIndex(try await site.restorableBackups())
        let awaited = Set(try await site.catalog.backupsOfWaitingRestores())
        var plans: [CleanupPlan] = []
        for configuration in chosen {
            let own = all.filter {
                $0.tag("configuration") == configuration.id.rawValue
                    && $0.belongs(to: site.agent, host: site.hostName)
            }
            var plan = CleanupPlan(
                configuration: configuration.id,
                name: configuration.draft.name,
                rules: configuration.draft.stay,
                snapshots: own.sorted { $0.order > $1.order }.map {
                    PlannedSnapshot($0, of: backups.backup(of: $0), reasons: [], stays: true)
                }
            )
            if let policy = RetentionPolicy(configuration.draft), !own.isEmpty {
                plan.apply(try await answer(policy, of: configuration.id, among: own))
                // The catalog says which backups were complete; restic's snapshots do not.
                let newest = try await newestGood(of: configuration.id, in: own)
                plan.keep("the newest complete backup") { $0.id == newest?.id }
                plan.keep("a restore waits for it") {
                    $0.backup.map { awaited.contains($0.rawValue) } ?? false
                }
            }
            plans.append(plan)
        }
        return plans
    }

    /// What the policy says of this agent's snapshots of a configuration.
    private func answer(
        _ policy: RetentionPolicy,
        of configuration: ResourceID<Configuration>,
        among own: [ResticSnapshot]
    ) async throws -> ForgetAnswer {
        let tag = ResticCommand.tag("configuration", configuration.rawValue)
        let mine = [tag, ResticCommand.tag("agent", site.agent.rawValue)]
        let marked = own.filter { $0.tag("agent") != nil }
        var answer = try await planned(
            ResticCommand.plan(tags: mine, host: nil, policy: policy),
            of: marked
        )
        if marked.count < own.count {
            // Those of the time before agents; the newest one may have one.
            let host = site.hostName
            let earlier = try await planned(
                ResticCommand.plan(tags: [tag], host: host, policy: policy),
                of: own
            )
            answer.removed += earlier.removed.filter { $0.tag("agent") == nil }
            answer.kept += earlier.kept.filter { $0.snapshot.tag("agent") == nil }
        }
        return answer
    }

    private func planned(_ arguments: [String], of snapshots: [ResticSnapshot]) async throws -> ForgetAnswer {
        do {
            try await site.tool.write(arguments, to: spool.plan, in: spool, activity: "cleanup")
        } catch let failure as ResticFailure
            where failure.diagnostics.contains("refusing to delete last snapshot")
        {
            // From 0.17 on restic does not say what a policy removes that keeps nothing.
            return ForgetAnswer(removing: snapshots)
        }
        return try ForgetAnswer(try Data(contentsOf: URL(fileURLWithPath: spool.plan)))
    }

    /// The snapshot of the newest completed backup that has one; found by its tags, since its id changes with them.
    private func newestGood(of configuration: ResourceID<Configuration>, in all: [ResticSnapshot])
        async throws
        -> ResticSnapshot?
    {
        for row in try await site.catalog.completedBackups(of: configuration.rawValue) {
            if let found = row.snapshots(among: all).first { return found }
        }
        return nil
    }
}

extension CleanupPlan {
    /// Takes over what restic says; nothing goes that it does not name, and nothing at all where it would keep nothing.
    fileprivate mutating func apply(_ answer: ForgetAnswer) {
        let going = Set(answer.removed.map(\.id))
        let reasons = Dictionary(
            answer.kept.map { ($0.snapshot.id, $0.reasons) },
            uniquingKeysWith: { first, _ in first }
        )
        let keepsNothing = answer.kept.isEmpty && !going.isEmpty
        if keepsNothing {
            problem =
                "the rules of '\(name)' (\(rules)) would keep none of its \(snapshots.count) snapshots, so nothing of it was "
                + "removed: give 'keep' a rule that keeps something, such as last: 1"
        }
        for index in snapshots.indices {
            snapshots[index].stays = keepsNothing || !going.contains(snapshots[index].id)
            snapshots[index].reasons = reasons[snapshots[index].id] ?? []
        }
    }

    /// Lets those stay that are meant, whatever the policy says.
    fileprivate mutating func keep(_ reason: String, where isMeant: (PlannedSnapshot) -> Bool) {
        for index in snapshots.indices where isMeant(snapshots[index]) {
            snapshots[index].stays = true
            snapshots[index].reasons.append(reason)
        }
    }
}
