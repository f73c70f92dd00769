internal import RunJournal

extension RunStoreContract {
    static let questionRules = [
        Rule("a question stands with its intent, the last one that was asked") { fixture in
            let claim = try await fixture.begun()
            try await fixture.store.record(.make(0), for: claim)
            for question in ["1", "2"] {
                try await fixture.store.ask(question, about: StepRecord.make(0).key, for: claim)
            }
            var expected = StepRecord.make(0)
            expected.question = "2"
            try expect(try await fixture.second.steps(of: "r1"), is: [expected], "the steps")
        },
        Rule("nobody asks about an unknown step") { fixture in
            let claim = try await fixture.begun()
            try await expect(.unknownStep(StepRecord.make(0).key), of: "a question") {
                try await fixture.store.ask("{}", about: StepRecord.make(0).key, for: claim)
            }
        },
        Rule("nobody asks about a step that has ended") { fixture in
            let claim = try await fixture.begun()
            try await fixture.store.record(.make(0), for: claim)
            let key = StepRecord.make(0).key
            try await fixture.store.end(key, .failed(error: "{}"), ended: 3, for: claim)
            try await expect(.alreadyEnded(key, state: .failed), of: "a question") {
                try await fixture.store.ask("{}", about: key, for: claim)
            }
        },
        Rule("a question that is asked again takes back what was decided before") { fixture in
            _ = try await fixture.parked()
            let key = StepRecord.make(0).key
            try await fixture.store.decide(key, .again, at: 6)
            try await fixture.store.ask("{}", about: key, for: try await fixture.taken())
            let step = try await fixture.store.steps(of: "r1").first
            try expect(step?.isToBeRepeated, is: false, "whether it is to be done again")
            try expect(step?.question, is: "{}", "the question")
        },
    ]

