import BackupAPI
import PluginHost
import RunJournal

extension WorkflowScheduler {
    /// Reads the files that changed since the last look, and all workflows when what they may require has changed.
    func reload() async throws {
        var found = catalogue.folder.stamps()
        guard found != stamps else { return askAgain() }
        let changes = FileChange.all(from: stamps ?? [:], to: found)
        let shared = changes.filter { !WorkflowFolder.isScript($0.name) }
        if stamps != nil { for change in shared { tell(.file(change)) } }
        if stamps == nil || !shared.isEmpty { await tellOfPlugins() }
        let names =
            shared.isEmpty ? changes.map(\.name) : Array(Set(found.keys).union((stamps ?? [:]).keys))
        for name in names.filter(WorkflowFolder.isScript).sorted() {
            do {
                if found[name] == nil { forget(name) } else { try await load(name) }
                failures[name] = nil
            } catch {
                try Task.checkCancellation()
                noteFailure(of: name, error)
                // So that it is read again.
                found[name] = nil
            }
        }
        stamps = found
        askAgain()
    }

    private func forget(_ name: String) {
        problems[name] = nil
        failures[name] = nil
        if followed.removeValue(forKey: name) != nil { tell(.unscheduled(name, isRemoved: true)) }
    }

    private func load(_ name: String) async throws {
        switch try await catalogue.entry(name) {
        case nil:
            problems[name] = nil
            if followed.removeValue(forKey: name) != nil { tell(.unscheduled(name, isRemoved: false)) }
        case .broken(_, let problem):
            let wasScheduled = followed.removeValue(forKey: name) != nil
            let before = problems.updateValue(problem, forKey: name)
            if wasScheduled || before != problem {
                tell(.broken(name, problem: problem, wasScheduled: wasScheduled))
            }
        case .workflow(let workflow):
            problems[name] = nil
            if followed[name]?.workflow != workflow { try await follow(workflow) }
        }
    }

    /// Looks after a workflow from where its schedule was left; one that is new or another one than before begins now.
    private func follow(_ workflow: ScheduledWorkflow) async throws {
        let (now, before) = (now(), followed[workflow.name])
        let recent = try await journal.slots(of: workflow.name, limit: Self.recentLimit)
        var new = FollowedWorkflow(workflow, seed: settings.seed, position: now)
        if let last = recent.first, last.rule == workflow.schedule.rule {
            // A slot that lies ahead is of a clock that was wrong.
            new.moveOn(to: min(before?.position ?? Timestamp(microseconds: last.time), now))
        } else {
            _ = try await journal.note(new.slot(now, .followed, at: now))
        }
        new.waiting = recent.first { $0.state == .waiting }.map { Timestamp(microseconds: $0.time) }
        new.lastRun = before?.lastRun ?? recent.first { $0.state == .started }?.run
        new.refusal = before?.refusal
        let next = new.workflow.schedule.moments(after: new.lastSlot(at: now), limit: 1).first.map(new.start)
        tell(before == nil ? .scheduled(workflow, next: next) : .changed(workflow, next: next))
        if ask(for: &new) != nil, before?.refusal != nil { tell(.granted(workflow.name)) }
        followed[workflow.name] = new
    }

    /// Looks whether workflows that might not run may run now.
    private func askAgain() {
        for (name, var workflow) in followed where workflow.refusal != nil {
            if ask(for: &workflow) != nil { tell(.granted(name)) }
            followed[name] = workflow
        }
    }

    /// What a workflow may do; `nil` when it may not run, which is told once.
    func ask(for workflow: inout FollowedWorkflow) -> Permit? {
        do {
            let grant = try permit(workflow.workflow)
            workflow.refusal = nil
            return Permit(grant: grant)
        } catch {
            let problem = "\(error)"
            if workflow.refusal != problem { tell(.refused(workflow.name, problem: problem)) }
            workflow.refusal = problem
            return nil
        }
    }

    /// Tells what is wrong with plugins, each thing once.
    private func tellOfPlugins() async {
        let entries = await plugins?.entries() ?? []
        let found = Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.problems) })
        for entry in entries {
            for problem in entry.problems where pluginProblems[entry.name]?.contains(problem) != true {
                tell(.plugin(entry.name, problem: problem.printable))
            }
        }
        pluginProblems = found
    }

    /// So many slots are looked through for the last run.
    static var recentLimit: Int { 1_000 }
}

/// The permission to run a workflow.
struct Permit: Sendable {
    /// What it was granted; `nil` where it asks for nothing.
    let grant: ScriptGrant?
}
