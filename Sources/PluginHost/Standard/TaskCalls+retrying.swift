import BackupAPI
import LuaKit
import RunJournal

/// The options of `task.retry`.
struct RetryOptions: OptionTable {
    var attempts: Int?
    var base: Option<TimeSpan>?
    var factor: Double?
    var max: Option<TimeSpan>?
    var when: Option<Callback>?

    static let fields: [ParameterDescription] = [
        .absent("attempts", "integer", "At most so many, 1 to 100. Default: 3."),
        .absent("base", "duration", "The first pause, at most. Default: 1s."),
        .absent("factor", "number", "How much longer each next pause may be, 1 to 10. Default: 2."),
        .absent("max", "duration", "The longest pause. Default: 5m."),
        .absent(
            "when",
            "function(error: Error): boolean",
            "Gets the error and answers whether to try again. Default: unless its 'retryable' is false."
        ),
    ]
}

extension TaskCalls {
    /// Calls a function until it succeeds, with random pauses that grow between the attempts.
    func retry(_ options: RetryOptions, _ function: LuaFunction) async throws -> LuaValue {
        let attempts = options.attempts ?? 3
        let factor = options.factor ?? 2
        guard (1...100).contains(attempts) else { throw ArgumentProblem("attempts: 1 to 100 expected") }
        guard (1...10).contains(factor) else {
            throw ArgumentProblem("factor: a number from 1 to 10 expected")
        }
        let key = steps.positions.nextKey()
        var pause = options.base?.value ?? .seconds(1)
        let longest = options.max?.value ?? .seconds(300)
        for attempt in 1... {
            do {
                let result = try await run.functions.call(function, beneath: key, attempt)
                for failed in 1..<attempt {
                    run.outcomes.forgive(TaskScope.current.beneath(key, failed).path)
                }
                return result
            } catch let error as LuaError {
                try run.stop.check()
                guard attempt < attempts, error.code != .cancelled else { throw error }
                let scope = TaskScope.current.beneath(key)
                try await TaskScope.$current.withValue(scope) {
                    guard try await isToBeRetried(error, options.when?.value) else { throw error }
                    let part = Self.fraction(
                        of: run.seed,
                        StepKey(run: "", taskPath: scope.path, sequence: attempt)
                    )
                    try await pausing(min(pause, longest) * part)
                }
                pause = min(pause * factor, longest)
            }
        }
        return .nil
    }

    private func isToBeRetried(_ error: LuaError, _ condition: LuaFunction?) async throws -> Bool {
        guard let condition else { return JournalText.fields(of: error)["retryable"] != false }
        let answer =
            try await run.functions.call(condition, [try await run.functions.errorTable(error)]).first ?? .nil
        return answer != .nil && answer != false
    }

    private func pausing(_ pause: Duration) async throws {
        let milliseconds = Int64(pause / .milliseconds(1))
        let call = StepCall(
            name: "task.sleep",
            kind: .sleep,
            arguments: [.number(Double(milliseconds) / 1_000)],
            planned: .untold(.nil)
        )
        _ = try await steps.step(call) { began in
            try await run.time(.milliseconds(milliseconds), since: began).sleep()
            return .nil
        }
    }

    /// A number from 0 to 1 that is the same each time a run comes here.
    private static func fraction(of seed: Int64, _ key: StepKey) -> Double {
        var hash = UInt64(bitPattern: seed) ^ ScriptFunctions.stableHash(key.description)
        hash = (hash ^ (hash >> 33)) &* 0xff51_afd7_ed55_8ccd
        return Double((hash ^ (hash >> 33)) >> 11) / Double(1 << 53)
    }
}
