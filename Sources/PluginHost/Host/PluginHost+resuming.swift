import BackupAPI
public import LuaKit
public import RunJournal

extension PluginHost {
    /// Takes up a run whose host has died or stopped, or that was parked, and runs it to its end.
    ///
    /// The script runs again from the top, on the source that the journal keeps: what it did is answered from the journal,
    /// and the rest is done. `run` is the record by which the caller decided to take it. With `source` the run goes on
    /// with another script, from then on, but only if that one does all that is recorded first: else it is refused, and
    /// `run_mismatch` in the result's failure names the first step that differs.
    ///
    /// Throws what `run` throws, and `conflict` when the run is over or somebody else has taken it meanwhile.
    public func resume(
        _ run: RunRecord,
        source: LuaSource? = nil,
        control: RunControl = RunControl(),
        observe: @escaping @Sendable (RunEvent) -> Void = { _ in }
    ) async throws -> RunResult {
        if let source, let mismatch = try await replay(run, source: source).mismatch {
            throw RunRefused(mismatch: mismatch)
        }
        let observe = environment.observing(observe)
        let (now, leaseBegan) = (environment.now(), ContinuousClock.now)
        let claim = try await journal.take(
            run,
            owner: environment.owner,
            leaseEnd: RunLease.end(after: environment.leaseLength, from: now)
        )
        if let source { try await journal.move(claim, to: ScriptSource(source, firstSeen: now)) }
        var taken = try await journal.run(run.id)
        taken.fence = claim.fence
        // A session only ends: nothing is to be found again.
        let steps = run.isSession ? [] : try await journal.steps(of: run.id)
        let modules = try await journal.modules(of: run.id)
        let execution = try await loader.makeExecution(
            taken,
            .live,
            arguments: try JournalText.decode(taken.arguments),
            work: RunWork(service: service, journal: journal, recorded: steps, leaseBegan: leaseBegan),
            sources: modules,
            observe: observe
        )
        let text = "taken up for the \(taken.attempt). time"
        try await journal.note(
            RunNote(time: now.microseconds, kind: "resumed", message: text),
            for: claim
        )
        try await noteGrant(for: claim)
        // A run that has done nothing may have died before its hooks were kept.
        let hooks =
            if steps.isEmpty { try await beginHooks(of: taken, for: claim) } else {
                try await resumeHooks(of: taken, kept: modules)
            }
        hooks.attach(to: execution.context)
        control.attach(execution.context)
        observe(.resumed(run: run.id, script: taken.scriptName, attempt: taken.attempt))
        return await execution.run(try await self.source(of: taken, source))
    }

    /// Runs the script of a run again against its journal, without touching anything else; what it says is told again.
    ///
    /// With `source`, another script: the result says at which step it would do something else.
    public func replay(
        _ run: RunRecord,
        source: LuaSource? = nil,
        observe: @escaping @Sendable (RunEvent) -> Void = { _ in }
    ) async throws -> ReplayResult {
        let steps = try await journal.steps(of: run.id)
        let execution = try await loader.makeExecution(
            run,
            .replay,
            arguments: try JournalText.decode(run.arguments),
            work: RunWork(service: service, journal: journal, recorded: steps),
            sources: try await journal.modules(of: run.id),
            observe: observe
        )
        let result = await execution.run(try await self.source(of: run, source))
        return ReplayResult(run: run, steps: steps, result: result)
    }

    /// The steps that a script would take, with nothing done: what it reads is read, and all else is taken to go well.
    public func plan(_ source: LuaSource, arguments: LuaValue = .record([:])) async throws -> Plan {
        let now = environment.now()
        let run = RunRecord(
            id: "plan",
            scriptName: source.name.withoutNUL,
            scriptSHA256: SHA256.hexDigest(of: source.bytes),
            seed: environment.makeSeed(),
            owner: environment.owner,
            started: now.microseconds
        )
        let execution = try await loader.makeExecution(
            run,
            .plan,
            arguments: arguments,
            work: RunWork(service: service, journal: journal),
            loading: try await inspector.watch(source)
        )
        let result = await execution.run(source)
        return Plan(steps: try execution.context.steps.plannedSteps, result: result)
    }

    private func source(of run: RunRecord, _ source: LuaSource?) async throws -> LuaSource {
        if let source { return source }
        let script = try await journal.script(run.scriptSHA256)
        return LuaSource(name: run.scriptName, text: script.text)
    }
}

/// What a replay of a run came to.
public struct ReplayResult: Sendable {
    /// The run as the journal has it.
    public let run: RunRecord
    /// Its steps.
    public let steps: [StepRecord]
    /// How the script ended this time.
    public let result: RunResult

    /// The first step that does not fit; `nil` when the script did what the journal has, as far as that goes.
    ///
    /// A run that is not over may end before the script does.
    public var mismatch: StepMismatch? {
        guard case .mismatch(let mismatch) = result.halt else { return nil }
        return mismatch.recorded == nil && !run.status.isOver ? nil : mismatch
    }
}

/// What a script would do.
public struct Plan: Sendable {
    /// The steps that it would take, in order.
    public let steps: [PlannedStep]
    /// How the script ended, with nothing done.
    public let result: RunResult
}

/// A script that a run cannot go on with.
public struct RunRefused: Error, CustomStringConvertible {
    /// The first step that differs.
    public let mismatch: StepMismatch

    /// `the run cannot go on with this script: step 0#3: …`
    public var description: String { "the run cannot go on with this script: \(mismatch)" }
}
