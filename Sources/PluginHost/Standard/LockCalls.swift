import BackupAPI
import LuaKit
import RunJournal
import Synchronization

/// What `lock` does for one run.
struct LockCalls {
    let run: RunContext
    let steps: StepRecorder

    init(_ run: RunContext) throws {
        (self.run, steps) = (run, try run.steps)
    }

    /// Calls a function while the run holds a lock.
    func with(_ name: String, _ options: LockOptions, _ function: LuaFunction) async throws -> LuaValue {
        let (lock, holder) = try await take(name, options)
        let end: Result<LuaValue, any Error>
        do {
            end = .success(try await run.functions.call(function, beneath: holder))
        } catch {
            end = .failure(error)
        }
        try await lock.release()
        return try end.get()
    }

    func acquire(_ name: String, _ options: LockOptions) async throws -> HeldLock {
        try await take(name, options).lock
    }

    /// Takes a lock. That and the freeing are steps: a resumed run that was between the two holds the lock still.
    private func take(_ name: String, _ options: LockOptions) async throws -> (
        lock: HeldLock, holder: StepKey
    ) {
        let mode = options.mode?.value ?? .exclusive
        let call = StepCall(
            name: "lock.acquire",
            kind: .wait,
            arguments: [.string(name), .string(mode.rawValue)],
            isIntended: true
        )
        let permission = Permission("lock", name)
        // A plan tells of the refusal, and holds nothing.
        guard !run.isPlan else {
            try run.require(permission)
            steps.plan(call)
            let key = steps.positions.nextKey()
            return (HeldLock(name, holder: key, in: self), key)
        }
        try held.check(name)
        let holder = Latch<StepKey>()
        _ = try await steps.step(
            call,
            prelude: { holder.value = $0 },
            body: { began in
                guard let key = holder.value else { return .nil }
                try run.require(permission)
                try await wait(for: name, mode, by: key, since: began, within: options.wait?.value)
                return .nil
            }
        )
        guard let key = holder.value else { throw CancellationError() }
        held.add(name, key)
        return (HeldLock(name, holder: key, in: self), key)
    }

    private func wait(
        for name: String,
        _ mode: LockMode,
        by step: StepKey,
        since began: Timestamp,
        within limit: Duration?
    ) async throws {
        let time = limit.map { run.time($0, since: began) }
        var pause = Duration.milliseconds(50)
        var noted: LockWait?
        do {
            while true {
                try await steps.writer.checkClaim()
                let now = run.environment.now()
                let isHeld = try await steps.writer.asking { () async throws(JournalError) in
                    try await steps.writer.journal.lock(
                        name,
                        mode,
                        by: step,
                        at: now.microseconds,
                        for: steps.writer.lease.claim
                    )
                }
                if isHeld { return }
                if let time, time.isOver { throw BackupError.notFree(name, after: time.length) }
                // A wait that has an end ends a circle too.
                if time == nil {
                    try await note(LockWait(name: name, mode: mode, step: step, keeping: keptSteps), &noted)
                }
                try await run.environment.clock.sleep(for: min(pause, time?.left ?? pause))
                pause = min(pause * 2, .seconds(2))
            }
        } catch {
            if noted != nil, !run.isHalted {
                try await steps.writer.asking { () async throws(JournalError) in
                    try await steps.writer.journal.stopWaiting(step, for: steps.writer.lease.claim)
                }
            }
            throw error
        }
    }

    /// Tells the journal what the task waits for, where that has changed. Throws where the wait would have no end.
    private func note(_ wait: LockWait, _ noted: inout LockWait?) async throws {
        guard wait != noted, noted != nil || !wait.keeping.isEmpty else { return }
        let circle = try await steps.writer.asking { () async throws(JournalError) in
            try await steps.writer.journal.noteWait(wait, for: steps.writer.lease.claim)
        }
        noted = wait
        if !circle.isEmpty { throw BackupError.circle(circle, for: run.id) }
    }

    /// The steps that hold locks which are not freed before this task goes on.
    private var keptSteps: Set<StepKey> {
        let blocked = run.tasks.waits.blocked(by: TaskScope.current)
        return held.steps.filter { step in blocked.contains { $0.contains(step.taskPath) } }
    }

    /// Frees a lock, also when the run is cancelled; a run that halts keeps it.
    func release(_ name: String, by step: StepKey) async throws {
        try run.stop.check()
        held.remove(name, step)
        let call = StepCall(
            name: "lock.release",
            kind: .effect,
            arguments: [.string(name)],
            isIntended: false
        )
        let key = StepKey(run: run.id, taskPath: TaskScope.path(beneath: step) + "/free", sequence: 0)
        try await steps.aside(call, at: key) {
            try await steps.writer.asking { () async throws(JournalError) in
                try await steps.writer.journal.unlock(name, by: step, for: steps.writer.lease.claim)
            }
            return .success(.nil)
        }
    }

    private var held: HeldLocks { run.attachment { HeldLocks() } }
}

/// The locks that a run's tasks hold, by their names.
private final class HeldLocks: Sendable {
    private let held = Mutex<[String: Set<StepKey>]>([:])

    func add(_ name: String, _ step: StepKey) {
        held.withLock { _ = $0[name, default: []].insert(step) }
    }

    func remove(_ name: String, _ step: StepKey) {
        held.withLock { _ = $0[name]?.remove(step) }
    }

    /// The steps that hold one.
    var steps: Set<StepKey> { held.withLock { $0.values.reduce(into: []) { $0.formUnion($1) } } }

    /// A task that waited for what it, or the task that waits for it, holds itself would wait for ever.
    func check(_ name: String) throws {
        let path = TaskScope.current.path
        let isHeld = held.withLock { held in
            held[name]?.contains { path == $0.taskPath || path.hasPrefix($0.taskPath + "/") }
        }
        guard isHeld != true else {
            throw BackupError(
                .conflict,
                "the lock '\(name)' is held by this task already",
                fix: "Free it first, or take it once."
            )
        }
    }
}

extension BackupError {
    fileprivate static func notFree(_ lock: String, after limit: Duration) -> BackupError {
        BackupError(
            .timedOut,
            "the lock '\(lock)' was not free after \(Figures.duration(limit))",
            fix: "'moonkeep locks' shows who holds it.",
            isRetryable: true
        )
    }
}
