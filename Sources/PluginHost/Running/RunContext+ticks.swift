import BackupAPI
import LuaKit
import RunJournal

extension RunContext {
    /// Ticks that are written together.
    private static let tickBatch = 32

    /// Records a tick: a piece of progress that the script is shown, or the end of a task that it spawned; written with
    /// others, at the latest before the next step.
    func recordTick(_ record: StepRecord) async throws {
        noteSize(steps: 1, bytes: record.valueBytes)
        if addTick(record) >= Self.tickBatch { try await flushTicks() }
    }

    /// The tick of a piece of progress.
    func makeTick(_ key: StepKey, _ name: String, _ progress: LuaValue) -> StepRecord {
        let now = environment.now().microseconds
        return StepRecord(
            key: key,
            name: name,
            kind: .tick,
            state: .done,
            input: "[]",
            output: JournalText.encode(progress),
            started: now,
            ended: now
        )
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
