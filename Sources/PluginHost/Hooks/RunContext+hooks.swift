import BackupAPI
import LuaKit
import RunJournal
import Synchronization

extension RunContext {
    /// Notes that something has happened; its hooks are called as soon as the step in which it did is recorded.
    public func raise(_ occurrence: HookOccurrence) {
        memory.withLock { memory in
            guard memory.hooks?.listens(to: occurrence.event) == true else { return }
            memory.occurrences.append(occurrence)
        }
    }

    /// Calls the hooks of all that has happened, one after the other. A run that has stopped calls none.
    func callHooks() async {
        while let (occurrence, caller) = nextOccurrence(), haltReason == nil {
            await call(caller, occurrence)
        }
    }

    /// Calls the hooks of an event at once, also in a run that has stopped.
    func callHooks(_ occurrence: HookOccurrence) async {
        guard let caller = memory.withLock({ $0.hooks }), caller.listens(to: occurrence.event) else { return }
        await call(caller, occurrence)
    }

    private func nextOccurrence() -> (HookOccurrence, HookCaller)? {
        memory.withLock { memory in
            guard let caller = memory.hooks, !memory.occurrences.isEmpty else { return nil }
            return (memory.occurrences.removeFirst(), caller)
        }
    }

    private func call(_ caller: HookCaller, _ occurrence: HookOccurrence) async {
        // In a task of its own: what cancels a part of the script does not cancel a hook, whose time limit ends it.
        await Task(executorPreference: environment.taskExecutor) { [self] in
            for plugin in caller.plugins {
                for (index, hook) in plugin.hooks.enumerated() where hook.event == occurrence.event {
                    let key = StepKey(
                        run: id,
                        taskPath: occurrence.path(of: plugin.name),
                        sequence: index
                    )
                    await call(HookCall(hook: hook, plugin: plugin, occurrence: occurrence, key: key), caller)
                }
            }
        }.value
    }

    /// Calls a hook as a step: one that is recorded is not called again.
    private func call(_ call: HookCall, _ caller: HookCaller) async {
        let known = recorded[call.key]
        if let known, known.state != .intent { return count(known, of: call, isNews: false) }
        // A task that was given up only repeats what it did.
        guard TaskScope.current.freeze == nil else { return }
        var record =
            known
            ?? StepRecord(
                key: call.key,
                name: "hooks.on",
                kind: .effect,
                input: JournalText.encode(.array([.string(call.hook.event)])),
                started: environment.now().microseconds
            )
        do {
            if known == nil { try await write(record) }
            let outcome = try await caller.perform(call, in: self)
            (record.state, record.output) = (.done, JournalText.encode(.string(outcome.rawValue)))
        } catch is RunHalted {
            return
        } catch {
            (record.state, record.error) = (.failed, ReplayedError.text(of: error, globals: globals))
        }
        record.ended = environment.now().microseconds
        do {
            try await end(record)
        } catch {
            // The run has stopped; `end` has noted why.
            return
        }
        count(record, of: call, isNews: true)
    }

    /// What a hook came to counts for the run.
    private func count(_ record: StepRecord, of call: HookCall, isNews: Bool) {
        guard let text = record.error else {
            let output = record.output.flatMap { try? JournalText.decode($0) }
            if let outcome = output?.text.flatMap(Outcome.init), outcome != .ok { note(outcome) }
            return
        }
        let error = try? ReplayedError(text)
        let reason = error?.failure?.description ?? error?.luaMessage ?? text
        let message = "the hook of plugin '\(call.plugin.name)' for '\(call.hook.event)' failed: \(reason)"
        if isNews {
            news(.log(call.hook.onError == .ignore ? .debug : .warn, message, fields: .record([:])))
        }
        switch call.hook.onError {
        case .warn: noteHookFailure(.warning, message)
        case .fail: noteHookFailure(.failed, message)
        case .ignore: break
        }
    }

    /// Counts a failure of hooks, of which the worst makes the run's outcome no better.
    func noteHookFailure(_ outcome: Outcome, _ message: String) {
        memory.withLock { memory in
            guard outcome > memory.hookFailure?.outcome ?? .ok else { return }
            memory.hookFailure = (outcome, message)
        }
    }

    /// The worst that failures of hooks mean for the run, and what it was; `nil` when they mean nothing.
    var hookFailure: (outcome: Outcome, message: String)? { memory.withLock { $0.hookFailure } }
}
