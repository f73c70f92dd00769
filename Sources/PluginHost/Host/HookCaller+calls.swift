import BackupAPI
import LuaKit
import RunJournal

extension HookCaller {
    /// Lets a run tell the hooks of what happens in it, and its reader of plugins that have none because of a problem.
    func attach(to run: RunContext) {
        run.hooks.use(Set(plugins.flatMap { $0.hooks.map(\.event) })) { [weak run] occurrence in
            if let run { await tell(occurrence, in: run) }
        }
        guard !problems.isEmpty else { return }
        for problem in problems { run.observe(.log(.warn, problem, fields: .record([:]))) }
        run.outcomes.noteHookFailure(.warning, problems.joined(separator: "; "))
    }

    private func tell(_ occurrence: HookOccurrence, in run: RunContext) async {
        // In a task of its own: what cancels a part of the script does not cancel a hook, whose time limit ends it.
        await Task(executorPreference: run.environment.taskExecutor) {
            for plugin in plugins {
                for (index, hook) in plugin.hooks.enumerated() where hook.event == occurrence.event {
                    let path = occurrence.path(of: plugin.name)
                    let key = StepKey(run: run.id, taskPath: path, sequence: index)
                    await call(
                        HookCall(hook: hook, plugin: plugin, occurrence: occurrence, key: key),
                        in: run
                    )
                }
            }
        }.value
    }

    /// Calls a hook as a step: one that is recorded is not called again.
    private func call(_ call: HookCall, in run: RunContext) async {
        guard let steps = try? run.steps else { return }
        if let known = steps.positions.recorded[call.key], known.state != .intent {
            return count(known.output, known.error, of: call, in: run, isNews: false)
        }
        // A task that was given up only repeats what it did.
        guard TaskScope.current.freeze == nil else { return }
        let step = StepCall(name: "hooks.on", kind: .effect, arguments: [.string(call.hook.event)])
        var (output, failure): (String?, String?) = (nil, nil)
        do {
            try await steps.aside(step, at: call.key) {
                do {
                    let outcome = LuaValue.string(try await perform(call, in: run).rawValue)
                    output = JournalText.encode(outcome)
                    return .success(outcome)
                } catch let halted as RunHalted {
                    throw halted
                } catch {
                    failure = steps.text(of: error)
                    return .failure(error)
                }
            }
        } catch {
            // The run has stopped, and it is noted why, unless the hook has failed.
            guard failure != nil, !(error is RunHalted || error is JournalError) else { return }
        }
        count(output, failure, of: call, in: run, isNews: true)
    }

    /// What a hook came to counts for the run.
    private func count(
        _ output: String?,
        _ failure: String?,
        of call: HookCall,
        in run: RunContext,
        isNews: Bool
    ) {
        guard let failure else {
            let output = output.flatMap { try? JournalText.decode($0) }
            if let outcome = output?.text.flatMap(Outcome.init), outcome != .ok { run.outcomes.note(outcome) }
            return
        }
        let error = try? ReplayedError(failure)
        let reason = error?.failure?.description ?? error?.luaMessage ?? failure
        let message = "the hook of plugin '\(call.plugin.name)' for '\(call.hook.event)' failed: \(reason)"
        if isNews {
            run.news(.log(call.hook.onError == .ignore ? .debug : .warn, message, fields: .record([:])))
        }
        switch call.hook.onError {
        case .warn: run.outcomes.noteHookFailure(.warning, message)
        case .fail: run.outcomes.noteHookFailure(.failed, message)
        case .ignore: break
        }
    }
}