    static let repetitionRules = [
        Rule("a step that is begun again has a new watermark, and what was decided is used up") { fixture in
            _ = try await fixture.parked()
            let key = StepRecord.make(0).key
            try await fixture.store.decide(key, .again, at: 6)
            try await fixture.store.beginAgain(key, watermark: #"["b1"]"#, for: try await fixture.taken())
            var expected = StepRecord.make(0)
            expected.watermark = #"["b1"]"#
            try expect(try await fixture.second.steps(of: "r1"), is: [expected], "the steps")
        },
        Rule("a step that is unknown or has ended cannot be begun again") { fixture in
            let claim = try await fixture.begun()
            let key = StepRecord.make(0).key
            try await expect(.unknownStep(key), of: "beginning again") {
                try await fixture.store.beginAgain(key, watermark: nil, for: claim)
            }
            try await fixture.store.record(.make(0), for: claim)
            try await fixture.store.end(key, .done(output: "1"), ended: 3, for: claim)
            try await expect(.alreadyEnded(key, state: .done), of: "beginning again") {
                try await fixture.store.beginAgain(key, watermark: nil, for: claim)
            }
        },
    ]

    static let decisionRules = [
        Rule("an adopted step is done and nobody asks about it any more") { fixture in
            _ = try await fixture.parked()
            let before = try await fixture.store.run("r1")
            let decision = StepDecision.adopt(output: #""b1""#, externalReference: "b1")
            try await fixture.second.decide(StepRecord.make(0).key, decision, at: 6)
            var expected = StepRecord.make(0, externalReference: "b1")
            (expected.state, expected.output, expected.ended) = (.done, #""b1""#, 6)
            try expect(try await fixture.store.steps(of: "r1"), is: [expected], "the steps")
            try expect(try await fixture.store.run("r1"), is: before, "the run")
        },
        Rule("a step that is to be done again says so and stays an intent") { fixture in
            _ = try await fixture.parked()
            let before = try await fixture.store.run("r1")
            try await fixture.store.decide(StepRecord.make(0).key, .again, at: 6)
            var expected = StepRecord.make(0)
            expected.isToBeRepeated = true
            try expect(try await fixture.second.steps(of: "r1"), is: [expected], "the steps")
            try expect(try await fixture.store.run("r1"), is: before, "the run")
        },
        Rule("a run that is given up has failed, and its locks are free") { fixture in
            let claim = try await fixture.parked()
            let key = StepRecord.make(0).key
            _ = try await fixture.store.lock("db", .exclusive, by: key, at: 3, for: claim)
            try await fixture.store.decide(key, .giveUp(message: "nobody knows"), at: 6)
            let run = try await fixture.second.run("r1")
            try expect(run.status, is: .failed, "the status")
            try expect(run.outcome, is: "failed", "the outcome")
            try expect(run.message, is: "nobody knows", "the message")
            try expect(run.ended, is: 6, "the end")
            try expect(try await fixture.store.locks(), is: [], "the locks")
            try expect(try await fixture.store.steps(of: "r1"), is: [.make(0)], "the steps")
            try expect(try await fixture.store.unfinishedRuns(), is: [], "the runs that are not over")
        },
        Rule("an unknown step cannot be decided") { fixture in
            _ = try await fixture.parked()
            try await expect(.unknownStep(StepRecord.make(1).key), of: "a decision") {
                try await fixture.store.decide(StepRecord.make(1).key, .again, at: 6)
            }
        },
        Rule("a step of a run that is not parked cannot be decided") { fixture in
            _ = try await fixture.parked()
            _ = try await fixture.taken()
            try await expect(.notParked("r1", status: .running), of: "a decision") {
                try await fixture.store.decide(StepRecord.make(0).key, .again, at: 6)
            }
        },
        Rule("what a running run asks a person can be answered, and nothing else decided") { fixture in
            let claim = try await fixture.begun()
            var step = StepRecord.make(0)
            step.kind = .ask
            try await fixture.store.record(step, for: claim)
            let answer = StepDecision.adopt(output: "true", externalReference: nil)
            try await expect(.noQuestion(about: step.key), of: "an answer") {
                try await fixture.store.decide(step.key, answer, at: 6)
            }
            try await fixture.store.ask("{}", about: step.key, for: claim)
            for decision in [StepDecision.again, .giveUp(message: "no")] {
                try await expect(.notParked("r1", status: .running), of: "a decision") {
                    try await fixture.store.decide(step.key, decision, at: 6)
                }
            }
            try await fixture.second.decide(step.key, answer, at: 6)
            (step.state, step.output, step.ended) = (.done, "true", 6)
            try expect(try await fixture.store.step(step.key), is: step, "the step")
            try await expect(.alreadyEnded(step.key, state: .done), of: "the end of the step") {
                try await fixture.store.end(step.key, .done(output: "1"), ended: 7, for: claim)
            }
        },
        Rule("a step about which nobody asks cannot be decided, nor one twice") { fixture in
            let claim = try await fixture.parked()
            try await fixture.store.record(.make(1), for: claim)
            let key = StepRecord.make(0).key
            try await fixture.store.decide(key, .again, at: 6)
            for step in [key, StepRecord.make(1).key] {
                try await expect(.noQuestion(about: step), of: "a decision") {
                    try await fixture.store.decide(step, .giveUp(message: "no"), at: 7)
                }
            }
            try expect(try await fixture.store.run("r1").status, is: .parked, "the status")
        },
        Rule("a step that has ended cannot be decided") { fixture in
            _ = try await fixture.parked()
            let key = StepRecord.make(0).key
            try await fixture.store.decide(key, .adopt(output: "1", externalReference: nil), at: 6)
            try await expect(.alreadyEnded(key, state: .done), of: "a decision") {
                try await fixture.store.decide(key, .again, at: 7)
            }
        },
        Rule("what another step owns cannot be adopted") { fixture in
            let claim = try await fixture.begun("r2")
            let owner = StepRecord.make(0, of: "r2", externalReference: "b1")
            try await fixture.store.record(owner, for: claim)
            _ = try await fixture.parked()
            let key = StepRecord.make(0).key
            let before = try await fixture.store.steps(of: "r1")
            try await expect(
                .referenceTaken("b1", kind: .start, owner: owner.key, by: key),
                of: "an adoption"
            ) {
                try await fixture.store.decide(key, .adopt(output: "1", externalReference: "b1"), at: 6)
            }
            try expect(try await fixture.store.steps(of: "r1"), is: before, "the steps")
        },
        Rule("of eight that decide one does") { fixture in
            _ = try await fixture.parked()
            let winners = try await fixture.race { store, index in
                let decision = StepDecision.adopt(output: "\(index)", externalReference: nil)
                try await store.decide(StepRecord.make(0).key, decision, at: 6)
                return "\(index)"
            }
            try expect(winners.count, is: 1, "the number of winners")
            let output = try await fixture.store.steps(of: "r1").first?.output
            try expect(output, is: winners.first, "the output")
        },
    ]
}
