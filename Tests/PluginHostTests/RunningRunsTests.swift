import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import RunJournal
import Testing

@Suite(.timeLimit(.minutes(5))) struct RunningRunsTests {
    private static let sleeping = LuaSource(name: "a.lua", text: "task.sleep('1h') print('done')")

    @Test func `a run goes on beside its caller, and its end is told`() async throws {
        let (fixture, runs, ends) = (try Fixture(), RunningRuns(), Box<[String]>([]))
        let id = try await runs.run(Self.sleeping, on: fixture.host) { run, end in
            ends.change { $0.append("\(run) \((try? end.get().status.rawValue) ?? "")") }
        }
        #expect(id == "r1")
        #expect(runs.contains("r1"))
        try await fixture.clock.waitForSleepers()
        fixture.clock.advance(by: .seconds(3_600))
        await runs.settle()
        #expect(ends.value == ["r1 ok"])
        #expect(!runs.contains("r1"))
    }

    @Test func `runs that are stopped are not over, and go on when they are resumed`() async throws {
        let (fixture, runs, ends) = (try Fixture(), RunningRuns(), Box<[RunHalt?]>([]))
        _ = try await runs.run(Self.sleeping, on: fixture.host) { _, end in
            ends.change { $0.append((try? end.get())?.halt) }
        }
        try await fixture.clock.waitForSleepers()
        await runs.stop()
        guard case .interrupted?? = ends.value.first else { throw CancellationError() }
        let run = try await fixture.journal.run("r1")
        #expect(run.status == .running)
        let later = RunningRuns()
        later.resume(run, on: fixture.host) { _, end in ends.change { $0.append((try? end.get())?.halt) } }
        #expect(later.contains("r1"))
        try await fixture.clock.waitForSleepers()
        fixture.clock.advance(by: .seconds(3_600))
        await later.settle()
        #expect(try await fixture.journal.run("r1").status == .ok)
    }

    @Test func `nothing begins after the stop`() async throws {
        let (fixture, runs) = (try Fixture(), RunningRuns())
        await runs.stop()
        await #expect(throws: CancellationError.self) {
            try await runs.run(Self.sleeping, on: fixture.host) { _, _ in }
        }
        #expect(try await fixture.journal.runs(limit: 1).isEmpty)
    }

    @Test func `what keeps a run from beginning is thrown, and no end is told`() async throws {
        let journal = RunStore.failing { _ in RunStore.diskFull }
        let (fixture, runs, ends) = (try Fixture(journal: journal), RunningRuns(), Box(0))
        await #expect(throws: JournalError.self) {
            try await runs.run(Self.sleeping, on: fixture.host) { _, _ in ends.change { $0 += 1 } }
        }
        await runs.settle()
        #expect(ends.value == 0)
    }
}
