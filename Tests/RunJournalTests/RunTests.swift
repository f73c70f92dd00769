import RunJournal
import Testing

struct RunTests {
    let folder: TemporaryFolder
    let store: SQLiteRunStore

    init() throws {
        folder = try TemporaryFolder()
        store = try SQLiteRunStore(path: folder.journal)
    }

    @Test func `a run comes back as it was recorded, with its source`() async throws {
        try await store.begin(.make(), source: .make())
        #expect(try await store.run("r1") == .make())
        #expect(try await store.script("5ca1ab1e") == .make())
    }

    @Test func `runs come newest first, at most as many as wanted`() async throws {
        try await store.begin(.make("b", started: 2), source: .make())
        try await store.begin(.make("a", started: 3), source: .make())
        try await store.begin(.make("c", started: 1), source: .make())
        try await store.begin(.make("d", started: 3), source: .make())
        #expect(try await store.runs(limit: 3).map(\.id) == ["d", "a", "b"])
        #expect(try await store.runs(limit: 0).isEmpty)
    }

    @Test func `the end of a run is kept`() async throws {
        try await store.begin(.make(), source: .make())
        try await store.finish(
            "r1",
            RunEnd(status: .warning, outcome: "warning", message: "2 files", ended: 9)
        )
        var expected = RunRecord.make()
        expected.status = .warning
        expected.outcome = "warning"
        expected.message = "2 files"
        expected.ended = 9
        #expect(try await store.run("r1") == expected)
    }

    @Test func `a parked run has no end and can be finished`() async throws {
        try await store.begin(.make(), source: .make())
        try await store.finish("r1", RunEnd(status: .parked, message: "was it sent?", ended: 9))
        #expect(try await store.run("r1").ended == nil)
        try await store.finish("r1", RunEnd(status: .cancelled, ended: 10))
        #expect(try await store.run("r1").ended == 10)
    }

    @Test func `a status of a newer program survives`() async throws {
        var run = RunRecord.make()
        run.status = RunStatus(rawValue: "hibernating")
        try await store.begin(run, source: .make())
        #expect(try await store.run("r1").status == RunStatus(rawValue: "hibernating"))
        #expect(!run.status.isOver)
    }

    @Test func `a run that is over cannot end again`() async throws {
        try await store.begin(.make(), source: .make())
        try await store.finish("r1", RunEnd(status: .ok, ended: 9))
        await expectError(.conflict, "run 'r1' is over already, as ok") {
            try await store.finish("r1", RunEnd(status: .failed, ended: 10))
        }
    }

    @Test func `an id is taken once`() async throws {
        try await store.begin(.make(), source: .make())
        await expectError(.conflict, "run 'r1' is recorded already") {
            try await store.begin(.make(), source: .make())
        }
    }

    @Test func `a run cannot begin with the source of another script`() async throws {
        await expectError(
            .conflict,
            "run 'r1' has the script '5ca1ab1e', and the source is 'other'"
        ) {
            try await store.begin(.make(), source: .make(sha256: "other"))
        }
    }

    @Test func `a source is kept as it was first seen`() async throws {
        try await store.store(.make())
        var again = ScriptSource.make()
        again.name = "copy of nightly"
        try await store.store(again)
        #expect(try await store.script("5ca1ab1e").name == "nightly")
    }

    @Test func `an unknown script is named`() async throws {
        await expectError(.unknownScript, "no script with the SHA-256 'beef' is kept") {
            _ = try await store.script("beef")
        }
    }

    @Test func `a run is found by the beginning of its id`() async throws {
        for id in ["0190-aa", "0190-ab", "0190-ab-1", "02_%"] {
            try await store.begin(.make(id), source: .make())
        }
        #expect(try await store.run("0190-aa").id == "0190-aa")
        #expect(try await store.run("02").id == "02_%")
        #expect(try await store.run("0190-ab").id == "0190-ab", "a whole id is never ambiguous")
    }

    @Test func `a beginning of several ids is ambiguous and names them`() async throws {
        for id in ["0190-aa", "0190-ab"] { try await store.begin(.make(id), source: .make()) }
        await expectError(
            .ambiguousRun,
            "several runs have ids that begin with '0190'. Give more of the id: 0190-aa, 0190-ab."
        ) {
            _ = try await store.run("0190")
        }
    }

    @Test(arguments: ["", "9", "%", "_", "r11"])
    func `an unknown id is named`(id: String) async throws {
        try await store.begin(.make(), source: .make())
        await expectError(
            .unknownRun,
            "no run has the id '\(id)'. List the runs to see their ids."
        ) {
            _ = try await store.run(id)
        }
    }

    @Test func `a cancelled task still records`() async throws {
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await store.begin(.make(), source: .make())
            try await store.finish("r1", RunEnd(status: .cancelled, ended: 9))
        }
        try await task.value
        #expect(try await store.run("r1").status == .cancelled)
    }
}
