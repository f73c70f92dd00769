import BackupTesting
import Testing

struct ManualClockTests {
    let clock = ManualClock()

    @Test func `time passes only when it is advanced`() {
        let before = clock.now
        clock.advance(by: .seconds(90))
        #expect(before.duration(to: clock.now) == .seconds(90))
        #expect(clock.now.offset == .seconds(90))
    }

    @Test func `a sleep ends when its deadline is reached, not before`() async throws {
        async let sleeping: Void = clock.sleep(for: .seconds(10))
        try await clock.waitForSleepers()
        clock.advance(by: .seconds(9))
        #expect(clock.sleeperCount == 1)
        clock.advance(by: .seconds(1))
        #expect(clock.sleeperCount == 0)
        try await sleeping
    }

    @Test func `a sleep until a moment that has come ends at once`() async throws {
        clock.advance(by: .seconds(5))
        try await clock.sleep(until: ManualClock.Instant(offset: .seconds(5)), tolerance: nil)
    }

    @Test func `one can wait for several sleepers`() async throws {
        async let first: Void = clock.sleep(for: .seconds(1))
        async let second: Void = clock.sleep(for: .seconds(2))
        try await clock.waitForSleepers(2)
        clock.advance(by: .seconds(2))
        _ = try await (first, second)
    }

    @Test func `a cancelled sleep ends with an error and is forgotten`() async throws {
        let sleeping = Task { [clock] in try await clock.sleep(for: .seconds(1)) }
        try await clock.waitForSleepers()
        sleeping.cancel()
        await #expect(throws: CancellationError.self) { try await sleeping.value }
        #expect(clock.sleeperCount == 0)
    }

    @Test func `a cancelled task does not fall asleep`() async throws {
        let sleeping = Task { [clock] in
            withUnsafeCurrentTask { $0?.cancel() }
            try await clock.sleep(for: .seconds(1))
        }
        await #expect(throws: CancellationError.self) { try await sleeping.value }
    }
}
