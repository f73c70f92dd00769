import BackupTesting
import RunJournal
import Testing

extension JournalFixture {
    /// Sets a value by a step of run `r1`, which has begun.
    fileprivate func set(
        _ key: StateKey,
        to value: String?,
        expecting expected: String?? = nil,
        _ step: StepRecord
    )
        async throws -> Bool
    {
        let claim = RunClaim(run: "r1", fence: 1)
        return try await store.setState(key, to: value, expecting: expected, recording: step, for: claim)
    }
}

@Suite(.serialized, .timeLimit(.minutes(5))) struct StateRules {
    @Test(arguments: Place.allCases)
    func `a value that was never set is not there`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        #expect(try await fixture.store.state(.make("k")) == nil)
        #expect(try await fixture.store.states(in: "plugin", prefix: "") == [])
    }

    @Test(arguments: Place.allCases)
    func `a value is set, replaced and removed, each with its step`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        try await fixture.begun()
        for (index, value) in ["1", #"{"a":"ä"}"#, nil, nil].enumerated() {
            var step = StepRecord.make(index, kind: .effect)
            step.ended = Int64(100 + index)
            #expect(try await fixture.set(.make("k"), to: value, step))
            let expected = value.map {
                StateEntry(key: .make("k"), value: $0, changed: Int64(100 + index))
            }
            #expect(try await fixture.second.state(.make("k")) == expected)
            (step.state, step.output) = (.done, "true")
            #expect(try await fixture.store.steps(of: "r1").last == step)
        }
    }

    @Test(arguments: Place.allCases)
    func `a step that sets a value keeps its own output`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        try await fixture.begun()
        var step = StepRecord.make(0)
        step.output = "null"
        _ = try await fixture.set(.make("k"), to: "1", step)
        (step.state, step.ended) = (.done, step.started)
        #expect(try await fixture.store.steps(of: "r1") == [step])
    }

    @Test(arguments: Place.allCases)
    func `values come in the order of their keys, those that begin so`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        try await fixture.begun()
        let keys = [
            "b", "a/2", "a/10", "ä", "a", "a\u{0}b", "a/\u{10FFFF}x", "A", "a%", "a_", "e\u{301}",
            "\u{e9}",
        ]
        for (index, key) in keys.enumerated() {
            _ = try await fixture.set(.make(key), to: "\(index)", .make(index))
        }
        _ = try await fixture.set(.make("a/3", in: "other"), to: "0", .make(99))
        let found = { (prefix: String) in
            try await fixture.store.states(in: "plugin", prefix: prefix).map { Array($0.key.key.utf8) }
        }
        let bytes = { (keys: [String]) in keys.map { Array($0.utf8) } }
        #expect(
            try await found("")
                == bytes([
                    "A", "a", "a\u{0}b", "a%", "a/10", "a/2", "a/\u{10FFFF}x", "a_", "b", "e\u{301}", "ä",
                    "\u{e9}",
                ])
        )
        #expect(try await found("a/") == bytes(["a/10", "a/2", "a/\u{10FFFF}x"]))
        #expect(try await found("a_") == bytes(["a_"]))
        #expect(try await found("zz") == [])
    }

    @Test(arguments: Place.allCases)
    func `keys that look alike, and namespaces, are kept apart`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        try await fixture.begun()
        let keys: [StateKey] = [
            .make("k"), .make("k", in: "other"), .make("k\u{0}"), .make("e\u{301}"), .make("\u{e9}"),
        ]
        for (index, key) in keys.enumerated() {
            _ = try await fixture.set(key, to: "\(index)", .make(index))
        }
        for (index, key) in keys.enumerated() {
            #expect(try await fixture.store.state(key)?.value == "\(index)")
        }
    }
}

@Suite(.serialized, .timeLimit(.minutes(5))) struct StateChangeRules {
    @Test(arguments: Place.allCases)
    func `a value is set where it is the expected one`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        try await fixture.begun()
        let steps: [(to: String?, expecting: String?, answer: Bool, value: String?)] = [
            ("1", "0", false, nil), ("1", nil, true, "1"), ("2", nil, false, "1"), ("2", "1", true, "2"),
            (nil, "1", false, "2"), (nil, "2", true, nil), (nil, nil, true, nil),
        ]
        for (index, step) in steps.enumerated() {
            let answer = try await fixture.set(
                .make("k"),
                to: step.to,
                expecting: .some(step.expecting),
                .make(index)
            )
            #expect(answer == step.answer)
            #expect(try await fixture.second.state(.make("k"))?.value == step.value)
        }
        let outputs = try await fixture.store.steps(of: "r1").map(\.output)
        #expect(outputs == steps.map { "\($0.answer)" })
    }

    @Test(arguments: Place.allCases)
    func `of eight that expect the same value one sets it`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        let answers = try await fixture.race { store, index in
            try await store.setState(
                .make("k"),
                to: "\(index)",
                expecting: .some(nil),
                recording: .make(index),
                for: claim
            )
        }
        #expect(answers.filter { $0 }.count == 1)
        #expect(try await fixture.store.steps(of: "r1").count == 8)
    }

    @Test(arguments: Place.allCases)
    func `a step that is recorded already does not set the value again`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        try await fixture.begun()
        _ = try await fixture.set(.make("k"), to: "1", .make(0))
        for expected in [nil, .some("1")] as [String??] {
            await expect(throws: .recordedAlready(StepRecord.make(0).key)) {
                _ = try await fixture.set(.make("k"), to: "2", expecting: expected, .make(0))
            }
        }
        #expect(try await fixture.store.state(.make("k"))?.value == "1")
    }
}
