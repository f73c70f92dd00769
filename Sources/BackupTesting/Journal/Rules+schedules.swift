internal import RunJournal

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

extension RunStoreContract {
    static let scheduleRules = [
        Rule("a run that begins at a slot is recorded with it") { fixture in
            let claim = try await fixture.store.begin(.make(), source: .make(), at: .make(7, .started))
            try expect(claim, is: RunClaim(run: "r1", fence: 1), "the claim")
            try expect(try await fixture.second.run("r1"), is: .make(), "the run")
            let slots = try await fixture.second.slots(of: "workflows/nightly.lua", limit: 9)
            try expect(slots, is: [ScheduleSlot.make(7).started], "the slots")
        },
        Rule("of eight that begin a run at one slot one does") { fixture in
            let winners = try await fixture.race { store, index in
                try await store.begin(.make("r\(index)"), source: .make(), at: .make(7, .started))
            }
            try expect(winners.count, is: 1, "the number of winners")
            try expect(try await fixture.store.runs(limit: 9).map(\.id), is: winners.map(\.run), "the runs")
        },
        Rule("no run begins at a slot that is recorded") { fixture in
            let slot = ScheduleSlot.make(7)
            try expect(try await fixture.store.note(slot), is: true, "whether it was recorded")
            try await expect(.usedAlready(slot), of: "a run at a slot that was missed") {
                _ = try await fixture.second.begin(.make(), source: .make(), at: slot)
            }
            try expect(try await fixture.store.runs(limit: 9), is: [], "the runs")
            try expect(try await fixture.store.slots(of: slot.schedule, limit: 9), is: [slot], "the slots")
        },
        Rule("a slot is recorded once") { fixture in
            try expect(try await fixture.store.note(.make(7)), is: true, "the first time")
            try expect(try await fixture.second.note(.make(7, .skipped)), is: false, "the second time")
            try expect(try await fixture.store.note(.make(7, of: "b")), is: true, "another schedule")
            let slots = try await fixture.store.slots(of: "workflows/nightly.lua", limit: 9)
            try expect(slots, is: [.make(7)], "the slots")
        },
        Rule("a slot that waits takes another state, once, and a run") { fixture in
            for time in [7, 8] { _ = try await fixture.store.note(.make(Int64(time), .waiting)) }
            try expect(try await fixture.second.note(.make(7, .waiting)), is: false, "waiting again")
            try expect(try await fixture.second.note(.make(7)), is: true, "missed")
            try expect(try await fixture.store.note(.make(7, .skipped)), is: false, "skipped")
            _ = try await fixture.store.begin(.make(), source: .make(), at: .make(8, .waiting))
            let slots = try await fixture.store.slots(of: "workflows/nightly.lua", limit: 9)
            try expect(slots, is: [ScheduleSlot.make(8).started, .make(7)], "the slots")
        },
        Rule("the slots of a schedule come latest first, at most as many as wanted") { fixture in
            for time in [8, 9, 7] { _ = try await fixture.store.note(.make(Int64(time))) }
            _ = try await fixture.store.note(.make(10, of: "b"))
            let all = try await fixture.second.slots(of: "workflows/nightly.lua", limit: 99)
            try expect(all.map(\.time), is: [9, 8, 7], "the slots")
            let some = try await fixture.store.slots(of: "workflows/nightly.lua", limit: 2)
            try expect(some.map(\.time), is: [9, 8], "two slots")
            try expect(try await fixture.store.slots(of: "c", limit: 9), is: [], "those of an unknown one")
        },
        Rule("a run begins at a slot on its own script and once") { fixture in
            let other = ScriptSource.make(sha256: "abc")
            try await expect(.otherScript(other, run: .make()), of: "another script") {
                _ = try await fixture.store.begin(.make(), source: other, at: .make(7))
            }
            try await fixture.begun()
            try await expect(.recordedAlready(run: "r1"), of: "a run that has begun") {
                _ = try await fixture.store.begin(.make(), source: .make(), at: .make(7))
            }
            let slots = try await fixture.store.slots(of: "workflows/nightly.lua", limit: 9)
            try expect(slots, is: [], "the slots")
        },
    ]
}
