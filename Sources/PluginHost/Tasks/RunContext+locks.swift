import BackupAPI
import LuaKit
import RunJournal
import Synchronization

extension RunContext {
    /// Calls a function while the run holds a lock.
    func withLock(_ name: String, _ options: LockOptions, _ function: LuaFunction) async throws -> LuaValue {
        let (lock, holder) = try await take(name, options)
        let end: Result<LuaValue, any Error>
        do {
            end = .success(try await call(function, beneath: holder))
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
        guard self.mode != .plan else {
            try require(permission)
            notePlanned(PlannedStep(call))
            let key = nextKey()
            return (HeldLock(name, holder: key, in: self), key)
        }
        try checkHeld(name)
        let holder = Latch<StepKey>()
        _ = try await step(
            call,
            prelude: { holder.value = $0 },
            body: { began in
                guard let key = holder.value else { return .nil }
                try require(permission)
                try await wait(for: name, mode, by: key, since: began, within: options.wait?.value)
                return .nil
            }
        )
        guard let key = holder.value else { throw CancellationError() }
        memory.withLock { _ = $0.heldLocks[name, default: []].insert(key) }
        return (HeldLock(name, holder: key, in: self), key)
    }

    /// A task that waited for what it, or the task that waits for it, holds itself would wait for ever.
    private func checkHeld(_ name: String) throws {
        let path = TaskScope.current.path
        let isHeld = memory.withLock { memory in
            memory.heldLocks[name]?.contains { path == $0.taskPath || path.hasPrefix($0.taskPath + "/") }
        }
        guard isHeld != true else {
            throw BackupError(
                .conflict,
                "the lock '\(name)' is held by this task already",
                fix: "Free it first, or take it once."
            )
        }
    }

    private func wait(
        for name: String,
        _ mode: LockMode,
        by step: StepKey,
        since began: Timestamp,
        within limit: Duration?
    ) async throws {
        let time = limit.map { self.time($0, since: began) }
        var pause = Duration.milliseconds(50)
        var noted: LockWait?
        do {
            while true {
                try await checkClaim()
                let now = environment.now()
                let isHeld = try await asking { () async throws(JournalError) in
                    try await journal.lock(name, mode, by: step, at: now.microseconds, for: lease.claim)
                }
                if isHeld { return }
                if let time, time.isOver { throw BackupError.notFree(name, after: time.length) }
                // A wait that has an end ends a circle too.
                if time == nil {
                    try await note(LockWait(name: name, mode: mode, step: step, keeping: heldSteps), &noted)
                }
                try await environment.clock.sleep(for: min(pause, time?.left ?? pause))
                pause = min(pause * 2, .seconds(2))
            }
        } catch {
            if noted != nil, haltReason == nil {
                try await asking { () async throws(JournalError) in
                    try await journal.stopWaiting(step, for: lease.claim)
                }
            }
            throw error
        }
    }

    /// Tells the journal what the task waits for, where that has changed. Throws where the wait would have no end.
    private func note(_ wait: LockWait, _ noted: inout LockWait?) async throws {
        guard wait != noted, noted != nil || !wait.keeping.isEmpty else { return }
        let circle = try await asking { () async throws(JournalError) in
            try await journal.noteWait(wait, for: lease.claim)
        }
        noted = wait
        if !circle.isEmpty { throw BackupError.circle(circle, for: id) }
    }

    /// The steps that hold locks which are not freed before this task goes on.
    private var heldSteps: Set<StepKey> {
        let blocked = tasks.waits.blocked(by: TaskScope.current)
        let held = memory.withLock { memory in
            memory.heldLocks.values.reduce(into: Set()) { $0.formUnion($1) }
        }
        return held.filter { step in blocked.contains { $0.contains(step.taskPath) } }
    }

    /// Frees a lock, also when the run is cancelled; a run that halts keeps it.
    func release(_ name: String, by step: StepKey) async throws {
        try checkHalt()
        memory.withLock { _ = $0.heldLocks[name]?.remove(step) }
        let key = StepKey(run: id, taskPath: TaskScope.path(beneath: step) + "/free", sequence: 0)
        guard recorded[key] == nil, mode == .live else { return }
        try await asking { () async throws(JournalError) in
            try await journal.unlock(name, by: step, for: lease.claim)
        }
        let now = environment.now().microseconds
        try await write(
            StepRecord(
                key: key,
                name: "lock.release",
                kind: .effect,
                state: .done,
                input: JournalText.encode(.array([.string(name)])),
                output: "null",
                started: now,
                ended: now
            )
        )
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
