import RunJournal
import Testing

struct StepTests {
    let folder: TemporaryFolder
    let store: SQLiteRunStore

    init() async throws {
        folder = try TemporaryFolder()
        store = try await SQLiteRunStore.make(in: folder)
    }

    @Test func `the key of a step reads as its idempotency key`() {
        #expect(StepKey(run: "r1", sequence: 5).description == "r1/0#5")
        #expect(StepRecord.make(3, task: "0/2.1").idempotencyKey == "r1/0/2.1#3")
    }

    @Test func `an intent comes back as it was recorded`() async throws {
        try await store.record(.make(0))
        #expect(try await store.steps(of: "r1") == [.make(0)])
    }

    @Test func `an intent that is done has its answer and its reference`() async throws {
        try await store.record(.make(0))
        try await store.end(
            StepRecord.make(0).key,
            .done(output: #""b1""#, externalReference: "b1"),
            ended: 3
        )
        var expected = StepRecord.make(0)
        expected.state = .done
        expected.output = #""b1""#
        expected.externalReference = "b1"
        expected.ended = 3
        #expect(try await store.steps(of: "r1") == [expected])
    }

    @Test func `an intent that failed has its error`() async throws {
        try await store.record(.make(0))
        try await store.end(StepRecord.make(0).key, .failed(error: #"{"code":"disk_full"}"#), ended: 3)
        let step = try #require(try await store.steps(of: "r1").first)
        #expect(step.state == .failed)
        #expect(step.error == #"{"code":"disk_full"}"#)
        #expect(step.output == nil)
    }

    @Test func `steps come in the order of recording, whatever their tasks and numbers`() async throws {
        for (task, sequence) in [("0", 0), ("0/1.2", 0), ("0/1.1", 0), ("0", 2), ("0", 1)] {
            try await store.record(.make(sequence, task: task))
        }
        try await store.end(StepKey(run: "r1", sequence: 0), .done(output: "1"), ended: 3)
        #expect(
            try await store.steps(of: "r1").map(\.key.description)
                == ["r1/0#0", "r1/0/1.2#0", "r1/0/1.1#0", "r1/0#2", "r1/0#1"]
        )
    }

    @Test func `ticks are written in a batch, all or none`() async throws {
        try await store.append((0..<100).map { .make($0, kind: .tick) })
        #expect(try await store.steps(of: "r1").map(\.key.sequence) == Array(0..<100))
        await expectError(.conflict, "step 'r1/0#99' is recorded already") {
            try await store.append([.make(100, kind: .tick), .make(99, kind: .tick)])
        }
        #expect(try await store.steps(of: "r1").count == 100)
        try await store.append([])
    }

    @Test func `a step is recorded once`() async throws {
        try await store.record(.make(0))
        await expectError(.conflict, "step 'r1/0#0' is recorded already") {
            try await store.record(.make(0, kind: .read))
        }
    }

    @Test func `a step ends once`() async throws {
        try await store.record(.make(0))
        try await store.end(StepKey(run: "r1", sequence: 0), .done(output: "1"), ended: 3)
        await expectError(.conflict, "step 'r1/0#0' has ended already, as done") {
            try await store.end(StepKey(run: "r1", sequence: 0), .failed(error: "{}"), ended: 4)
        }
    }

    @Test func `a step without an intent cannot end`() async throws {
        await expectError(.unknownStep, "no step 'r1/0#7' is recorded") {
            try await store.end(StepKey(run: "r1", sequence: 7), .done(output: "1"), ended: 3)
        }
    }

    @Test func `a step of an unknown run is refused`() async throws {
        var step = StepRecord.make(0)
        step.key.run = "r2"
        await expectError(.unknownRun, "no run has the id 'r2'. List the runs to see their ids.") {
            try await store.record(step)
        }
    }

    @Test func `two steps of one kind cannot own the same thing`() async throws {
        let message = "'b1' was recorded by the start step 'r1/0#0' and cannot be by 'r1/0#1' too"
        try await store.record(.make(0, externalReference: "b1"))
        await expectError(.conflict, message) {
            try await store.record(.make(1, externalReference: "b1"))
        }
        try await store.record(.make(1))
        await expectError(.conflict, message) {
            try await store.end(
                StepKey(run: "r1", sequence: 1),
                .done(output: "1", externalReference: "b1"),
                ended: 3
            )
        }
        try await store.record(.make(2, kind: .wait, externalReference: "b1"))
        try await store.record(.make(3))
    }
}
