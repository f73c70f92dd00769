internal import RunJournal

extension RunStoreContract.Fixture {
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

extension RunStoreContract {
    static let stateRules = [
        Rule("a value that was never set is not there") { fixture in
            try expect(try await fixture.store.state(.make("k")), is: nil, "the value")
            try expect(try await fixture.store.states(in: "plugin", prefix: ""), is: [], "the values")
        },
        Rule("a value is set, replaced and removed, each with its step") { fixture in
            try await fixture.begun()
            for (index, value) in ["1", #"{"a":"ä"}"#, nil, nil].enumerated() {
                var step = StepRecord.make(index, kind: .effect)
                step.ended = Int64(100 + index)
                try expect(try await fixture.set(.make("k"), to: value, step), is: true, "the answer")
                let expected = value.map {
                    StateEntry(key: .make("k"), value: $0, changed: Int64(100 + index))
                }
                try expect(try await fixture.second.state(.make("k")), is: expected, "the value")
                (step.state, step.output) = (.done, "true")
                try expect(try await fixture.store.steps(of: "r1").last, is: step, "the step")
            }
        },
        Rule("a step that sets a value keeps its own output") { fixture in
            try await fixture.begun()
            var step = StepRecord.make(0)
            step.output = "null"
            _ = try await fixture.set(.make("k"), to: "1", step)
            (step.state, step.ended) = (.done, step.started)
            try expect(try await fixture.store.steps(of: "r1"), is: [step], "the steps")
        },
        Rule("values come in the order of their keys, those that begin so") { fixture in
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
            try expect(
                try await found(""),
                is: bytes([
                    "A", "a", "a\u{0}b", "a%", "a/10", "a/2", "a/\u{10FFFF}x", "a_", "b", "e\u{301}", "ä",
                    "\u{e9}",
                ]),
                "the keys"
            )
            try expect(try await found("a/"), is: bytes(["a/10", "a/2", "a/\u{10FFFF}x"]), "the keys in a/")
            try expect(try await found("a_"), is: bytes(["a_"]), "the keys that begin with a_")
            try expect(try await found("zz"), is: [], "the keys that begin with zz")
        },
        Rule("keys that look alike, and namespaces, are kept apart") { fixture in
            try await fixture.begun()
            let keys: [StateKey] = [
                .make("k"), .make("k", in: "other"), .make("k\u{0}"), .make("e\u{301}"), .make("\u{e9}"),
            ]
            for (index, key) in keys.enumerated() {
                _ = try await fixture.set(key, to: "\(index)", .make(index))
            }
            for (index, key) in keys.enumerated() {
                try expect(try await fixture.store.state(key)?.value, is: "\(index)", "the value \(index)")
            }
        },
    ]

    static let stateChangeRules = [
        Rule("a value is set where it is the expected one") { fixture in
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
                try expect(answer, is: step.answer, "the answer of step \(index)")
                try expect(
                    try await fixture.second.state(.make("k"))?.value,
                    is: step.value,
                    "value \(index)"
                )
            }
            let outputs = try await fixture.store.steps(of: "r1").map(\.output)
            try expect(outputs, is: steps.map { "\($0.answer)" }, "the outputs")
        },
        Rule("of eight that expect the same value one sets it") { fixture in
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
            try expect(answers.filter { $0 }.count, is: 1, "the number of winners")
            try expect(try await fixture.store.steps(of: "r1").count, is: 8, "the number of steps")
        },
        Rule("a step that is recorded already does not set the value again") { fixture in
            try await fixture.begun()
            _ = try await fixture.set(.make("k"), to: "1", .make(0))
            for expected in [nil, .some("1")] as [String??] {
                try await expect(.recordedAlready(StepRecord.make(0).key), of: "the same step") {
                    _ = try await fixture.set(.make("k"), to: "2", expecting: expected, .make(0))
                }
            }
            try expect(try await fixture.store.state(.make("k"))?.value, is: "1", "the value")
        },
    ]
}
