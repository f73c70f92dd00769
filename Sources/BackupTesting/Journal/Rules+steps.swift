internal import RunJournal

extension RunStoreContract {
    static let stepRules = [
        Rule("an intent comes back as it was recorded") { fixture in
            let claim = try await fixture.begun()
            try await fixture.store.record(.make(0), for: claim)
            try expect(try await fixture.second.steps(of: "r1"), is: [.make(0)], "the steps")
        },
        Rule("a step that is done or failed at once comes back as it was recorded") { fixture in
            let claim = try await fixture.begun()
            var done = StepRecord.make(0, kind: .read)
            (done.state, done.output, done.ended) = (.done, #"{"a":[1,"ä"]}"#, 3)
            var failed = StepRecord.make(1, kind: .read)
            (failed.state, failed.error, failed.ended, failed.watermark) = (.failed, "{}", 3, nil)
            for step in [done, failed] { try await fixture.store.record(step, for: claim) }
            try expect(try await fixture.second.steps(of: "r1"), is: [done, failed], "the steps")
        },
        Rule("the steps of an unknown run are none") { fixture in
            try expect(try await fixture.store.steps(of: "r1"), is: [], "the steps")
        },
        Rule("steps come in the order of recording, whatever their tasks and numbers") { fixture in
            let claim = try await fixture.begun()
            for (task, sequence) in [("0", 0), ("0/1.2", 0), ("0/1.1", 0), ("0", 2), ("0", 1)] {
                try await fixture.store.record(.make(sequence, task: task), for: claim)
            }
            try await fixture.store.end(StepRecord.make(0).key, .done(output: "1"), ended: 3, for: claim)
            let keys = try await fixture.store.steps(of: "r1").map(\.key.description)
            try expect(
                keys,
                is: ["r1/0#0", "r1/0/1.2#0", "r1/0/1.1#0", "r1/0#2", "r1/0#1"],
                "the keys"
            )
        },
        Rule("a step is recorded once") { fixture in
            let claim = try await fixture.begun()
            let first = StepRecord.make(0, externalReference: "b1")
            try await fixture.store.record(first, for: claim)
            for step in [first, .make(0, kind: .read), .make(0)] {
                try await expect(.recordedAlready(first.key), of: "the same step again") {
                    try await fixture.second.record(step, for: claim)
                }
            }
            try expect(try await fixture.store.steps(of: "r1"), is: [first], "the steps")
        },
        Rule("of eight that record a step one does") { fixture in
            let claim = try await fixture.begun()
            let winners = try await fixture.race { store, index in
                var step = StepRecord.make(0)
                step.input = "\(index)"
                try await store.record(step, for: claim)
                return step
            }
            try expect(winners.count, is: 1, "the number of winners")
            try expect(try await fixture.store.steps(of: "r1"), is: winners, "the steps")
        },
        Rule("steps that are recorded at the same time are all kept") { fixture in
            let claim = try await fixture.begun()
            _ = try await fixture.race { store, index in
                for sequence in 0..<5 {
                    try await store.record(.make(sequence, task: "0/\(index)"), for: claim)
                }
            }
            let keys = Set(try await fixture.store.steps(of: "r1").map(\.key))
            try expect(keys.count, is: 40, "the number of steps")
        },
        Rule("a claim is not good for another run's steps") { fixture in
            let claim = try await fixture.begun()
            try await fixture.begun("r2")
            let step = StepRecord.make(0, of: "r2")
            let error = JournalError.otherRunsStep(step.key, claim)
            try await expect(error, of: "recording") { try await fixture.store.record(step, for: claim) }
            try await expect(error, of: "appending") { try await fixture.store.append([step], for: claim) }
            try await fixture.store.record(step, for: RunClaim(run: "r2", fence: 1))
            try await expect(error, of: "ending") {
                try await fixture.store.end(step.key, .done(output: "1"), ended: 3, for: claim)
            }
            try await expect(error, of: "asking") {
                try await fixture.store.ask("{}", about: step.key, for: claim)
            }
            try await expect(error, of: "locking") {
                _ = try await fixture.store.lock("db", .shared, by: step.key, at: 3, for: claim)
            }
            try await expect(error, of: "unlocking") {
                try await fixture.store.unlock("db", by: step.key, for: claim)
            }
            try expect(try await fixture.store.steps(of: "r2"), is: [step], "the steps")
        },
        Rule("ticks are written in a batch, all or none") { fixture in
            let claim = try await fixture.begun()
            let ticks = (0..<100).map { StepRecord.make($0, kind: .tick) }
            try await fixture.store.append(ticks, for: claim)
            try expect(try await fixture.second.steps(of: "r1"), is: ticks, "the steps")
            for batch in [[100, 99], [100, 100]] {
                try await expect(.recordedAlready(StepRecord.make(batch[1]).key), of: "a step again") {
                    try await fixture.store.append(batch.map { .make($0, kind: .tick) }, for: claim)
                }
            }
            try await fixture.store.append([], for: claim)
            try expect(try await fixture.store.steps(of: "r1").count, is: 100, "the number of steps")
        },
        Rule("two steps of one kind cannot own the same thing") { fixture in
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
            try await expect(taken, of: "recording") { try await fixture.store.record(second, for: claim) }
            try await expect(taken, of: "appending") { try await fixture.store.append([second], for: claim) }
            try await fixture.store.record(.make(1), for: claim)
            try await expect(taken, of: "ending") {
                let result = StepResult.done(output: "1", externalReference: "b1")
                try await fixture.store.end(second.key, result, ended: 3, for: claim)
            }
            let wait = StepRecord.make(2, kind: .wait, externalReference: "b1")
            try await fixture.store.record(wait, for: claim)
            try expect(try await fixture.store.steps(of: "r1"), is: [first, .make(1), wait], "the steps")
        },
    ]

    static let stepEndRules = [
        Rule("an intent that is done has its answer and its reference") { fixture in
            let claim = try await fixture.begun()
            try await fixture.store.record(.make(0), for: claim)
            let result = StepResult.done(output: #""b1""#, externalReference: "b1")
            try await fixture.store.end(StepRecord.make(0).key, result, ended: 3, for: claim)
            var expected = StepRecord.make(0, externalReference: "b1")
            (expected.state, expected.output, expected.ended) = (.done, #""b1""#, 3)
            try expect(try await fixture.second.steps(of: "r1"), is: [expected], "the steps")
        },
        Rule("an end without a reference leaves that of the intent") { fixture in
            let claim = try await fixture.begun()
            let step = StepRecord.make(0, externalReference: "b1")
            try await fixture.store.record(step, for: claim)
            try await fixture.store.end(step.key, .done(output: "1"), ended: 3, for: claim)
            let found = try await fixture.store.steps(of: "r1").first?.externalReference
            try expect(found, is: "b1", "the reference")
        },
        Rule("an intent that failed has its error") { fixture in
            let claim = try await fixture.begun()
            try await fixture.store.record(.make(0), for: claim)
            let error = #"{"code":"disk_full"}"#
            try await fixture.store.end(StepRecord.make(0).key, .failed(error: error), ended: 3, for: claim)
            var expected = StepRecord.make(0)
            (expected.state, expected.error, expected.ended) = (.failed, error, 3)
            try expect(try await fixture.store.steps(of: "r1"), is: [expected], "the steps")
        },
        Rule("a step ends once") { fixture in
            let claim = try await fixture.begun()
            try await fixture.store.record(.make(0), for: claim)
            let key = StepRecord.make(0).key
            try await fixture.store.end(key, .done(output: "1"), ended: 3, for: claim)
            let before = try await fixture.store.steps(of: "r1")
            try await expect(.alreadyEnded(key, state: .done), of: "a second end") {
                try await fixture.second.end(key, .failed(error: "{}"), ended: 4, for: claim)
            }
            try expect(try await fixture.store.steps(of: "r1"), is: before, "the steps")
        },
        Rule("of eight that end a step one does") { fixture in
            let claim = try await fixture.begun()
            try await fixture.store.record(.make(0), for: claim)
            let winners = try await fixture.race { store, index in
                let result = StepResult.done(output: "\(index)")
                try await store.end(StepRecord.make(0).key, result, ended: 3, for: claim)
                return "\(index)"
            }
            try expect(winners.count, is: 1, "the number of winners")
            let output = try await fixture.store.steps(of: "r1").first?.output
            try expect(output, is: winners.first, "the output")
        },
        Rule("a step without an intent cannot end") { fixture in
            let claim = try await fixture.begun()
            let key = StepRecord.make(7).key
            try await expect(.unknownStep(key), of: "the end of an unknown step") {
                try await fixture.store.end(key, .done(output: "1"), ended: 3, for: claim)
            }
        },
    ]

    static let valueRules = [
        Rule("large texts of a step come back as they were") { fixture in
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
            try expect(steps == [intent, failed], is: true, "whether the steps are the recorded ones")
        },
        Rule("a text that reads like something of the store's own comes back as it was") { fixture in
            let claim = try await fixture.begun()
            let zeros = String(repeating: "0", count: 64)
            var step = StepRecord.make(0)
            step.input = #"{"$value_file":"\#(zeros)","bytes":3}"#
            step.watermark = #"{"$value_file":"../../etc/passwd","bytes":3}"#
            try await fixture.store.record(step, for: claim)
            try expect(try await fixture.store.steps(of: "r1"), is: [step], "the steps")
        },
    ]
}
