import BackupAPI
import LuaKit
import RunJournal

extension Module {
    /// `lock`: one at a time, among all runs of the site.
    static var lock: Module {
        Module("lock", "Makes runs of the site wait for one another.") {
            Function(
                "with",
                "Calls a function while the run holds a lock. A run that is interrupted keeps it until it is resumed or given up; 'moonkeep locks' shows who holds what.",
                .composite,
                Parameter<Text>("name", "The lock's name, any text, for example \"repo/main\"."),
                Options<LockOptions>(),
                Parameter<Callback>("fn", "What to do."),
                returns: "any: its first result",
                errors: ["timed_out"]
            ) { run, name, options, function in
                try await run.withLock(name, options, function)
            }
        }
    }
}

/// The options of `lock.with`.
struct LockOptions: OptionTable {
    var mode: Option<LockModeName>?
    var wait: Option<TimeSpan>?

    static let fields = [
        ParameterDescription(
            "mode",
            "string",
            "\"exclusive\", or \"shared\" with others that ask for it so. Default: exclusive.",
            isOptional: true
        ),
        ParameterDescription(
            "wait",
            "duration",
            "Raise 'timed_out' after so long without it. Default: wait for ever.",
            isOptional: true
        ),
    ]
}

/// How a lock is held.
enum LockModeName: ParameterKind {
    static var typeName: String { "string" }

    static func read(_ value: LuaValue) throws -> LockMode {
        guard let mode = value.text.flatMap(LockMode.init(rawValue:)) else {
            throw ArgumentProblem("\"shared\" or \"exclusive\" expected, got \(value.shown)")
        }
        return mode
    }
}

extension RunContext {
    /// The acquiring and the freeing are steps. A resumed run that was between the two holds the lock still.
    func withLock(_ name: String, _ options: LockOptions, _ function: LuaFunction) async throws -> LuaValue {
        let mode = options.mode?.value ?? .exclusive
        guard self.mode != .plan else { return try await call(function, []).first ?? .nil }
        let call = StepCall(
            name: "lock.acquire",
            kind: .wait,
            arguments: [.string(name), .string(mode.rawValue)],
            isIntended: true
        )
        var holder: StepKey?
        _ = try await step(
            call,
            prelude: { holder = $0 },
            body: { began in
                guard let holder else { return .nil }
                try await acquire(name, mode, by: holder, since: began, within: options.wait?.value)
                return .nil
            }
        )
        guard let holder else { return .nil }
        let scope = TaskScope(path: TaskScope.path(beneath: holder), freeze: TaskScope.current.freeze)
        let end: Result<[LuaValue], any Error>
        do {
            end = .success(
                try await TaskScope.$current.withValue(scope) { try await self.call(function, []) }
            )
        } catch {
            end = .failure(error)
        }
        try await release(name, by: holder)
        return try end.get().first ?? .nil
    }

    private func acquire(
        _ name: String,
        _ mode: LockMode,
        by step: StepKey,
        since began: Timestamp,
        within limit: Duration?
    ) async throws {
        var pause = Duration.milliseconds(50)
        while true {
            let now = environment.now()
            let isHeld = try await asking {
                try await journal.lock(name, mode, by: step, at: now.microseconds, for: lease.claim)
            }
            if isHeld { return }
            if let limit, now.since(began) >= limit {
                throw BackupError(
                    .timedOut,
                    "the lock '\(name)' was not free after \(Figures.duration(limit))",
                    fix: "'moonkeep locks' shows who holds it.",
                    isRetryable: true
                )
            }
            try await environment.clock.sleep(for: min(pause, limit ?? .seconds(2)))
            pause = min(pause * 2, .seconds(2))
        }
    }

    /// Frees a lock, also when the run is cancelled; a run that halts keeps it.
    private func release(_ name: String, by step: StepKey) async throws {
        try checkHalt()
        let key = StepKey(run: id, taskPath: TaskScope.path(beneath: step) + "/free", sequence: 0)
        guard recorded[key] == nil, mode == .live else { return }
        try await asking { try await journal.unlock(name, by: step, for: lease.claim) }
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
