import BackupAPI
import BackupTesting
import LocalBackup
import Testing

@Suite(.timeLimit(.minutes(10))) struct SchedulerTests {
    private static let done = BackupScript(steps: [.end(.completed)])

    private static func service(
        _ schedule: Schedule? = ScheduleBench.hourly,
        enabled: Bool = true,
        deleted: Bool = false,
        script: BackupScript = done
    ) -> EditableService {
        let configuration = Configuration.make(enabled: enabled, schedule: schedule, deleted: deleted)
        return EditableService([configuration], scripts: ["nightly": [script]])
    }

    /// Runs a scheduler beside the test, and cancels it at the end.
    private static func withScheduler(
        _ bench: ScheduleBench,
        _ service: EditableService,
        _ test: @Sendable (ScheduleBench, EditableService) async throws -> Void
    ) async throws {
        let running = Task { try await bench.scheduler(service).run() }
        defer { running.cancel() }
        try await bench.clock.waitForSleepers()
        try await test(bench, service)
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
    }

    @Test func `a backup runs at its scheduled time by itself, once`() async throws {
        try await Self.withScheduler(ScheduleBench(), Self.service()) { bench, service in
            for _ in 0..<(2 * 120 + 1) {
                bench.clock.advance(by: .seconds(30))
                try await bench.clock.waitForSleepers()
                let hours = Int(bench.clock.now.offset / .seconds(3_600))
                #expect(service.keys == (0..<hours).map { ScheduleBench.key($0 + 1) })
            }
            #expect(bench.store.records.isEmpty)
        }
    }

    @Test func `the scheduler wakes at the slot, not at its next look`() async throws {
        let schedule = Schedule(
            start: ScheduleBench.beginning.advanced(by: .seconds(-3_595)),
            recurrence: ["RRULE:FREQ=HOURLY;INTERVAL=1"],
            timeZone: "UTC"
        )
        try await Self.withScheduler(ScheduleBench(), Self.service(schedule)) { bench, service in
            bench.clock.advance(by: .seconds(5))
            try await bench.clock.waitForSleepers()
            #expect(service.keys == ["schedule:nightly:2024-01-01T00:00:05Z"])
        }
    }

    @Test func `disabled and deleted configurations, and those without a schedule, are left alone`()
        async throws
    {
        for service in [
            Self.service(enabled: false), Self.service(deleted: true), Self.service(nil),
        ] {
            let bench = ScheduleBench()
            let scheduler = bench.scheduler(service)
            await scheduler.pass()
            bench.clock.advance(by: .seconds(7_200))
            #expect(await scheduler.pass() == nil)
            #expect(service.keys.isEmpty)
            #expect(bench.store.records.isEmpty)
        }
    }

    @Test func `an edit counts at the next look, and what the old schedule promised does not`() async throws {
        let service = Self.service(
            Schedule(recurrence: ["RRULE:FREQ=DAILY;INTERVAL=1;BYHOUR=14;BYMINUTE=0"], timeZone: "UTC")
        )
        try await Self.withScheduler(ScheduleBench(), service) { bench, service in
            service.edit { $0.schedule?.recurrence = ["RRULE:FREQ=DAILY;INTERVAL=1;BYHOUR=0;BYMINUTE=1"] }
            for _ in 0..<2 {
                bench.clock.advance(by: .seconds(30))
                try await bench.clock.waitForSleepers()
            }
            #expect(service.keys == ["schedule:nightly:2024-01-01T00:01:00Z"])
            service.edit { $0.schedule?.recurrence = ["RRULE:FREQ=DAILY;INTERVAL=1;BYHOUR=0;BYMINUTE=0"] }
            bench.clock.advance(by: .seconds(30))
            try await bench.clock.waitForSleepers()
            #expect(service.keys.count == 1)
        }
    }

    @Test func `what was due while a configuration was disabled is not made up for`() async throws {
        let bench = ScheduleBench()
        let service = Self.service()
        let scheduler = bench.scheduler(service)
        await scheduler.pass()
        service.edit { $0.enabled = false }
        await scheduler.pass()
        bench.clock.advance(by: .seconds(3_660))
        service.edit { $0.enabled = true }
        #expect(await scheduler.pass()?.wholeSeconds == "2024-01-01T02:00:00Z")
        #expect(service.keys.isEmpty)
        #expect(bench.store.records.isEmpty)
    }

    @Test func `after an outage the newest slot runs late and the older ones are missed`() async throws {
        let bench = ScheduleBench()
        let service = Self.service()
        await bench.scheduler(service).pass()
        bench.clock.advance(by: .seconds(3 * 3_600 + 1_800))
        await bench.scheduler(service).pass()
        await bench.scheduler(service).pass()
        #expect(service.keys == [ScheduleBench.key(3)])
        let reason = """
            no scheduler ran, or it could not start the backup, at the scheduled time 2024-01-01T02:00:00Z, \
            nor at 1 earlier ones since 2024-01-01T01:00:00Z
            """
        let missed = MemoryScheduleStore.Record(
            state: .missed,
            keys: [ScheduleBench.key(1), ScheduleBench.key(2)],
            reason: reason
        )
        #expect(bench.store.records == [missed])
    }

    @Test func `a slot that is older than the catch-up window is missed`() async throws {
        let bench = ScheduleBench()
        let service = Self.service(
            Schedule(recurrence: ["RRULE:FREQ=DAILY;INTERVAL=1;BYHOUR=2;BYMINUTE=0"], timeZone: "UTC")
        )
        await bench.scheduler(service).pass()
        bench.clock.advance(by: .seconds(3 * 3_600 + 1))
        await bench.scheduler(service).pass()
        #expect(service.keys.isEmpty)
        let reason =
            "no scheduler ran, or it could not start the backup, at the scheduled time 2024-01-01T02:00:00Z"
        let missed = MemoryScheduleStore.Record(state: .missed, keys: [ScheduleBench.key(2)], reason: reason)
        #expect(bench.store.records == [missed])
    }

    @Test func `a schedule that was made while no scheduler ran counts from its start`() async throws {
        let bench = ScheduleBench()
        bench.clock.advance(by: .seconds(3_600))
        let service = Self.service()
        await bench.scheduler(service).pass()
        #expect(service.keys == [ScheduleBench.key(1)])
    }

    @Test func `a slot whose previous backup still runs is skipped`() async throws {
        let bench = ScheduleBench()
        let gate = Gate()
        let service = Self.service(script: .waits(for: gate))
        let scheduler = bench.scheduler(service)
        await scheduler.pass()
        for _ in 0..<2 {
            bench.clock.advance(by: .seconds(3_600))
            await scheduler.pass()
        }
        #expect(service.keys == [ScheduleBench.key(1)])
        let running = ResourceID<Backup>.make(1)
        let skipped = MemoryScheduleStore.Record(
            state: .skipped,
            keys: [ScheduleBench.key(2)],
            reason:
                "the previous backup, '\(running)', was not over at the scheduled time 2024-01-01T02:00:00Z"
        )
        #expect(bench.store.records == [skipped])
        gate.open()
        bench.clock.advance(by: .seconds(3_600))
        await scheduler.pass()
        #expect(service.keys == [ScheduleBench.key(1), ScheduleBench.key(3)])
    }

    @Test func `a start that fails is tried again, and is missed after the window`() async throws {
        let bench = ScheduleBench()
        let service = Self.service(
            Schedule(recurrence: ["RRULE:FREQ=DAILY;INTERVAL=1;BYHOUR=1;BYMINUTE=0"], timeZone: "UTC")
        )
        let scheduler = bench.scheduler(service)
        await scheduler.pass()
        service.refuse(BackupError(.storage, "the catalog is in use", isRetryable: true))
        bench.clock.advance(by: .seconds(3_600))
        await scheduler.pass()
        service.refuse(nil)
        await scheduler.pass()
        #expect(service.keys == [ScheduleBench.key(1)])
        service.refuse(BackupError(.storage, "the catalog is in use", isRetryable: true))
        bench.clock.advance(by: .seconds(86_400))
        await scheduler.pass()
        bench.clock.advance(by: .seconds(3_601))
        await scheduler.pass()
        #expect(bench.store.records.map(\.keys) == [[ScheduleBench.key(25)]])
    }

    @Test func `a clock that is put back starts nothing twice, and nothing is lost after it`() async throws {
        let bench = ScheduleBench()
        let service = Self.service()
        let ahead = ScheduleMark(
            schedule: "2024-01-01T00:00:00Z RRULE:FREQ=HOURLY;INTERVAL=1 UTC",
            time: ScheduleBench.beginning.advanced(by: .seconds(90 * 86_400))
        )
        try await bench.store.setMark(ahead, of: "nightly")
        let scheduler = bench.scheduler(service)
        await scheduler.pass()
        bench.clock.advance(by: .seconds(3_600))
        await scheduler.pass()
        #expect(service.keys == [ScheduleBench.key(1)])
    }

    @Test func `one broken schedule does not stop the others`() async throws {
        let bench = ScheduleBench()
        let broken = Schedule(recurrence: ["RRULE:FREQ=SECONDLY"], timeZone: "UTC")
        let service = EditableService(
            [.make("broken", schedule: broken), .make(schedule: ScheduleBench.hourly)],
            scripts: ["nightly": [Self.done]]
        )
        let scheduler = bench.scheduler(service)
        await scheduler.pass()
        bench.clock.advance(by: .seconds(3_600))
        #expect(await scheduler.pass()?.wholeSeconds == "2024-01-01T02:00:00Z")
        #expect(service.keys == [ScheduleBench.key(1)])
    }
}
