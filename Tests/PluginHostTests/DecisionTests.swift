import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import RunJournal
import Testing

/// Runs that only a person can help on.
@Suite(.timeLimit(.minutes(5))) struct DecisionTests {
    private static let script = "local id = backup.start('mail') report.text(backup.wait(id).state) return id"
    private static let one = "00000000-0000-4000-8000-000000000001"

    /// A run whose start was answered by nobody.
    private func parked(_ fates: Int = 1) async throws -> (site: Revival, service: UnsureService) {
        let service = UnsureService(
            InMemoryBackupService([.make("mail"), .make("web-files")]),
            fates: Array(
                repeating: .success(.unknown(reason: "two may be it", candidates: ["b2", "b1"])),
                count: fates
            )
        )
        service.lostAnswers.change { $0 = 1 }
        let site = try Revival(service: service)
        let result = try await site.run(Self.script)
        #expect(result.status == .parked)
        return (site, service)
    }

    @Test func `a start whose fate is unknown parks the run with a question`() async throws {
        let (site, service) = try await parked()
        let run = try await site.record
        #expect(run.status == .parked)
        #expect(run.outcome == nil)
        let message =
            "the run waits for a person: two may be it. Decide with 'moonkeep resume'; 'moonkeep runs' shows the choices."
        #expect(run.message == message)
        #expect(site.lines.last == "finished failed")
        #expect(service.base.startCount == 1)
        let questions = try await site.makeHost().questions(of: run)
        #expect(
            questions.map(\.question) == [
                StepQuestion(
                    call: #"backup.start("mail")"#,
                    reason: "two may be it",
                    candidates: ["b2", "b1"]
                )
            ]
        )
        #expect(questions.map(\.step) == [StepKey(run: "r1", sequence: 0)])
        #expect(questions.map(\.kind) == [.start])
    }

    @Test func `an adopted backup is the answer of its start`() async throws {
        let (site, service) = try await parked()
        try await site.makeHost().decide(.adopt(Self.one), about: StepKey(run: "r1", sequence: 0))
        #expect(try await site.makeHost().questions(of: site.record).isEmpty)
        let result = try await site.resume()
        #expect(result.values == [.string(Self.one)])
        #expect(result.outcome == .ok)
        #expect(service.base.startCount == 1)
        #expect(try await site.journal.steps(of: "r1").first?.externalReference == Self.one)
    }

    @Test(arguments: [
        ("b9", "no backup has the id 'b9'. List the backups to see their ids."),
        (
            "00000000-0000-4000-8000-000000000002",
            "backup '00000000-0000-4000-8000-000000000002' is one of configuration 'web-files', and the step has "
                + "started one of 'mail'"
        ),
    ])
    func `what is adopted has to be what the step may have started`(id: String, message: String) async throws
    {
        let (site, service) = try await parked()
        _ = try await service.base.start("web-files", key: nil)
        let error = await #expect(throws: BackupError.self) {
            try await site.makeHost().decide(.adopt(id), about: StepKey(run: "r1", sequence: 0))
        }
        #expect(error?.description == message)
        #expect(try await site.makeHost().questions(of: site.record).count == 1)
    }

    @Test func `a start that a person lets happen again is started once more`() async throws {
        let (site, service) = try await parked()
        try await site.makeHost().decide(.startAgain, about: StepKey(run: "r1", sequence: 0))
        let result = try await site.resume()
        #expect(result.outcome == .ok)
        #expect(service.base.startRequests.count == 2)
        #expect(service.reconciliations.value == 1)
    }

    @Test func `a host that dies after that asks again`() async throws {
        let (site, service) = try await parked(2)
        try await site.makeHost().decide(.startAgain, about: StepKey(run: "r1", sequence: 0))
        service.lostAnswers.change { $0 = 1 }
        let result = try await site.resume()
        #expect(result.status == .parked)
        #expect(service.base.startRequests.count == 2)
        let questions = try await site.makeHost().questions(of: site.record)
        #expect(questions.map(\.question.reason) == ["two may be it"])
    }

    @Test func `a run that is given up is over`() async throws {
        let (site, _) = try await parked()
        try await site.makeHost().decide(.giveUp, about: StepKey(run: "r1", sequence: 0))
        let run = try await site.record
        #expect(run.status == .failed)
        #expect(run.message == "the run was given up")
        let error = await #expect(throws: JournalError.self) { try await site.resume() }
        #expect(error?.description == "run 'r1' is over already, as failed")
    }

    @Test func `a run that nobody asks about can be given up too`() async throws {
        let site = try Revival()
        try await site.run("print('stop') time.now()")
        try await site.makeHost().giveUp(try await site.record)
        #expect(try await site.record.status == .failed)
    }

    @Test func `a choice that does not fit the step is refused`() async throws {
        let (site, _) = try await parked()
        let step = StepKey(run: "r1", sequence: 0)
        let error = await #expect(throws: BackupError.self) {
            try await site.makeHost().decide(.happened, about: step)
        }
        #expect(
            error?.description
                == "step 'r1/0#0' (backup.start) starts something whose id the script needs. Adopt it with its id."
        )
        let unknown = await #expect(throws: JournalError.self) {
            try await site.makeHost().decide(.startAgain, about: StepKey(run: "r1", sequence: 7))
        }
        #expect(unknown?.description == "no step 'r1/0#7' is recorded")
    }
}
