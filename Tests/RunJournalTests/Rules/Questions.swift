import BackupTesting
import RunJournal
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct QuestionRules {
    @Test(arguments: Place.allCases)
    func `a question stands with its intent, the last one that was asked`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        try await fixture.store.record(.make(0), for: claim)
        for question in ["1", "2"] {
            try await fixture.store.ask(question, about: StepRecord.make(0).key, for: claim)
        }
        var expected = StepRecord.make(0)
        expected.question = "2"
        #expect(try await fixture.second.steps(of: "r1") == [expected])
    }

    @Test(arguments: Place.allCases)
    func `nobody asks about an unknown step`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        await expect(throws: .unknownStep(StepRecord.make(0).key)) {
            try await fixture.store.ask("{}", about: StepRecord.make(0).key, for: claim)
        }
    }

    @Test(arguments: Place.allCases)
    func `nobody asks about a step that has ended`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        try await fixture.store.record(.make(0), for: claim)
        let key = StepRecord.make(0).key
        try await fixture.store.end(key, .failed(error: "{}"), ended: 3, for: claim)
        await expect(throws: .alreadyEnded(key, state: .failed)) {
            try await fixture.store.ask("{}", about: key, for: claim)
        }
    }

    @Test(arguments: Place.allCases)
    func `a question that is asked again takes back what was decided before`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        _ = try await fixture.parked()
        let key = StepRecord.make(0).key
        try await fixture.store.decide(key, .again, at: 6)
        try await fixture.store.ask("{}", about: key, for: try await fixture.taken())
        let step = try await fixture.store.steps(of: "r1").first
        #expect(step?.isToBeRepeated == false)
        #expect(step?.question == "{}")
    }
}

@Suite(.serialized, .timeLimit(.minutes(5))) struct RepetitionRules {
    @Test(arguments: Place.allCases)
    func `a step that is begun again has a new watermark, and what was decided is used up`(place: Place)
        async throws
    {
        let fixture = try JournalFixture(place)
        _ = try await fixture.parked()
        let key = StepRecord.make(0).key
        try await fixture.store.decide(key, .again, at: 6)
        try await fixture.store.beginAgain(key, watermark: #"["b1"]"#, for: try await fixture.taken())
        var expected = StepRecord.make(0)
        expected.watermark = #"["b1"]"#
        #expect(try await fixture.second.steps(of: "r1") == [expected])
    }

    @Test(arguments: Place.allCases)
    func `a step that is unknown or has ended cannot be begun again`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        let key = StepRecord.make(0).key
        await expect(throws: .unknownStep(key)) {
            try await fixture.store.beginAgain(key, watermark: nil, for: claim)
        }
        try await fixture.store.record(.make(0), for: claim)
        try await fixture.store.end(key, .done(output: "1"), ended: 3, for: claim)
        await expect(throws: .alreadyEnded(key, state: .done)) {
            try await fixture.store.beginAgain(key, watermark: nil, for: claim)
        }
    }
}

