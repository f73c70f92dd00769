import BackupAPI
import LuaKit
import RunJournal

/// The progress of one wait as the script's function is shown it: each piece is recorded, so that a resumed run shows the
/// function the same.
struct ProgressTicks {
    private let run: RunContext
    private let steps: StepRecorder
    private let path: String
    private let scope: TaskScope
    private let function: LuaFunction
    private let recorded: [StepRecord]
    private var count: Int
    private var thinning: TickThinning

    init(of step: StepKey, showing function: LuaFunction, in run: RunContext, _ steps: StepRecorder) {
        (self.run, self.steps) = (run, steps)
        self.function = function
        path = "\(step.taskPath)/\(step.sequence).ticks"
        scope = TaskScope.current.beneath(step)
        recorded = steps.positions.recorded.all(at: path)
        count = recorded.count
        thinning = TickThinning(interval: run.environment.tickInterval, count: count)
    }

    /// Shows the function what the journal has.
    func repeatRecorded() async throws {
        var scope = scope
        scope.isToldBefore = true
        for tick in recorded { try await show(try JournalText.decode(tick.output ?? "null"), in: scope) }
    }

    /// Shows the function a piece of progress, if it is time for one.
    mutating func show(_ update: BackupUpdate) async throws {
        guard let progress = update.progress, thinning.isDue(at: .now) else { return }
        let value = LuaValue.progress(progress, of: update.backup)
        let key = StepKey(run: run.id, taskPath: path, sequence: count)
        try await steps.writer.tick(steps.tick(key, "backup.progress", value))
        count += 1
        try await show(value, in: scope)
    }

    private func show(_ progress: LuaValue, in scope: TaskScope) async throws {
        do {
            _ = try await TaskScope.$current.withValue(scope) {
                try await run.functions.call(function, [progress])
            }
        } catch let error as LuaError where error.code == .cancelled {
            throw CancellationError()
        }
    }
}

/// Chooses the pieces of progress that a script is shown: the first, then one in each interval, which grows with their
/// number, so that a long backup does not fill the journal.
package struct TickThinning {
    /// Ticks after which the interval is doubled, each time.
    package static let step = 500

    private let interval: Duration
    private var count: Int
    private var last: ContinuousClock.Instant?

    package init(interval: Duration, count: Int = 0) {
        self.interval = interval
        self.count = count
    }

    package mutating func isDue(at now: ContinuousClock.Instant) -> Bool {
        let wait = interval * (1 << min(count / Self.step, 16))
        if let last, now < last.advanced(by: wait) { return false }
        last = now
        count += 1
        return true
    }
}
