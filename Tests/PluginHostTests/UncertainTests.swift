import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import RunJournal
import Testing

/// Effects and services of which nobody knows what happened.
@Suite(.timeLimit(.minutes(5))) struct UncertainTests {
    private func site(_ calls: Box<Int>) throws -> Revival {
        var site = try Revival()
        site.modules = [
            Module("door", "A door.") {
                Function("open", "Opens it.", .step(.effect), Parameter<Text>("which", "Which one.")) {
                    _,
                    _ in
                    calls.change { $0 += 1 }
                    return "opened"
                }
                .recovering { _ in .park }
            }
        ]
        return site
    }

    private func dyingAtEnd(_ site: Revival) -> RunStore {
        site.journal.watched { write in
            if case .end = write { JournalError(.claimLost, "dead") } else { nil }
        }
    }

    @Test func `an effect that cannot be looked up parks the run`() async throws {
        let calls = Box(0)
        let site = try site(calls)
        try await site.run("return door.open('front')", journal: dyingAtEnd(site))
        let result = try await site.resume()
        #expect(result.status == .parked)
        #expect(calls.value == 1)
        let question = try #require(try await site.makeHost().questions(of: site.record).first)
        #expect(
            question.question
                == StepQuestion(
                    call: #"door.open("front")"#,
                    reason: "nobody knows whether door.open happened before the host died"
                )
        )
        try await site.makeHost().decide(.happened, about: question.step)
        #expect(try await site.resume().values == [.nil])
        #expect(calls.value == 1)
    }

    @Test func `it happens again if a person says so, once for each time`() async throws {
        let calls = Box(0)
        let site = try site(calls)
        try await site.run("return door.open('front')", journal: dyingAtEnd(site))
        try await site.resume()
        let step = StepKey(run: "r1", sequence: 0)
        let error = await #expect(throws: BackupError.self) {
            try await site.makeHost().decide(.adopt("x"), about: step)
        }
        #expect(error?.message == "step 'r1/0#0' (door.open) starts nothing that has an id")
        try await site.makeHost().decide(.startAgain, about: step)
        try await site.resume(journal: dyingAtEnd(site))
        #expect(calls.value == 2)
        #expect(try await site.resume().status == .parked)
        #expect(calls.value == 2)
        try await site.makeHost().decide(.startAgain, about: step)
        #expect(try await site.resume().values == ["opened"])
        #expect(calls.value == 3)
    }

    @Test func `a service that cannot be reached is asked again, and then a person is`() async throws {
        let lost = BackupError(.unreachable, "no route to host", isRetryable: true)
        let service = UnsureService(
            InMemoryBackupService([.make("mail")]),
            fates: Array(repeating: .failure(lost), count: 100)
        )
        let site = try Revival(service: service)
        let store = dyingAtEnd(site)
        try await site.run("backup.start('mail')", journal: store)
        let resumed = Task { try await site.resume() }
        for _ in 1..<15 {
            try await site.clock.waitForSleepers()
            site.clock.advance(by: .seconds(30))
        }
        let result = try await resumed.value
        #expect(result.status == .parked)
        #expect(service.reconciliations.value == 15)
        let questions = try await site.makeHost().questions(of: site.record)
        #expect(
            questions.map(\.question.reason) == ["the service could not be asked: no route to host"]
        )
    }

    @Test func `a service that comes back in time says what has become of a start`() async throws {
        let lost = BackupError(.unreachable, "no route to host", isRetryable: true)
        let service = UnsureService(
            InMemoryBackupService([.make("mail")]),
            fates: [.failure(lost), .failure(lost)]
        )
        let site = try Revival(service: service)
        try await site.run("return backup.start('mail')", journal: dyingAtEnd(site))
        let resumed = Task { try await site.resume() }
        for _ in 0..<2 {
            try await site.clock.waitForSleepers()
            site.clock.advance(by: .seconds(30))
        }
        #expect(try await resumed.value.values == ["00000000-0000-4000-8000-000000000001"])
        #expect(service.base.startCount == 1)
    }
}
