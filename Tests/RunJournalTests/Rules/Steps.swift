import BackupTesting
import RunJournal
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct StepRules {
    @Test(arguments: Place.allCases)
    func `an intent comes back as it was recorded`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        try await fixture.store.record(.make(0), for: claim)
        #expect(try await fixture.second.steps(of: "r1") == [.make(0)])
    }

    @Test(arguments: Place.allCases)
    func `a step that is done or failed at once comes back as it was recorded`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        var done = StepRecord.make(0, kind: .read)
        (done.state, done.output, done.ended) = (.done, #"{"a":[1,"ä"]}"#, 3)
        var failed = StepRecord.make(1, kind: .read)
        (failed.state, failed.error, failed.ended, failed.watermark) = (.failed, "{}", 3, nil)
        for step in [done, failed] { try await fixture.store.record(step, for: claim) }
        #expect(try await fixture.second.steps(of: "r1") == [done, failed])
    }

    @Test(arguments: Place.allCases)
    func `the steps of an unknown run are none`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        #expect(try await fixture.store.steps(of: "r1") == [])
    }

    @Test(arguments: Place.allCases)
    func `steps come in the order of recording, whatever their tasks and numbers`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        for (task, sequence) in [("0", 0), ("0/1.2", 0), ("0/1.1", 0), ("0", 2), ("0", 1)] {
            try await fixture.store.record(.make(sequence, task: task), for: claim)
        }
        try await fixture.store.end(StepRecord.make(0).key, .done(output: "1"), ended: 3, for: claim)
        let keys = try await fixture.store.steps(of: "r1").map(\.key.description)
        #expect(keys == ["r1/0#0", "r1/0/1.2#0", "r1/0/1.1#0", "r1/0#2", "r1/0#1"])
    }

    @Test(arguments: Place.allCases)
    func `a step is recorded once`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        let first = StepRecord.make(0, externalReference: "b1")
        try await fixture.store.record(first, for: claim)
        for step in [first, .make(0, kind: .read), .make(0)] {
            await expect(throws: .recordedAlready(first.key)) {
                try await fixture.second.record(step, for: claim)
            }
        }
        #expect(try await fixture.store.steps(of: "r1") == [first])
    }

    @Test(arguments: Place.allCases)
    func `of eight that record a step one does`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        let winners = try await fixture.race { store, index in
            var step = StepRecord.make(0)
            step.input = "\(index)"
            try await store.record(step, for: claim)
            return step
        }
        #expect(winners.count == 1)
        #expect(try await fixture.store.steps(of: "r1") == winners)
    }

    @Test(arguments: Place.allCases)
    func `steps that are recorded at the same time are all kept`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        _ = try await fixture.race { store, index in
            for sequence in 0..<5 {
                try await store.record(.make(sequence, task: "0/\(index)"), for: claim)
            }
        }
        let keys = Set(try await fixture.store.steps(of: "r1").map(\.key))
        #expect(keys.count == 40)
    }

    @Test(arguments: Place.allCases)
    func `a claim is not good for another run's steps`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        try await fixture.begun("r2")
        let step = StepRecord.make(0, of: "r2")
        let error = JournalError.otherRunsStep(step.key, claim)
        await expect(throws: error) { try await fixture.store.record(step, for: claim) }
        await expect(throws: error) { try await fixture.store.append([step], for: claim) }
        try await fixture.store.record(step, for: RunClaim(run: "r2", fence: 1))
        await expect(throws: error) {
            try await fixture.store.end(step.key, .done(output: "1"), ended: 3, for: claim)
        }
        await expect(throws: error) {
            try await fixture.store.ask("{}", about: step.key, for: claim)
        }
        await expect(throws: error) {
            _ = try await fixture.store.lock("db", .shared, by: step.key, at: 3, for: claim)
        }
        await expect(throws: error) {
            try await fixture.store.unlock("db", by: step.key, for: claim)
        }
        #expect(try await fixture.store.steps(of: "r2") == [step])
    }

    @Test(arguments: Place.allCases)
    func `ticks are written in a batch, all or none`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        let ticks = (0..<100).map { StepRecord.make($0, kind: .tick) }
        try await fixture.store.append(ticks, for: claim)
        #expect(try await fixture.second.steps(of: "r1") == ticks)
        for batch in [[100, 99], [100, 100]] {
            await expect(throws: .recordedAlready(StepRecord.make(batch[1]).key)) {
                try await fixture.store.append(batch.map { .make($0, kind: .tick) }, for: claim)
            }
        }
        try await fixture.store.append([], for: claim)
        #expect(try await fixture.store.steps(of: "r1").count == 100)
    }

    @Test(arguments: Place.allCases)
    func `two steps of one kind cannot own the same thing`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        let first = StepRecord.make(0, externalReference: "b1")
        try await fixture.store.record(first, for: claim)
        let taken = JournalError.referenceTaken(
            "b1",
            kind: .start,
            owner: first.key,
            by: StepRecord.make(1).key
        )
        let second = StepRecord.make(1, externalReference: "b1")
        await expect(throws: taken) { try await fixture.store.record(second, for: claim) }
        await expect(throws: taken) { try await fixture.store.append([second], for: claim) }
        try await fixture.store.record(.make(1), for: claim)
        await expect(throws: taken) {
            let result = StepResult.done(output: "1", externalReference: "b1")
            try await fixture.store.end(second.key, result, ended: 3, for: claim)
        }
        let wait = StepRecord.make(2, kind: .wait, externalReference: "b1")
        try await fixture.store.record(wait, for: claim)
        #expect(try await fixture.store.steps(of: "r1") == [first, .make(1), wait])
    }
}

