import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import RunJournal
import Testing

/// Questions that scripts ask a person.
@Suite(.timeLimit(.minutes(5))) struct AskTests {
    /// A site whose host asks this, and notes what it is asked.
    private func site(
        _ questions: Box<[Question]> = Box([]),
        asking ask: (@Sendable (Question) async throws -> String?)? = nil
    ) throws -> Revival {
        var site = try Revival()
        site.change = { environment in
            guard let ask else { return }
            environment.ask = { question in
                questions.change { $0.append(question) }
                return try await ask(question)
            }
        }
        return site
    }

    private static let step = StepKey(run: "r1", sequence: 0)

    @Test func `the answer of a person is the value, and goes on after a kill`() async throws {
        let questions = Box<[Question]>([])
        let site = try site(questions) { _ in "n" }
        let script =
            "local a = run.ask('Delete it?', { details = 'all of it' }) print('stop') time.now() return a"
        try await site.run(script)
        #expect(questions.value == [Question("Delete it?", details: "all of it")])
        #expect(try await site.resume().values == ["no"])
        #expect(questions.value.count == 1)
        #expect(try await site.makeHost().replay(site.record).result.values == ["no"])
        #expect(questions.value.count == 1)
    }

    @Test func `without anybody to ask the run is parked with the question`() async throws {
        let site = try site()
        let result = try await site.run("return run.ask('Which?', { choices = { 'all', 'some', 'none' } })")
        #expect(result.status == .parked)
        #expect(
            result.message
                == "the run waits for a person: Which? Answer all, some or none with 'moonkeep resume r1 --answer ANSWER'."
        )
        let open = try await site.makeHost().questions(of: site.record)
        #expect(open.map(\.step) == [Self.step])
        #expect(open.map(\.kind) == [.ask])
        #expect(open.map(\.question.asked) == [Question("Which?", choices: ["all", "some", "none"])])
        #expect(open.map(\.question.reason) == ["Which?"])
    }

    @Test(arguments: [("some", "some"), ("SO", "some"), (" none\n", "none")])
    func `a decision answers it, as a choice or its unique beginning`(answer: String, choice: String)
        async throws
    {
        let site = try site()
        try await site.run("return run.ask('Which?', { choices = { 'all', 'some', 'none' } })")
        try await site.makeHost().decide(.answer(answer), about: Self.step)
        #expect(try await site.makeHost().questions(of: site.record).isEmpty)
        #expect(try await site.resume().values == [.string(choice)])
    }

    @Test(arguments: [
        ("maybe", "'maybe' is no answer to 'Which?'. Answer stop, skip or go."),
        ("s", "'s' may be 'stop' or 'skip'. Answer stop, skip or go."),
        ("", "'' is no answer to 'Which?'. Answer stop, skip or go."),
        ("a\u{1b}[2J", "'a?[2J' is no answer to 'Which?'. Answer stop, skip or go."),
    ])
    func `an answer that is no choice is refused`(answer: String, message: String) async throws {
        let site = try site()
        try await site.run("return run.ask('Which?', { choices = { 'stop', 'skip', 'go' } })")
        let error = await #expect(throws: BackupError.self) {
            try await site.makeHost().decide(.answer(answer), about: Self.step)
        }
        #expect(error?.description == message)
        #expect(try await site.makeHost().questions(of: site.record).count == 1)
    }

    @Test(arguments: [StepChoice.adopt("b1"), .happened, .startAgain])
    func `a question takes nothing but an answer`(choice: StepChoice) async throws {
        let site = try site()
        try await site.run("return run.ask('Go on?')")
        let error = await #expect(throws: BackupError.self) {
            try await site.makeHost().decide(choice, about: Self.step)
        }
        #expect(error?.description == "step 'r1/0#0' (run.ask) asks a person 'Go on?'. Answer yes or no.")
    }

    @Test func `what asks nothing takes no answer`() async throws {
        let site = try site()
        try await site.run("time.now() print('stop') run.ask('Go on?')")
        let error = await #expect(throws: BackupError.self) {
            try await site.makeHost().decide(.answer("yes"), about: Self.step)
        }
        #expect(error?.description == "step 'r1/0#0' (time.now) asks no question that has answers")
    }

    @Test func `a run with a question can be given up`() async throws {
        let site = try site()
        try await site.run("run.ask('Go on?')")
        try await site.makeHost().decide(.giveUp, about: Self.step)
        #expect(try await site.record.status == .failed)
    }

    @Test func `a host that finds nobody parks the run`() async throws {
        let site = try site { _ in nil }
        #expect(try await site.run("run.ask('Go on?')").status == .parked)
        #expect(try await site.makeHost().questions(of: site.record).count == 1)
    }

    @Test func `an answer of the host that is no choice is the script's error`() async throws {
        let site = try site { _ in "perhaps" }
        let result = try await site.run("run.ask('Go on?')")
        #expect(result.failure?.code == "invalid_request")
        #expect(result.failure?.message == "'perhaps' is no answer to 'Go on?'")
    }

    @Test func `when the time is over the default is taken`() async throws {
        let site = try site()
        let run = Task { try await site.run("return run.ask('Go on?', { default = 'no', timeout = '5m' })") }
        try await site.clock.waitForSleepers()
        let asked = site.news.value.compactMap { event in
            if case .asked(let question) = event { question.question.asked } else { nil }
        }
        let deadline = Timestamp.sample.advanced(by: .seconds(300))
        #expect(asked == [Question("Go on?", preset: "no", deadline: deadline)])
        site.clock.advance(by: .seconds(300))
        #expect(try await run.value.values == ["no"])
    }

    @Test func `a person who is asked answers before the time is over`() async throws {
        let site = try site { _ in "y" }
        let result = try await site.run("return run.ask('Go on?', { default = 'no', timeout = '5m' })")
        #expect(result.values == ["yes"])
    }

    @Test func `a host that finds nobody waits for the default`() async throws {
        let site = try site { _ in nil }
        let run = Task { try await site.run("return run.ask('Go on?', { default = 'no', timeout = '5m' })") }
        try await site.clock.waitForSleepers()
        site.clock.advance(by: .seconds(300))
        #expect(try await run.value.values == ["no"])
    }

    @Test func `the time counts from the first time that the run came to the question`() async throws {
        var site = try site()
        let now = Box(Timestamp.sample)
        site.now = { now.value }
        let control = RunControl()
        let source = LuaSource(
            name: "test.lua",
            text: "return run.ask('Go on?', { default = 'no', timeout = '5m' })"
        )
        let host = site.makeHost()
        let run = Task { try await host.run(source, control: control) }
        try await site.clock.waitForSleepers()
        control.interrupt()
        _ = try await run.value
        now.change { $0 = $0.advanced(by: .seconds(200)) }
        let resumed = Task { [site] in try await site.resume() }
        try await site.clock.waitForSleepers()
        site.clock.advance(by: .seconds(100))
        #expect(try await resumed.value.values == ["no"])
    }

    @Test func `a run that is taken up after the time takes the default and asks nobody`() async throws {
        let questions = Box<[Question]>([])
        var site = try site(questions) { _ in "yes" }
        let now = Box(Timestamp.sample)
        site.now = { now.value }
        let script = "return run.ask('Go on?', { default = 'no', timeout = '5m' })"
        let dying = site.journal.watched { write in
            if case .ask = write { JournalError(.claimLost, "dead") } else { nil }
        }
        try await site.run(script, journal: dying)
        #expect(try await site.steps == ["0#0 run.ask intent"])
        now.change { $0 = $0.advanced(by: .seconds(301)) }
        #expect(try await site.resume().values == ["no"])
        #expect(questions.value.isEmpty)
    }

    @Test func `a run that waits hears an answer in the journal`() async throws {
        let asked = Gate()
        let site = try site { _ in
            asked.open()
            try await Gate().pass()
            return nil
        }
        let run = Task { try await site.run("return run.ask('Go on?')") }
        try await asked.pass()
        try await site.makeHost().decide(.answer("yes"), about: Self.step)
        #expect(try await run.value.values == ["yes"])
    }

    @Test func `an answer in the journal counts where it was first`() async throws {
        let (asked, answers) = (Gate(), Gate())
        let site = try site { _ in
            asked.open()
            try await answers.pass()
            return "no"
        }
        let run = Task { try await site.run("return run.ask('Go on?')") }
        try await asked.pass()
        try await site.makeHost().decide(.answer("yes"), about: Self.step)
        answers.open()
        #expect(try await run.value.values == ["yes"])
    }

    @Test func `nothing but an answer is decided while the run waits`() async throws {
        let (asked, answers) = (Gate(), Gate())
        let site = try site { _ in
            asked.open()
            try await answers.pass()
            return "no"
        }
        let run = Task { try await site.run("return run.ask('Go on?')") }
        try await asked.pass()
        let error = await #expect(throws: JournalError.self) {
            try await site.makeHost().decide(.giveUp, about: Self.step)
        }
        #expect(error?.code == .conflict)
        answers.open()
        #expect(try await run.value.values == ["no"])
    }

    @Test func `wherever the host dies, a question of a parked run is answered once`() async throws {
        var deaths = 0
        for point in 1... {
            let site = try site()
            let writes = Box(0)
            let journal = site.journal.watched(
                after: { _ in
                    writes.change {
                        $0 += 1; return $0
                    } == point ? JournalError(.claimLost, "dead") : nil
                }
            )
            var answers = 0
            var result = try? await site.run("return run.ask('Go on?') .. time.now()", journal: journal)
            while let run = try? await site.record, !run.status.isOver {
                if run.status == .parked, let open = try await site.makeHost().questions(of: run).first {
                    try await site.makeHost().decide(.answer("yes"), about: open.step)
                    answers += 1
                }
                result = try? await site.resume(journal: journal)
            }
            guard writes.value >= point else { break }
            if answers > 0 {
                #expect(answers == 1, "after a death at \(point)")
                let end = try await site.makeHost().replay(site.record).result
                #expect(end.values == [.string("yes" + Timestamp.sample.description)])
            } else {
                // It died before there was a run.
                #expect(result == nil && point == 1)
            }
            deaths += 1
        }
        #expect(deaths > 5)
    }

    @Test func `a cancelled run gives its question up`() async throws {
        let asked = Gate()
        let site = try site { _ in
            asked.open()
            try await Gate().pass()
            return nil
        }
        let run = Task { try await site.run("run.ask('Go on?')") }
        try await asked.pass()
        run.cancel()
        #expect(try await run.value.status == .cancelled)
    }

    @Test(arguments: [
        ("run.ask('')", "bad argument #1 to 'run.ask': a question expected, got \"\""),
        ("run.ask({})", "bad argument #1 to 'run.ask': string expected, got table"),
        ("run.ask('Go on?', { timeout = 5 })", "timeout: a 'default' to take then is missing"),
        ("run.ask('Go on?', { default = 'maybe' })", "default: yes or no expected, got \"maybe\""),
        ("run.ask('Go on?', { choices = {} })", "choices: a list of 1 to 50 texts expected, got table"),
        ("run.ask('Go on?', { choices = { 'a', 'a' } })", "choices: \"a\" stands there twice"),
        ("run.ask('Go on?', { choices = { 'a', '' } })", "choices: each of 1 to 100 bytes"),
        ("run.ask('Go on?', { choices = { 'a', ' b' } })", "choices: each of 1 to 100 bytes"),
        ("run.ask('Go on?', { choices = { 'a\\nb' } })", "choices: each of 1 to 100 bytes"),
        ("run.ask('Go on?', { choices = { 'a', {} } })", "choices: string expected, got table"),
        ("run.ask('Go on?', { choice = { 'a' } })", "there is no option 'choice'; did you mean 'choices'?"),
    ])
    func `what cannot be asked is a bad argument, and no step`(script: String, message: String) async throws {
        let site = try site { _ in "yes" }
        let failure = try await site.run(script).failure
        #expect(failure?.code == "bad_argument")
        #expect(failure?.message.contains(message) == true, "\(failure?.message ?? "")")
        #expect(try await site.steps.isEmpty)
        let plan = try await site.makeHost().plan(LuaSource(name: "test.lua", text: script))
        #expect(plan.result.failure?.code == "bad_argument")
    }

    @Test func `a plan shows the question, and takes the default or the first choice`() async throws {
        let site = try site()
        let script = """
            return run.ask('Go on?', { default = 'no' }) .. run.ask('Which?', { choices = { 'a', 'b' } })
            """
        let plan = try await site.makeHost().plan(LuaSource(name: "test.lua", text: script))
        #expect(plan.result.values == ["noa"])
        #expect(
            plan.steps.map(\.description) == [
                #"run.ask("Go on?",{"default":"no"})"#, #"run.ask("Which?",{"choices":["a","b"]})"#,
            ]
        )
    }

    @Test func `in a session without anybody to ask a question fails`() async throws {
        let session = try await site().makeHost().openSession()
        let failure = await #expect(throws: SessionFailure.self) {
            try await session.run(SessionLine("run.ask('Go on?')"))
        }
        #expect(failure?.failure.message == "nobody can be asked: the session has no terminal")
        #expect(await session.isOver == false)
        _ = await session.end()
    }
}
