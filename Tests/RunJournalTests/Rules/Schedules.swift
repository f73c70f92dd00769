import BackupTesting
import RunJournal
import Testing

extension ScheduleSlot {
    fileprivate static func make(
        _ time: Int64,
        of schedule: String = "workflows/nightly.lua",
        _ state: SlotState = .missed
    ) -> ScheduleSlot {
        ScheduleSlot(
            schedule: schedule,
            time: time,
            rule: "0 2 * * *\u{0}",
            state: state,
            message: "what\u{0}ever",
            recorded: time + 5
        )
    }

    fileprivate var started: ScheduleSlot {
        var slot = self
        (slot.state, slot.run) = (.started, "r1")
        return slot
    }
}

@Suite(.serialized, .timeLimit(.minutes(5))) struct ScheduleRules {
    @Test(arguments: Place.allCases)
    func `a run that begins at a slot is recorded with it`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.store.begin(.make(), source: .make(), at: .make(7, .started))
        #expect(claim == RunClaim(run: "r1", fence: 1))
        #expect(try await fixture.second.run("r1") == .make())
        let slots = try await fixture.second.slots(of: "workflows/nightly.lua", limit: 9)
        #expect(slots == [ScheduleSlot.make(7).started])
    }

    @Test(arguments: Place.allCases)
    func `of eight that begin a run at one slot one does`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let winners = try await fixture.race { store, index in
            try await store.begin(.make("r\(index)"), source: .make(), at: .make(7, .started))
        }
        #expect(winners.count == 1)
        #expect(try await fixture.store.runs(limit: 9).map(\.id) == winners.map(\.run))
    }

    @Test(arguments: Place.allCases)
    func `no run begins at a slot that is recorded`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let slot = ScheduleSlot.make(7)
        #expect(try await fixture.store.note(slot))
        await expect(throws: .usedAlready(slot)) {
            _ = try await fixture.second.begin(.make(), source: .make(), at: slot)
        }
        #expect(try await fixture.store.runs(limit: 9) == [])
        #expect(try await fixture.store.slots(of: slot.schedule, limit: 9) == [slot])
    }

    @Test(arguments: Place.allCases)
    func `a slot is recorded once`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        #expect(try await fixture.store.note(.make(7)))
        #expect(try await fixture.second.note(.make(7, .skipped)) == false)
        #expect(try await fixture.store.note(.make(7, of: "b")))
        let slots = try await fixture.store.slots(of: "workflows/nightly.lua", limit: 9)
        #expect(slots == [.make(7)])
    }

    @Test(arguments: Place.allCases)
    func `a slot that waits takes another state, once, and a run`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        for time in [7, 8] { _ = try await fixture.store.note(.make(Int64(time), .waiting)) }
        #expect(try await fixture.second.note(.make(7, .waiting)) == false)
        #expect(try await fixture.second.note(.make(7)))
        #expect(try await fixture.store.note(.make(7, .skipped)) == false)
        _ = try await fixture.store.begin(.make(), source: .make(), at: .make(8, .waiting))
        let slots = try await fixture.store.slots(of: "workflows/nightly.lua", limit: 9)
        #expect(slots == [ScheduleSlot.make(8).started, .make(7)])
    }

    @Test(arguments: Place.allCases)
    func `the slots of a schedule come latest first, at most as many as wanted`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        for time in [8, 9, 7] { _ = try await fixture.store.note(.make(Int64(time))) }
        _ = try await fixture.store.note(.make(10, of: "b"))
        let all = try await fixture.second.slots(of: "workflows/nightly.lua", limit: 99)
        #expect(all.map(\.time) == [9, 8, 7])
        let some = try await fixture.store.slots(of: "workflows/nightly.lua", limit: 2)
        #expect(some.map(\.time) == [9, 8])
        #expect(try await fixture.store.slots(of: "c", limit: 9) == [])
    }

    @Test(arguments: Place.allCases)
    func `a run begins at a slot on its own script and once`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let other = ScriptSource.make(sha256: "abc")
        await expect(throws: .otherScript(other, run: .make())) {
            _ = try await fixture.store.begin(.make(), source: other, at: .make(7))
        }
        try await fixture.begun()
        await expect(throws: .recordedAlready(run: "r1")) {
            _ = try await fixture.store.begin(.make(), source: .make(), at: .make(7))
        }
        let slots = try await fixture.store.slots(of: "workflows/nightly.lua", limit: 9)
        #expect(slots == [])
    }
}
