import BackupTesting
@testable import RunJournal
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct HistoryRules {
    /// Ten runs, one a second, by two scripts; every third failed, the last goes on.
    private func filled(_ place: Place) async throws -> JournalFixture {
        let fixture = try JournalFixture(place)
        for number in 0..<10 {
            var run = RunRecord.make("r\(number)", started: Int64(number) * 1_000_000)
            run.scriptName = number % 2 == 0 ? "even" : "odd"
            let claim = try await fixture.store.begin(run, source: .make())
            guard number < 9 else { continue }
            let status: RunStatus = number % 3 == 0 ? .failed : .ok
            try await fixture.store.finish(
                claim,
                RunEnd(status: status, ended: Int64(number) * 1_000_000 + 1)
            )
        }
        return fixture
    }

    @Test(arguments: Place.allCases)
    func `runs are listed by script, status and time, newest first`(place: Place) async throws {
        let store = try await filled(place).store
        func ids(_ filter: RunFilter) async throws -> [String] { try await store.runs(filter).map(\.id) }
        #expect(try await ids(RunFilter(limit: 3)) == ["r9", "r8", "r7"])
        #expect(try await ids(RunFilter(script: "odd")) == ["r9", "r7", "r5", "r3", "r1"])
        #expect(try await ids(RunFilter(statuses: [.failed])) == ["r6", "r3", "r0"])
        #expect(try await ids(RunFilter(statuses: [.failed, .running])) == ["r9", "r6", "r3", "r0"])
        #expect(try await ids(RunFilter(statuses: [.ok], limit: 2)) == ["r8", "r7"])
        #expect(try await ids(RunFilter(statuses: [])).isEmpty)
        #expect(try await ids(RunFilter(since: 3_000_000, before: 6_000_000)) == ["r5", "r4", "r3"])
        #expect(try await ids(RunFilter(script: "even", statuses: [.failed], since: 1)) == ["r6"])
        #expect(try await ids(RunFilter(limit: -1)).isEmpty)
    }

    @Test(arguments: Place.allCases)
    func `a list goes on after any run of it`(place: Place) async throws {
        let fixture = try await filled(place)
        // In the same microsecond as another one.
        _ = try await fixture.store.begin(.make("twin", started: 4_000_000), source: .make())
        var seen: [String] = []
        while true {
            let page = try await fixture.store.runs(RunFilter(marker: seen.last, limit: 2)).map(\.id)
            guard !page.isEmpty else { break }
            seen += page
        }
        #expect(seen == ["r9", "r8", "r7", "r6", "r5", "twin", "r4", "r3", "r2", "r1", "r0"])
        #expect(try await fixture.store.runs(RunFilter(marker: "unknown")).isEmpty)
    }

    @Test(arguments: Place.allCases)
    func `steps come page by page, progress left out, and are counted`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        try await fixture.store.append(
            (0..<6).map { .make($0, kind: $0 % 2 == 0 ? .read : .tick) },
            for: claim
        )
        let long = String(repeating: "x", count: 200_000)
        try await fixture.store.end(
            StepRecord.make(0).key,
            .done(output: "\"\(long)\""),
            ended: 1,
            for: claim
        )
        try await fixture.store.end(StepRecord.make(2).key, .failed(error: "{}"), ended: 1, for: claim)
        let store = fixture.store
        #expect(try await store.stepCounts(of: "r1") == StepCounts(all: 3, failed: 1, open: 1))
        #expect(try await store.stepCounts(of: "none") == StepCounts(all: 0, failed: 0, open: 0))
        #expect(try await store.steps(of: "r1", limit: 2).map(\.key.sequence) == [0, 2])
        #expect(try await store.steps(of: "r1", skipping: 2, limit: 2).map(\.key.sequence) == [4])
        #expect(try await store.steps(of: "r1", withTrouble: true, limit: 9).map(\.key.sequence) == [2, 4])
        #expect(try await store.steps(of: "r1", limit: 1).first?.output?.utf8.count == 200_002)
    }

    @Test(arguments: Place.allCases)
    func `the questions of a run are those that nobody has answered`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        for number in 0..<3 { try await fixture.store.record(.make(number), for: claim) }
        for number in [0, 2] {
            try await fixture.store.ask("{}", about: StepRecord.make(number).key, for: claim)
        }
        try await fixture.store.end(StepRecord.make(0).key, .failed(error: "{}"), ended: 1, for: claim)
        #expect(try await fixture.store.questions(of: "r1").map(\.key.sequence) == [2])
    }

    @Test(
        .enabled(if: SQLiteProgram.exists, "sqlite3 is not installed at \(SQLiteProgram.path)"),
        arguments: [
            RunFilter(), RunFilter(marker: "r1"), RunFilter(script: "nightly"),
            RunFilter(script: "nightly", marker: "r1"),
            RunFilter(statuses: [.failed]), RunFilter(statuses: [.failed, .warning], marker: "r1"),
            RunFilter(since: 1, before: 2),
        ]
    )
    func `no list looks at all runs`(filter: RunFilter) async throws {
        let folder = try TemporaryFolder()
        let store = try await RunStore.make(in: folder)
        // One that closes its file takes the log away, without which nobody who only reads can open it.
        defer { withExtendedLifetime(store) {} }
        let plan = try SQLiteProgram.run("EXPLAIN QUERY PLAN " + filter.query.text, on: folder.journal)
        #expect(plan.contains("USING INDEX"), "\(plan)")
        #expect(!plan.contains("TEMP B-TREE"), "\(plan)")
        #expect(!plan.contains("SCAN run\n"), "\(plan)")
    }
}
