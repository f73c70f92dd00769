import BackupTesting
import RunJournal
import Testing

extension JournalFixture {
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

@Suite(.serialized, .timeLimit(.minutes(5))) struct LockRules {
    @Test(arguments: Place.allCases)
    func `a lock that is held is listed, by name and then in the order of taking`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        try await fixture.begun()
        try await fixture.begun("r2")
        for (name, run, time) in [("z", "r1", 5), ("a\u{0}b", "r2", 4), ("z", "r2", 3)]
            as [(String, String, Int64)]
        {
            let isTaken = try await fixture.lock(name, .shared, run: run, at: time)
            #expect(isTaken)
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
        #expect(
            try await fixture.second.locks() == [
                record("a\u{0}b", "r2", 4), record("z", "r1", 5), record("z", "r2", 3),
            ]
        )
    }

    @Test(arguments: Place.allCases)
    func `a shared lock is held beside shared ones and not beside an exclusive one`(place: Place) async throws
    {
        let fixture = try JournalFixture(place)
        try await fixture.begun()
        try await fixture.begun("r2")
        #expect(try await fixture.lock("db", .shared))
        #expect(try await fixture.lock("db", .shared, run: "r2"))
        let isAlone = try await fixture.lock("db", .exclusive, run: "r2", sequence: 1)
        #expect(isAlone == false)
        #expect(try await fixture.lock("other", .exclusive))
        #expect(try await fixture.lock("other", .shared, run: "r2") == false)
    }

    @Test(arguments: Place.allCases)
    func `an exclusive lock is held by one step, also within a run`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        try await fixture.begun()
        #expect(try await fixture.lock("db", .exclusive))
        #expect(try await fixture.lock("db", .exclusive, sequence: 1) == false)
        #expect(try await fixture.lock("other", .exclusive, sequence: 1))
    }

    @Test(arguments: Place.allCases)
    func `a step that asks again for its lock has it, as it is`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        try await fixture.begun()
        _ = try await fixture.lock("db", .shared, at: 3)
        let before = try await fixture.store.locks()
        for mode in [LockMode.shared, .exclusive] {
            #expect(try await fixture.lock("db", mode, at: 4))
        }
        #expect(try await fixture.store.locks() == before)
    }

    @Test(arguments: Place.allCases)
    func `of eight that want an exclusive lock one has it`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        let answers = try await fixture.race { store, index in
            let key = StepKey(run: "r1", sequence: index)
            return try await store.lock("db", .exclusive, by: key, at: 3, for: claim)
        }
        #expect(answers.filter { $0 }.count == 1)
        #expect(try await fixture.store.locks().count == 1)
    }
}

@Suite(.serialized, .timeLimit(.minutes(5))) struct LockWaitRules {
    @Test(arguments: Place.allCases)
    func `a wait that closes a circle of locks is answered with the circle`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        let second = try await fixture.begun("r2")
        _ = try await fixture.lock("a", .exclusive)
        _ = try await fixture.lock("b", .exclusive, run: "r2")
        let (first, closing) = (
            LockWait.make("b", 1, keeping: 0), LockWait.make("a", run: "r2", 1, keeping: 0)
        )
        #expect(try await fixture.store.noteWait(first, for: claim) == [])
        for store in [fixture.second, fixture.store] {
            let circle = try await store.noteWait(closing, for: second)
            #expect(circle == [closing, first])
        }
        #expect(try await fixture.store.noteWait(.make("a", run: "r2", 1), for: second) == [])
    }

    @Test(arguments: Place.allCases)
    func `a circle of one is a wait for what it keeps held itself`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        _ = try await fixture.lock("a", .exclusive)
        let wait = LockWait.make("a", 1, keeping: 0)
        #expect(try await fixture.store.noteWait(wait, for: claim) == [wait])
    }

    @Test(arguments: Place.allCases)
    func `shared locks wait for an exclusive one only`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        let second = try await fixture.begun("r2")
        _ = try await fixture.lock("a", .shared)
        _ = try await fixture.lock("b", .exclusive, run: "r2")
        _ = try await fixture.store.noteWait(.make("b", 1, keeping: 0), for: claim)
        var wait = LockWait.make("a", run: "r2", 1, keeping: 0)
        wait.mode = .shared
        #expect(try await fixture.store.noteWait(wait, for: second) == [])
        wait.mode = .exclusive
        #expect(try await fixture.store.noteWait(wait, for: second).count == 2)
    }

    @Test(arguments: Place.allCases)
    func `a wait that is over closes no circle`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        let second = try await fixture.begun("r2")
        _ = try await fixture.lock("a", .exclusive)
        _ = try await fixture.lock("b", .exclusive, run: "r2")
        _ = try await fixture.store.noteWait(.make("b", 1, keeping: 0), for: claim)
        try await fixture.store.stopWaiting(StepKey(run: "r1", sequence: 1), for: claim)
        let wait = LockWait.make("a", run: "r2", 1, keeping: 0)
        #expect(try await fixture.store.noteWait(wait, for: second) == [])
        try await fixture.store.unlock("b", by: StepKey(run: "r2", sequence: 0), for: second)
        #expect(try await fixture.lock("b", .exclusive, sequence: 1))
        try await fixture.store.finish(second, RunEnd(status: .ok, ended: 9))
        let last = LockWait.make("a", 2, keeping: 1)
        #expect(try await fixture.store.noteWait(last, for: claim) == [])
    }
}

@Suite(.serialized, .timeLimit(.minutes(5))) struct LockEndRules {
    @Test(arguments: Place.allCases)
    func `a lock that is freed can be taken`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        _ = try await fixture.lock("db", .exclusive)
        try await fixture.store.unlock("db", by: StepKey(run: "r1", sequence: 0), for: claim)
        #expect(try await fixture.lock("db", .exclusive, sequence: 1))
    }

    @Test(arguments: Place.allCases)
    func `a lock is freed by the step that holds it only`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        _ = try await fixture.lock("db", .exclusive)
        let before = try await fixture.store.locks()
        for (name, sequence) in [("db", 1), ("other", 0)] {
            try await fixture.store.unlock(name, by: StepKey(run: "r1", sequence: sequence), for: claim)
        }
        #expect(try await fixture.store.locks() == before)
    }

    @Test(arguments: Place.allCases)
    func `a run that is taken or parked keeps its locks`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        try await fixture.begun()
        _ = try await fixture.lock("db", .exclusive)
        let claim = try await fixture.taken()
        try await fixture.store.finish(claim, RunEnd(status: .parked, ended: 9))
        let locks = try await fixture.store.locks()
        #expect(locks.map(\.name) == ["db"])
        #expect(locks.map(\.runStatus) == [.parked])
    }

    @Test(arguments: Place.allCases)
    func `a run that is over has no locks and gets none`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        try await fixture.begun("r2")
        _ = try await fixture.lock("db", .exclusive)
        _ = try await fixture.lock("files", .shared)
        _ = try await fixture.lock("files", .shared, run: "r2")
        try await fixture.store.finish(claim, RunEnd(status: .ok, ended: 9))
        #expect(try await fixture.store.locks().map(\.step.run) == ["r2"])
        await expect(throws: .alreadyOver("r1", status: .ok)) {
            _ = try await fixture.lock("db", .shared)
        }
    }
}
