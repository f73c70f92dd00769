import BackupTesting
import RunJournal
import Testing

extension JournalFixture {
    /// Sends messages by the steps of run `r1`, which begins.
    fileprivate func sent(_ messages: OutboxMessage...) async throws {
        let claim = try await begun()
        for (index, message) in messages.enumerated() {
            try await store.send(message, recording: .make(index, kind: .effect), for: claim)
        }
    }

    fileprivate func due(at time: Int64 = 100, limit: Int = 99) async throws -> [String] {
        try await second.dueMessages(at: time, limit: limit).map(\.key)
    }
}

@Suite(.serialized, .timeLimit(.minutes(5))) struct OutboxRules {
    @Test(arguments: Place.allCases)
    func `a message is due as soon as it is sent, and its step is recorded`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        try await fixture.sent(.make("m1", sent: 10))
        #expect(try await fixture.due(at: 9) == [])
        #expect(try await fixture.second.dueMessages(at: 10, limit: 9) == [.make("m1", sent: 10)])
        #expect(try await fixture.store.steps(of: "r1") == [.make(0, kind: .effect)])
    }

    @Test(arguments: Place.allCases)
    func `messages come oldest first, at most as many as wanted`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        try await fixture.sent(.make("b", sent: 20), .make("c", sent: 10), .make("a", sent: 20))
        #expect(try await fixture.due() == ["c", "b", "a"])
        #expect(try await fixture.due(limit: 2) == ["c", "b"])
        #expect(try await fixture.due(limit: 0) == [])
    }

    @Test(arguments: Place.allCases)
    func `a message of a run that is over is delivered all the same`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        try await fixture.sent(.make("m1"))
        try await fixture.store.finish(RunClaim(run: "r1", fence: 1), RunEnd(status: .ok, ended: 9))
        #expect(try await fixture.due() == ["m1"])
    }

    @Test(arguments: Place.allCases)
    func `a key is used for one message`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let message = OutboxMessage.make("m1")
        try await fixture.sent(message)
        await expect(throws: .sentAlready(message)) {
            let claim = RunClaim(run: "r1", fence: 1)
            try await fixture.store.send(message, recording: .make(1), for: claim)
        }
        #expect(try await fixture.store.steps(of: "r1").count == 1)
    }

    @Test(arguments: Place.allCases)
    func `a step that is recorded already does not send again`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        try await fixture.sent(.make("m1"))
        await expect(throws: .recordedAlready(StepRecord.make(0).key)) {
            let claim = RunClaim(run: "r1", fence: 1)
            try await fixture.store.send(.make("m2"), recording: .make(0), for: claim)
        }
        #expect(try await fixture.due() == ["m1"])
    }

    @Test(arguments: Place.allCases)
    func `a claim is not good for another run's messages`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        try await fixture.begun("r2")
        let message = OutboxMessage.make("m1", of: "r2")
        await expect(throws: .otherRunsMessage(message, claim)) {
            try await fixture.store.send(message, recording: .make(0), for: claim)
        }
        #expect(try await fixture.store.steps(of: "r1") == [])
    }
}

@Suite(.serialized, .timeLimit(.minutes(5))) struct DeliveryRules {
    @Test(arguments: Place.allCases)
    func `a message that was not delivered is due again when it is to be tried again`(place: Place)
        async throws
    {
        let fixture = try JournalFixture(place)
        try await fixture.sent(.make("m1", sent: 10))
        try await fixture.store.noteDelivery(of: "m1", at: 11, next: 50, error: "no\u{0} answer")
        #expect(try await fixture.due(at: 49) == [])
        var expected = OutboxMessage.make("m1", sent: 10)
        (expected.attempts, expected.lastError) = (1, "no\u{0} answer")
        let found = try await fixture.second.dueMessages(at: 50, limit: 9)
        #expect(found == [expected])
    }

    @Test(arguments: Place.allCases)
    func `a message that is to be tried again does not keep younger ones waiting`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        try await fixture.sent(.make("m1", sent: 10), .make("m2", sent: 20))
        try await fixture.store.noteDelivery(of: "m1", at: 11, next: 50, error: "no answer")
        #expect(try await fixture.due(at: 30, limit: 1) == ["m2"])
    }

    @Test(arguments: Place.allCases)
    func `a message that was delivered is done with, whatever another host says later`(place: Place)
        async throws
    {
        let fixture = try JournalFixture(place)
        try await fixture.sent(.make("m1"), .make("m2"))
        try await fixture.store.noteDelivery(of: "m1", at: 11, next: nil, error: nil)
        try await fixture.second.noteDelivery(of: "m1", at: 12, next: 13, error: "no answer")
        #expect(try await fixture.due() == ["m2"])
    }

    @Test(arguments: Place.allCases)
    func `a delivery of an unknown message changes nothing`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        try await fixture.store.noteDelivery(of: "m1", at: 11, next: 12, error: "no answer")
        #expect(try await fixture.due() == [])
    }
}

@Suite(.serialized, .timeLimit(.minutes(5))) struct NoteRules {
    @Test(arguments: Place.allCases)
    func `notes come in the order of noting`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        try await fixture.begun("r2")
        let notes = [(5, "parked"), (7, "resumed"), (7, "limit")].map { time, kind in
            RunNote(time: Int64(time), kind: kind, message: "it was \(kind)\u{0}!")
        }
        for note in notes { try await fixture.store.note(note, for: claim) }
        #expect(try await fixture.second.notes(of: "r1") == notes)
        #expect(try await fixture.store.notes(of: "r2") == [])
        #expect(try await fixture.store.notes(of: "r3") == [])
    }
}
