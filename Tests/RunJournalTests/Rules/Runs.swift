import BackupTesting
import RunJournal
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct RunRules {
    @Test(arguments: Place.allCases)
    func `a run comes back as it was recorded, with its source`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        #expect(claim == RunClaim(run: "r1", fence: 1))
        #expect(try await fixture.second.run("r1") == .make())
        #expect(try await fixture.second.script("5ca1ab1e") == .make())
    }

    @Test(arguments: Place.allCases)
    func `a run that begins with a fence is claimed with it`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        var run = RunRecord.make()
        run.fence = 7
        let claim = try await fixture.store.begin(run, source: .make())
        #expect(claim == RunClaim(run: "r1", fence: 7))
        try await fixture.store.record(.make(0), for: claim)
    }

    @Test(arguments: Place.allCases)
    func `an id is taken once`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        try await fixture.begun()
        var other = RunRecord.make(started: 9)
        other.scriptName = "other"
        await expect(throws: .recordedAlready(run: "r1")) { [other] in
            _ = try await fixture.second.begin(other, source: .make())
        }
        #expect(try await fixture.store.run("r1") == .make())
    }

    @Test(arguments: Place.allCases)
    func `of eight that begin a run with one id one does`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let winners = try await fixture.race { store, _ in
            try await store.begin(.make(), source: .make())
        }
        #expect(winners.count == 1)
    }

    @Test(arguments: Place.allCases)
    func `a run cannot begin with the source of another script`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let source = ScriptSource.make(sha256: "other")
        await expect(throws: .otherScript(source, run: .make())) {
            _ = try await fixture.store.begin(.make(), source: source)
        }
        #expect(try await fixture.store.runs(limit: 9) == [])
    }

    @Test(arguments: Place.allCases)
    func `runs come newest first, at most as many as wanted`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        for (id, started) in [("b", 2), ("a", 3), ("c", 1), ("d", 3)] as [(String, Int64)] {
            try await fixture.begun(id, started: started)
        }
        #expect(try await fixture.second.runs(limit: 3).map(\.id) == ["d", "a", "b"])
        #expect(try await fixture.store.runs(limit: 0) == [])
    }

    @Test(arguments: Place.allCases)
    func `the runs that are not over come oldest first`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        for (id, started) in [("b", 2), ("over", 1), ("a", 3), ("c", 1), ("d", 3)] as [(String, Int64)] {
            try await fixture.begun(id, started: started)
        }
        try await fixture.store.finish(RunClaim(run: "over", fence: 1), RunEnd(status: .ok, ended: 9))
        try await fixture.store.finish(RunClaim(run: "a", fence: 1), RunEnd(status: .parked, ended: 9))
        let ids = try await fixture.second.unfinishedRuns().map(\.id)
        #expect(ids == ["c", "b", "a", "d"])
    }

    @Test(arguments: Place.allCases)
    func `a status of a newer program survives and is not over`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        var run = RunRecord.make()
        run.status = RunStatus(rawValue: "hibernating")
        _ = try await fixture.store.begin(run, source: .make())
        #expect(try await fixture.store.run("r1") == run)
        #expect(try await fixture.store.unfinishedRuns() == [run])
    }

    @Test(arguments: Place.allCases)
    func `what a cancelled task does is recorded`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            let claim = try await fixture.begun()
            try await fixture.store.finish(claim, RunEnd(status: .cancelled, ended: 9))
        }
        try await task.value
        #expect(try await fixture.store.run("r1").status == .cancelled)
    }
}

@Suite(.serialized, .timeLimit(.minutes(5))) struct EndingRules {
    @Test(arguments: Place.allCases)
    func `the end of a run is kept`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        let end = RunEnd(status: .warning, outcome: "warning", message: "2\u{0} files", ended: 9)
        try await fixture.store.finish(claim, end)
        var expected = RunRecord.make()
        expected.status = .warning
        expected.outcome = "warning"
        expected.message = "2\u{0} files"
        expected.ended = 9
        #expect(try await fixture.second.run("r1") == expected)
    }

    @Test(arguments: Place.allCases)
    func `a parked run has no end and can be finished`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        try await fixture.store.finish(claim, RunEnd(status: .parked, message: "was it sent?", ended: 9))
        let parked = try await fixture.store.run("r1")
        #expect(parked.ended == nil)
        #expect(parked.message == "was it sent?")
        try await fixture.store.finish(claim, RunEnd(status: .cancelled, ended: 10))
        #expect(try await fixture.store.run("r1").ended == 10)
    }

    @Test(arguments: Place.allCases)
    func `a run ends once`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        try await fixture.store.finish(claim, RunEnd(status: .ok, ended: 9))
        let before = try await fixture.store.run("r1")
        await expect(throws: .alreadyOver("r1", status: .ok)) {
            try await fixture.second.finish(claim, RunEnd(status: .failed, ended: 10))
        }
        #expect(try await fixture.store.run("r1") == before)
    }

    @Test(arguments: Place.allCases)
    func `of eight that end a run one does`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        let winners = try await fixture.race { store, index in
            try await store.finish(claim, RunEnd(status: .ok, message: "\(index)", ended: 9))
            return "\(index)"
        }
        #expect(winners.count == 1)
        #expect(try await fixture.store.run("r1").message == winners.first)
    }
}

@Suite(.serialized, .timeLimit(.minutes(5))) struct LookupRules {
    @Test(arguments: Place.allCases)
    func `a run is found by the beginning of its id`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        for id in ["0190-aa", "0190-ab", "0190-ab-1", "02_%"] { try await fixture.begun(id) }
        for (text, id) in [("0190-aa", "0190-aa"), ("02", "02_%"), ("0190-ab", "0190-ab")] {
            #expect(try await fixture.store.run(text).id == id)
        }
    }

    @Test(arguments: Place.allCases)
    func `a beginning of several ids is ambiguous and names them`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        for id in ["0190-aa", "0190-ab"] { try await fixture.begun(id) }
        await expect(throws: .ambiguousRun("0190", ids: ["0190-aa", "0190-ab"])) {
            _ = try await fixture.store.run("0190")
        }
    }

    @Test(arguments: Place.allCases)
    func `an unknown id is refused`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        try await fixture.begun()
        for id in ["", "9", "%", "_", "r11"] {
            await expect(throws: .unknownRun(id)) {
                _ = try await fixture.store.run(id)
            }
        }
    }
}