@Suite(.serialized, .timeLimit(.minutes(5))) struct DecisionRules {
    @Test(arguments: Place.allCases)
    func `an adopted step is done and nobody asks about it any more`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        _ = try await fixture.parked()
        let before = try await fixture.store.run("r1")
        let decision = StepDecision.adopt(output: #""b1""#, externalReference: "b1")
        try await fixture.second.decide(StepRecord.make(0).key, decision, at: 6)
        var expected = StepRecord.make(0, externalReference: "b1")
        (expected.state, expected.output, expected.ended) = (.done, #""b1""#, 6)
        #expect(try await fixture.store.steps(of: "r1") == [expected])
        #expect(try await fixture.store.run("r1") == before)
    }

    @Test(arguments: Place.allCases)
    func `a step that is to be done again says so and stays an intent`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        _ = try await fixture.parked()
        let before = try await fixture.store.run("r1")
        try await fixture.store.decide(StepRecord.make(0).key, .again, at: 6)
        var expected = StepRecord.make(0)
        expected.isToBeRepeated = true
        #expect(try await fixture.second.steps(of: "r1") == [expected])
        #expect(try await fixture.store.run("r1") == before)
    }

    @Test(arguments: Place.allCases)
    func `a run that is given up has failed, and its locks are free`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.parked()
        let key = StepRecord.make(0).key
        _ = try await fixture.store.lock("db", .exclusive, by: key, at: 3, for: claim)
        try await fixture.store.decide(key, .giveUp(message: "nobody knows"), at: 6)
        let run = try await fixture.second.run("r1")
        #expect(run.status == .failed)
        #expect(run.outcome == "failed")
        #expect(run.message == "nobody knows")
        #expect(run.ended == 6)
        #expect(try await fixture.store.locks() == [])
        #expect(try await fixture.store.steps(of: "r1") == [.make(0)])
        #expect(try await fixture.store.unfinishedRuns() == [])
    }

    @Test(arguments: Place.allCases)
    func `an unknown step cannot be decided`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        _ = try await fixture.parked()
        await expect(throws: .unknownStep(StepRecord.make(1).key)) {
            try await fixture.store.decide(StepRecord.make(1).key, .again, at: 6)
        }
    }

    @Test(arguments: Place.allCases)
    func `a step of a run that is not parked cannot be decided`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        _ = try await fixture.parked()
        _ = try await fixture.taken()
        await expect(throws: .notParked("r1", status: .running)) {
            try await fixture.store.decide(StepRecord.make(0).key, .again, at: 6)
        }
    }

    @Test(arguments: Place.allCases)
    func `what a running run asks a person can be answered, and nothing else decided`(place: Place)
        async throws
    {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        var step = StepRecord.make(0)
        step.kind = .ask
        try await fixture.store.record(step, for: claim)
        let answer = StepDecision.adopt(output: "true", externalReference: nil)
        await expect(throws: .noQuestion(about: step.key)) {
            try await fixture.store.decide(step.key, answer, at: 6)
        }
        try await fixture.store.ask("{}", about: step.key, for: claim)
        for decision in [StepDecision.again, .giveUp(message: "no")] {
            await expect(throws: .notParked("r1", status: .running)) {
                try await fixture.store.decide(step.key, decision, at: 6)
            }
        }
        try await fixture.second.decide(step.key, answer, at: 6)
        (step.state, step.output, step.ended) = (.done, "true", 6)
        #expect(try await fixture.store.step(step.key) == step)
        await expect(throws: .alreadyEnded(step.key, state: .done)) {
            try await fixture.store.end(step.key, .done(output: "1"), ended: 7, for: claim)
        }
    }

    @Test(arguments: Place.allCases)
    func `a step about which nobody asks cannot be decided, nor one twice`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.parked()
        try await fixture.store.record(.make(1), for: claim)
        let key = StepRecord.make(0).key
        try await fixture.store.decide(key, .again, at: 6)
        for step in [key, StepRecord.make(1).key] {
            await expect(throws: .noQuestion(about: step)) {
                try await fixture.store.decide(step, .giveUp(message: "no"), at: 7)
            }
        }
        #expect(try await fixture.store.run("r1").status == .parked)
    }

    @Test(arguments: Place.allCases)
    func `a step that has ended cannot be decided`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        _ = try await fixture.parked()
        let key = StepRecord.make(0).key
        try await fixture.store.decide(key, .adopt(output: "1", externalReference: nil), at: 6)
        await expect(throws: .alreadyEnded(key, state: .done)) {
            try await fixture.store.decide(key, .again, at: 7)
        }
    }

    @Test(arguments: Place.allCases)
    func `what another step owns cannot be adopted`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun("r2")
        let owner = StepRecord.make(0, of: "r2", externalReference: "b1")
        try await fixture.store.record(owner, for: claim)
        _ = try await fixture.parked()
        let key = StepRecord.make(0).key
        let before = try await fixture.store.steps(of: "r1")
        await expect(throws: .referenceTaken("b1", kind: .start, owner: owner.key, by: key)) {
            try await fixture.store.decide(key, .adopt(output: "1", externalReference: "b1"), at: 6)
        }
        #expect(try await fixture.store.steps(of: "r1") == before)
    }

    @Test(arguments: Place.allCases)
    func `of eight that decide one does`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        _ = try await fixture.parked()
        let winners = try await fixture.race { store, index in
            let decision = StepDecision.adopt(output: "\(index)", externalReference: nil)
            try await store.decide(StepRecord.make(0).key, decision, at: 6)
            return "\(index)"
        }
        #expect(winners.count == 1)
        let output = try await fixture.store.steps(of: "r1").first?.output
        #expect(output == winners.first)
    }
}
