internal import RunJournal

extension RunStoreContract.Fixture {
    /// Takes a lock for the first step of a run that has begun.
    fileprivate func lock(
        _ name: String,
        _ mode: LockMode,
        run: String = "r1",
        sequence: Int = 0,
        at time: Int64 = 3
    )
        async throws -> Bool
    {
        let key = StepKey(run: run, sequence: sequence)
        return try await store.lock(name, mode, by: key, at: time, for: RunClaim(run: run, fence: 1))
    }
}

extension RunStoreContract {
    static let lockRules = [
        Rule("a lock that is held is listed, by name and then in the order of taking") { fixture in
            try await fixture.begun()
            try await fixture.begun("r2")
            for (name, run, time) in [("z", "r1", 5), ("a\u{0}b", "r2", 4), ("z", "r2", 3)]
                as [(String, String, Int64)]
            {
                let isTaken = try await fixture.lock(name, .shared, run: run, at: time)
                try expect(isTaken, is: true, "the lock '\(name)'")
            }
            let end = RunEnd(status: .parked, ended: 9)
            try await fixture.store.finish(RunClaim(run: "r2", fence: 1), end)
            let record = { (name: String, run: String, time: Int64) in
                LockRecord(
                    name: name,
                    mode: .shared,
                    step: StepKey(run: run, sequence: 0),
                    runStatus: run == "r2" ? .parked : .running,
                    since: time
                )
            }
            try expect(
                try await fixture.second.locks(),
                is: [record("a\u{0}b", "r2", 4), record("z", "r1", 5), record("z", "r2", 3)],
                "the locks"
            )
        },
        Rule("a shared lock is held beside shared ones and not beside an exclusive one") { fixture in
            try await fixture.begun()
            try await fixture.begun("r2")
            try expect(try await fixture.lock("db", .shared), is: true, "the first shared lock")
            try expect(try await fixture.lock("db", .shared, run: "r2"), is: true, "the second shared lock")
            let isAlone = try await fixture.lock("db", .exclusive, run: "r2", sequence: 1)
            try expect(isAlone, is: false, "an exclusive lock beside shared ones")
            try expect(try await fixture.lock("other", .exclusive), is: true, "an exclusive lock")
            try expect(
                try await fixture.lock("other", .shared, run: "r2"),
                is: false,
                "a shared lock beside it"
            )
        },
        Rule("an exclusive lock is held by one step, also within a run") { fixture in
            try await fixture.begun()
            try expect(try await fixture.lock("db", .exclusive), is: true, "the first lock")
            try expect(try await fixture.lock("db", .exclusive, sequence: 1), is: false, "the second lock")
            try expect(try await fixture.lock("other", .exclusive, sequence: 1), is: true, "another lock")
        },
        Rule("a step that asks again for its lock has it, as it is") { fixture in
            try await fixture.begun()
            _ = try await fixture.lock("db", .shared, at: 3)
            let before = try await fixture.store.locks()
            for mode in [LockMode.shared, .exclusive] {
                try expect(try await fixture.lock("db", mode, at: 4), is: true, "the same lock")
            }
            try expect(try await fixture.store.locks(), is: before, "the locks")
        },
        Rule("of eight that want an exclusive lock one has it") { fixture in
            let claim = try await fixture.begun()
            let answers = try await fixture.race { store, index in
                let key = StepKey(run: "r1", sequence: index)
                return try await store.lock("db", .exclusive, by: key, at: 3, for: claim)
            }
            try expect(answers.filter { $0 }.count, is: 1, "the number of winners")
            try expect(try await fixture.store.locks().count, is: 1, "the number of locks")
        },
    ]

