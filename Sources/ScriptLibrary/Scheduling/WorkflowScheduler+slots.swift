import BackupAPI
import PluginHost
import RunJournal
import Schedules

extension WorkflowScheduler {
    /// Deals with the slots of one workflow that are due now.
    func settle(_ workflow: inout FollowedWorkflow) async throws {
        let now = now()
        // The clock was wrong, or was put back.
        if workflow.position > now { workflow.moveOn(to: now) }
        let end = workflow.lastSlot(at: now)
        let isDue = workflow.next.map { $0 <= end } ?? false
        guard isDue || workflow.waiting != nil else { return }
        let recent = try await journal.slots(of: workflow.name, limit: Self.recentLimit)
        workflow.lastRun = recent.first { $0.state == .started }?.run ?? workflow.lastRun
        if let slot = workflow.waiting { try await runWaiting(slot, of: &workflow, now) }
        guard isDue else { return }
        // Slots are recorded in their order: those before a recorded one have been dealt with, be it by somebody else.
        let last = recent.lazy.map { Timestamp(microseconds: $0.time) }.first { $0 <= end }
        let start = max(workflow.position, last ?? workflow.position)
        let due = workflow.workflow.schedule.lastMoments(
            after: start,
            through: end,
            limit: PassedSlots.mostMissed
        )
        let followed = workflow
        let passed = PassedSlots(due) { isInTime(followed, since: followed.start(of: $0), now) }
        try await miss(passed.missed, of: workflow, now)
        if let slot = passed.due { try await runNow(slot, of: &workflow, now) }
        workflow.moveOn(to: max(workflow.position, end))
    }

    private func isInTime(_ workflow: FollowedWorkflow, since moment: Timestamp, _ now: Timestamp) -> Bool {
        now.since(moment) <= workflow.workflow.schedule.catchUp + settings.grace
    }

    /// Records slots at which nothing begins any more.
    private func miss(_ slots: [Timestamp], of workflow: FollowedWorkflow, _ now: Timestamp) async throws {
        var missed: [Timestamp] = []
        for slot in slots {
            let text = "nobody looked after the schedule in time"
            if try await journal.note(workflow.slot(slot, .missed, text, at: now)) { missed.append(slot) }
        }
        if !missed.isEmpty { tell(.missed(workflow.name, missed)) }
    }

    /// Begins the run of a slot that waits, as soon as the last run is over.
    private func runWaiting(_ slot: Timestamp, of workflow: inout FollowedWorkflow, _ now: Timestamp)
        async throws
    {
        let last = try await lastRun(of: workflow)
        if let last, isGoingOn(last, now) { return }
        // One that is parked or was interrupted has no end, but gave signs of life until then.
        let end = last.map { Timestamp(microseconds: $0.ended ?? $0.leaseEnd) } ?? slot
        if isInTime(workflow, since: max(end, workflow.start(of: slot)), now) {
            try await begin(slot, of: &workflow, now)
        } else {
            try await miss([slot], of: workflow, now)
        }
        workflow.waiting = nil
    }

    /// Begins the run of a slot, if the last one does not keep it from that.
    private func runNow(_ slot: Timestamp, of workflow: inout FollowedWorkflow, _ now: Timestamp)
        async throws
    {
        let overlap = workflow.workflow.schedule.overlap
        guard overlap != .allow, let last = try await lastRun(of: workflow), isGoingOn(last, now) else {
            return try await begin(slot, of: &workflow, now)
        }
        if overlap == .skip { return try await skip(slot, of: workflow, during: last, now) }
        if let older = workflow.waiting { try await skip(older, of: workflow, during: last, now) }
        if try await journal.note(workflow.slot(slot, .waiting, "until run \(last.id) is over", at: now)) {
            tell(.waits(workflow.name, slot: slot, running: last.id))
        }
        workflow.waiting = slot
    }

    private func skip(
        _ slot: Timestamp,
        of workflow: FollowedWorkflow,
        during run: RunRecord,
        _ now: Timestamp
    )
        async throws
    {
        guard try await journal.note(workflow.slot(slot, .skipped, "run \(run.id) went on", at: now)) else {
            return
        }
        tell(.skipped(workflow.name, slot: slot, running: run.id))
    }

    private func lastRun(of workflow: FollowedWorkflow) async throws -> RunRecord? {
        guard let id = workflow.lastRun else { return nil }
        do {
            return try await journal.run(id)
        } catch let error where error.code == .unknownRun {
            return nil
        }
    }

    /// Whether somebody executes a run: this program, or another one that gives signs of life.
    private func isGoingOn(_ run: RunRecord, _ now: Timestamp) -> Bool {
        guard run.status == .running else { return false }
        return runs.contains(run.id) || run.leaseEnd > now.microseconds
    }

    /// Begins the run of a slot, unless somebody else has or the workflow may not run.
    private func begin(_ slot: Timestamp, of workflow: inout FollowedWorkflow, _ now: Timestamp) async throws
    {
        guard let permit = ask(for: &workflow) else {
            _ = try await journal.note(workflow.slot(slot, .failed, workflow.refusal, at: now))
            return
        }
        let (name, tell) = (workflow.name, tell)
        do {
            workflow.lastRun = try await runs.run(
                workflow.workflow.source,
                on: permit.grant.map(host.granting) ?? host,
                arguments: workflow.workflow.arguments,
                at: workflow.slot(slot, .started, at: now),
                observe: { event in
                    if case .started(let run, _) = event {
                        tell(.began(name, run: run, slot: slot))
                    } else {
                        tell(.event(name, event))
                    }
                },
                ended: { run, end in
                    switch end {
                    case .success(let result): tell(.ended(name, result))
                    case .failure(let error): tell(.lost(name, run: run, problem: "\(error)"))
                    }
                }
            )
        } catch let error as JournalError where error.code == .conflict {
            let recent = try await journal.slots(of: name, limit: Self.recentLimit)
            let isRecorded = recent.contains { $0.time == slot.microseconds && $0.state != .waiting }
            if !isRecorded { throw error }
        }
    }
}
