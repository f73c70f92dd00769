import BackupTesting
import RunJournal
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct ClaimRules {
    @Test(arguments: Place.allCases)
    func `a run that is taken is running, with one more attempt, another fence and its new owner`(
        place: Place
    ) async throws {
        let fixture = try JournalFixture(place)
        try await fixture.begun()
        let claim = try await fixture.second.take(.make(), owner: .other, leaseEnd: 77)
        var expected = RunRecord.make()
        expected.attempt = 2
        expected.fence = claim.fence
        expected.owner = .other
        expected.leaseEnd = 77
        #expect(try await fixture.store.run("r1") == expected)
        #expect(claim.run == "r1")
        #expect(claim.fence > 1)
    }

    @Test(arguments: Place.allCases)
    func `a parked run can be taken, and what was said about it is gone`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        _ = try await fixture.parked()
        _ = try await fixture.taken()
        let run = try await fixture.store.run("r1")
        #expect(run.status == .running)
        #expect(run.message == nil)
    }

    @Test(arguments: Place.allCases)
    func `a run is taken from the claim that was seen only`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        try await fixture.begun()
        let seen = try await fixture.store.run("r1")
        let claim = try await fixture.taken()
        await expect(throws: .takenAlready("r1")) {
            _ = try await fixture.second.take(seen, owner: .one, leaseEnd: 99)
        }
        let run = try await fixture.store.run("r1")
        #expect(run.fence == claim.fence)
        #expect(run.owner == .other)
    }

    @Test(arguments: Place.allCases)
    func `of eight that take a run one does, again and again`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        try await fixture.begun()
        for attempt in 2...6 {
            let seen = try await fixture.store.run("r1")
            let winners = try await fixture.race { store, index in
                try await store.take(seen, owner: .other, leaseEnd: Int64(index))
            }
            #expect(winners.count == 1)
            let run = try await fixture.store.run("r1")
            #expect(run.attempt == attempt)
            #expect(run.fence == winners.first?.fence ?? 0)
        }
    }

    @Test(arguments: Place.allCases)
    func `a run that is over cannot be taken`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        try await fixture.store.finish(claim, RunEnd(status: .failed, ended: 9))
        await expect(throws: .alreadyOver("r1", status: .failed)) {
            _ = try await fixture.taken()
        }
    }

    @Test(arguments: Place.allCases)
    func `an unknown run cannot be taken`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        await expect(throws: .unknownRun("r1")) {
            _ = try await fixture.store.take(.make(), owner: .other, leaseEnd: 9)
        }
    }

    @Test(arguments: Place.allCases)
    func `a lease is moved`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        let isCancelled = try await fixture.store.renew(claim, leaseEnd: 123)
        #expect(isCancelled == false)
        var expected = RunRecord.make()
        expected.leaseEnd = 123
        #expect(try await fixture.second.run("r1") == expected)
    }
}

@Suite(.serialized, .timeLimit(.minutes(5))) struct FenceRules {
    @Test(arguments: ClaimedWrite.all, Place.allCases)
    func `a write under a claim that is lost is refused and changes nothing`(
        write: ClaimedWrite,
        place: Place
    )
        async throws
    {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.prepared()
        _ = try await fixture.taken()
        let before = try await fixture.everything()
        await expect(throws: .claimLost(claim)) { try await write.body(fixture.second, claim) }
        #expect(try await fixture.everything() == before)
    }

    @Test(arguments: ClaimedWrite.all, Place.allCases)
    func `a write for a run that was never recorded is refused`(write: ClaimedWrite, place: Place)
        async throws
    {
        let fixture = try JournalFixture(place)
        let before = try await fixture.everything()
        await expect(throws: .unknownRun("r1")) {
            try await write.body(fixture.store, RunClaim(run: "r1", fence: 1))
        }
        #expect(try await fixture.everything() == before)
    }

    @Test(arguments: ClaimedWrite.all, Place.allCases)
    func `a write under the claim of whoever has taken the run is done`(write: ClaimedWrite, place: Place)
        async throws
    {
        let fixture = try JournalFixture(place)
        _ = try await fixture.prepared()
        try await write.body(fixture.store, try await fixture.taken())
    }
}

@Suite(.serialized, .timeLimit(.minutes(5))) struct CancellationRules {
    @Test(arguments: Place.allCases)
    func `whoever renews the lease hears of a cancellation`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        for _ in 0..<2 { try await fixture.second.requestCancellation(of: "r1") }
        #expect(try await fixture.store.run("r1").isCancellationRequested)
        #expect(try await fixture.store.renew(claim, leaseEnd: 9))
    }

    @Test(arguments: Place.allCases)
    func `a cancellation outlives whoever executes the run`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        try await fixture.begun()
        try await fixture.store.requestCancellation(of: "r1")
        let claim = try await fixture.taken()
        #expect(try await fixture.store.renew(claim, leaseEnd: 9))
    }

    @Test(arguments: Place.allCases)
    func `a run that is over cannot be cancelled`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        try await fixture.store.finish(claim, RunEnd(status: .ok, ended: 9))
        await expect(throws: .alreadyOver("r1", status: .ok)) {
            try await fixture.store.requestCancellation(of: "r1")
        }
        #expect(try await fixture.store.run("r1").isCancellationRequested == false)
    }

    @Test(arguments: Place.allCases)
    func `an unknown run cannot be cancelled`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        await expect(throws: .unknownRun("r")) {
            try await fixture.store.requestCancellation(of: "r")
        }
    }
}