    static let lockWaitRules = [
        Rule("a wait that closes a circle of locks is answered with the circle") { fixture in
            let claim = try await fixture.begun()
            let second = try await fixture.begun("r2")
            _ = try await fixture.lock("a", .exclusive)
            _ = try await fixture.lock("b", .exclusive, run: "r2")
            let (first, closing) = (
                LockWait.make("b", 1, keeping: 0), LockWait.make("a", run: "r2", 1, keeping: 0)
            )
            try expect(try await fixture.store.noteWait(first, for: claim), is: [], "the first wait")
            for store in [fixture.second, fixture.store] {
                let circle = try await store.noteWait(closing, for: second)
                try expect(circle, is: [closing, first], "the second wait")
            }
            try expect(
                try await fixture.store.noteWait(.make("a", run: "r2", 1), for: second),
                is: [],
                "one that keeps nothing"
            )
        },
        Rule("a circle of one is a wait for what it keeps held itself") { fixture in
            let claim = try await fixture.begun()
            _ = try await fixture.lock("a", .exclusive)
            let wait = LockWait.make("a", 1, keeping: 0)
            try expect(try await fixture.store.noteWait(wait, for: claim), is: [wait], "the circle")
        },
        Rule("shared locks wait for an exclusive one only") { fixture in
            let claim = try await fixture.begun()
            let second = try await fixture.begun("r2")
            _ = try await fixture.lock("a", .shared)
            _ = try await fixture.lock("b", .exclusive, run: "r2")
            _ = try await fixture.store.noteWait(.make("b", 1, keeping: 0), for: claim)
            var wait = LockWait.make("a", run: "r2", 1, keeping: 0)
            wait.mode = .shared
            try expect(try await fixture.store.noteWait(wait, for: second), is: [], "a shared lock")
            wait.mode = .exclusive
            try expect(try await fixture.store.noteWait(wait, for: second).count, is: 2, "an exclusive lock")
        },
        Rule("a wait that is over closes no circle") { fixture in
            let claim = try await fixture.begun()
            let second = try await fixture.begun("r2")
            _ = try await fixture.lock("a", .exclusive)
            _ = try await fixture.lock("b", .exclusive, run: "r2")
            _ = try await fixture.store.noteWait(.make("b", 1, keeping: 0), for: claim)
            try await fixture.store.stopWaiting(StepKey(run: "r1", sequence: 1), for: claim)
            let wait = LockWait.make("a", run: "r2", 1, keeping: 0)
            try expect(
                try await fixture.store.noteWait(wait, for: second),
                is: [],
                "after the end of the first"
            )
            try await fixture.store.unlock("b", by: StepKey(run: "r2", sequence: 0), for: second)
            try expect(try await fixture.lock("b", .exclusive, sequence: 1), is: true, "the lock")
            try await fixture.store.finish(second, RunEnd(status: .ok, ended: 9))
            let last = LockWait.make("a", 2, keeping: 1)
            try expect(try await fixture.store.noteWait(last, for: claim), is: [], "after the end of the run")
        },
    ]

    static let lockEndRules = [
        Rule("a lock that is freed can be taken") { fixture in
            let claim = try await fixture.begun()
            _ = try await fixture.lock("db", .exclusive)
            try await fixture.store.unlock("db", by: StepKey(run: "r1", sequence: 0), for: claim)
            try expect(try await fixture.lock("db", .exclusive, sequence: 1), is: true, "the lock")
        },
        Rule("a lock is freed by the step that holds it only") { fixture in
            let claim = try await fixture.begun()
            _ = try await fixture.lock("db", .exclusive)
            let before = try await fixture.store.locks()
            for (name, sequence) in [("db", 1), ("other", 0)] {
                try await fixture.store.unlock(name, by: StepKey(run: "r1", sequence: sequence), for: claim)
            }
            try expect(try await fixture.store.locks(), is: before, "the locks")
        },
        Rule("a run that is taken or parked keeps its locks") { fixture in
            try await fixture.begun()
            _ = try await fixture.lock("db", .exclusive)
            let claim = try await fixture.taken()
            try await fixture.store.finish(claim, RunEnd(status: .parked, ended: 9))
            let locks = try await fixture.store.locks()
            try expect(locks.map(\.name), is: ["db"], "the locks")
            try expect(locks.map(\.runStatus), is: [.parked], "where the run stands")
        },
        Rule("a run that is over has no locks and gets none") { fixture in
            let claim = try await fixture.begun()
            try await fixture.begun("r2")
            _ = try await fixture.lock("db", .exclusive)
            _ = try await fixture.lock("files", .shared)
            _ = try await fixture.lock("files", .shared, run: "r2")
            try await fixture.store.finish(claim, RunEnd(status: .ok, ended: 9))
            try expect(try await fixture.store.locks().map(\.step.run), is: ["r2"], "whose locks there are")
            try await expect(.alreadyOver("r1", status: .ok), of: "a lock") {
                _ = try await fixture.lock("db", .shared)
            }
        },
    ]
}