@Suite(.serialized, .timeLimit(.minutes(5))) struct StepEndRules {
    @Test(arguments: Place.allCases)
    func `an intent that is done has its answer and its reference`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        try await fixture.store.record(.make(0), for: claim)
        let result = StepResult.done(output: #""b1""#, externalReference: "b1")
        try await fixture.store.end(StepRecord.make(0).key, result, ended: 3, for: claim)
        var expected = StepRecord.make(0, externalReference: "b1")
        (expected.state, expected.output, expected.ended) = (.done, #""b1""#, 3)
        #expect(try await fixture.second.steps(of: "r1") == [expected])
    }

    @Test(arguments: Place.allCases)
    func `an end without a reference leaves that of the intent`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        let step = StepRecord.make(0, externalReference: "b1")
        try await fixture.store.record(step, for: claim)
        try await fixture.store.end(step.key, .done(output: "1"), ended: 3, for: claim)
        let found = try await fixture.store.steps(of: "r1").first?.externalReference
        #expect(found == "b1")
    }

    @Test(arguments: Place.allCases)
    func `an intent that failed has its error`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        try await fixture.store.record(.make(0), for: claim)
        let error = #"{"code":"disk_full"}"#
        try await fixture.store.end(StepRecord.make(0).key, .failed(error: error), ended: 3, for: claim)
        var expected = StepRecord.make(0)
        (expected.state, expected.error, expected.ended) = (.failed, error, 3)
        #expect(try await fixture.store.steps(of: "r1") == [expected])
    }

    @Test(arguments: Place.allCases)
    func `a step ends once`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        try await fixture.store.record(.make(0), for: claim)
        let key = StepRecord.make(0).key
        try await fixture.store.end(key, .done(output: "1"), ended: 3, for: claim)
        let before = try await fixture.store.steps(of: "r1")
        await expect(throws: .alreadyEnded(key, state: .done)) {
            try await fixture.second.end(key, .failed(error: "{}"), ended: 4, for: claim)
        }
        #expect(try await fixture.store.steps(of: "r1") == before)
    }

    @Test(arguments: Place.allCases)
    func `of eight that end a step one does`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        try await fixture.store.record(.make(0), for: claim)
        let winners = try await fixture.race { store, index in
            let result = StepResult.done(output: "\(index)")
            try await store.end(StepRecord.make(0).key, result, ended: 3, for: claim)
            return "\(index)"
        }
        #expect(winners.count == 1)
        let output = try await fixture.store.steps(of: "r1").first?.output
        #expect(output == winners.first)
    }

    @Test(arguments: Place.allCases)
    func `a step without an intent cannot end`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        let key = StepRecord.make(7).key
        await expect(throws: .unknownStep(key)) {
            try await fixture.store.end(key, .done(output: "1"), ended: 3, for: claim)
        }
    }
}

@Suite(.serialized, .timeLimit(.minutes(5))) struct ValueRules {
    @Test(arguments: Place.allCases)
    func `large texts of a step come back as they were`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        let large = { (letter: String) in "\"" + String(repeating: letter, count: 300_000) + "\"" }
        var intent = StepRecord.make(0)
        (intent.input, intent.watermark) = (large("ä"), large("w"))
        try await fixture.store.record(intent, for: claim)
        let result = StepResult.done(output: large("o"))
        try await fixture.store.end(intent.key, result, ended: 3, for: claim)
        (intent.state, intent.output, intent.ended) = (.done, large("o"), 3)
        var failed = StepRecord.make(1)
        (failed.state, failed.error, failed.input) = (.failed, large("e"), large("ä"))
        try await fixture.store.append([failed], for: claim)
        let steps = try await fixture.second.steps(of: "r1")
        #expect(steps == [intent, failed])
    }

    @Test(arguments: Place.allCases)
    func `a text that reads like something of the store's own comes back as it was`(place: Place) async throws
    {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        let zeros = String(repeating: "0", count: 64)
        var step = StepRecord.make(0)
        step.input = #"{"$value_file":"\#(zeros)","bytes":3}"#
        step.watermark = #"{"$value_file":"../../etc/passwd","bytes":3}"#
        try await fixture.store.record(step, for: claim)
        #expect(try await fixture.store.steps(of: "r1") == [step])
    }
}

struct StepKeyTests {
    @Test func `the key of a step reads as its idempotency key`() {
        #expect(StepKey(run: "r1", sequence: 5).description == "r1/0#5")
        #expect(StepRecord.make(3, task: "0/2.1").idempotencyKey == "r1/0/2.1#3")
    }
}
