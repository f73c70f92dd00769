import BackupAPI
import BackupServer
import BackupTesting
import RunJournal
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct ConsoleTests {
    private let runs = TestRuns()

    @Test func `the first page says what needs a person, what runs, how backups stand and what is next`()
        async throws
    {
        let runs = TestRuns(schedules: [
            ServedSchedule(
                name: "scripts/weekly.lua",
                kind: "workflow",
                schedule: "weekly",
                timeZone: "UTC",
                nextTimes: [Timestamp.sample.advanced(by: .seconds(3_600))],
                problem: nil,
                slots: []
            )
        ])
        try await runs.park("Was it sent?")
        try await runs.end(try await runs.begin("bad", script: "nightly"), .failed, "the disk is full")
        _ = try await runs.begin("going", script: "long_one")
        try await withServer(runs: runs.served) { (server: Fixture) async throws in
            let page = try await Browser.signedIn(server).get("/")
            #expect(page.status == 200)
            #expect(
                page.body.contains("<h1 aria-live=\"polite\">2 things need you; no backup was made yet</h1>")
            )
            #expect(page.body.contains("<h3>Was it sent?</h3>"))
            #expect(page.body.contains("<button class=\"first\" name=\"choice\" value=\"no\">no</button>"))
            #expect(page.body.contains("<h3>the disk is full</h3>"))
            #expect(page.body.contains("<a href=\"/runs/going\"><b>long_one</b></a>"))
            #expect(page.body.contains("scripts/weekly.lua"))
            #expect(page.body.contains("in 1 h 00 min"))
            #expect(page.body.contains("Times are Europe/Zurich."))
        }
    }

    @Test func `a failure needs nobody once a later run of the script is good`() async throws {
        try await runs.end(
            try await runs.begin("r1", at: Timestamp.sample.advanced(by: .seconds(-60))),
            .failed,
            "no"
        )
        try await runs.end(try await runs.begin("r2"), .ok)
        try await withServer(runs: runs.served) { (server: Fixture) async throws in
            #expect(try await Browser.signedIn(server).get("/").body.contains("Nothing needs you"))
        }
    }

    @Test func `runs are listed page by page, by script and by trouble`() async throws {
        for number in 0..<120 {
            let claim = try await runs.begin("run-\(number)", script: number % 2 == 0 ? "even" : "odd")
            try await runs.end(claim, number == 7 ? .failed : .ok)
        }
        try await withServer(runs: runs.served) { (server: Fixture) async throws in
            let browser = try await Browser.signedIn(server)
            let first = try await browser.get("/runs").body
            #expect(first.contains("/runs/run-119\"") && first.contains("/runs/run-70\""))
            #expect(!first.contains("/runs/run-69\""))
            #expect(first.contains("after=run-70"))
            let second = try await browser.get("/runs?show=all&after=run-70").body
            #expect(second.contains("/runs/run-69\"") && !second.contains("/runs/run-70\""))
            let odd = try await browser.get("/runs?script=odd").body
            #expect(odd.contains("/runs/run-119\"") && !odd.contains("/runs/run-118\""))
            let trouble = try await browser.get("/runs?show=trouble").body
            #expect(trouble.contains("/runs/run-7\"") && !trouble.contains("/runs/run-8\""))
        }
    }

    @Test func `a run of 10,000 steps has pages of 200`() async throws {
        let claim = try await runs.begin()
        for start in stride(from: 0, to: 10_000, by: 1_000) {
            let steps = (start..<start + 1_000).map { number -> StepRecord in
                var step = StepRecord.make(number, kind: .read)
                (step.state, step.output, step.ended) = (.done, "1", 2_000_001)
                return step
            }
            try await runs.journal.append(steps, for: claim)
        }
        try await withServer(runs: runs.served) { (server: Fixture) async throws in
            let browser = try await Browser.signedIn(server)
            let page = try await browser.get("/runs/r1")
            #expect(page.body.contains("All 10000"))
            #expect(page.body.contains("page 1 of 50"))
            #expect(page.body.utf8.count < 300_000)
            let last = try await browser.get("/runs/r1?page=50").body
            #expect(last.contains("0#9999") && last.contains("0#9800") && !last.contains("0#9799"))
            #expect(try await browser.get("/runs/r1?page=9999999").body.contains("page 50 of 50"))
        }
    }

    @Test func `a failed step is shown with its error, and alone where only trouble is wanted`() async throws
    {
        let claim = try await runs.begin()
        for number in 0..<2 { try await runs.journal.record(.make(number, kind: .effect), for: claim) }
        let keys = (0..<2).map { StepRecord.make($0).key }
        try await runs.journal.end(keys[0], .done(output: "1"), ended: 2_100_000, for: claim)
        try await runs.journal.end(
            keys[1],
            .failed(error: #"{"message":"no space"}"#),
            ended: 2_100_000,
            for: claim
        )
        try await withServer(runs: runs.served) { (server: Fixture) async throws in
            let browser = try await Browser.signedIn(server)
            #expect(try await browser.get("/runs/r1").body.contains("no space"))
            let trouble = try await browser.get("/runs/r1?show=trouble").body
            #expect(trouble.contains(">0#1<") && !trouble.contains(">0#0<"))
        }
    }

    @Test func `a backup is started once, however often its form is sent, and seen with what is in it`()
        async throws
    {
        try await withServer(runs: runs.served) { (server: Fixture) async throws in
            let browser = try await Browser.signedIn(server)
            let page = try await browser.get("/backups/of/nightly")
            let form = [
                "form_token": try #require(page.formToken), "nonce": try #require(page.field("nonce")),
            ]
            let first = try await browser.post("/backups/of/nightly/start", form)
            let second = try await browser.post("/backups/of/nightly/start", form)
            #expect(first.status == 303)
            #expect(first.headers["location"] == second.headers["location"])
            #expect(try await server.service.backups(BackupFilter()).count == 1)
            let backup = try await browser.get(try #require(first.headers["location"]))
            #expect(backup.status == 200)
            #expect(backup.body.contains("<h1>nightly</h1>"))
        }
    }

    @Test func `a question is answered once; who comes later is told so`() async throws {
        try await runs.park()
        try await withServer(runs: runs.served) { [runs] (server: Fixture) async throws in
            let browser = try await Browser.signedIn(server)
            let other = try await Browser.signedIn(server)
            let late = try #require(try await other.get("/runs/asking").formToken)
            let answer = try await browser.send(
                "/runs/asking/decide",
                ["step": "0#0", "choice": "yes"],
                of: "/runs/asking"
            )
            #expect(answer.status == 303)
            #expect(runs.decisions == ["asking/0#0 answer(\"yes\")"])
            let second = try await other.post(
                "/runs/asking/decide",
                ["step": "0#0", "choice": "no", "form_token": late]
            )
            #expect(second.status == 409)
            #expect(second.body.contains("somebody was faster"))
            #expect(runs.decisions.count == 1)
        }
    }

    @Test func `an answer that is no choice decides nothing`() async throws {
        try await runs.park()
        try await withServer(runs: runs.served) { [runs] (server: Fixture) async throws in
            let browser = try await Browser.signedIn(server)
            let answer = try await browser.send(
                "/runs/asking/decide",
                ["step": "0#0", "choice": "maybe"],
                of: "/runs/asking"
            )
            #expect(answer.status == 400)
            #expect(runs.decisions.isEmpty)
        }
    }

    @Test func `a run is asked to stop, and one that is over cannot be`() async throws {
        let claim = try await runs.begin()
        try await withServer(runs: runs.served) { [runs] (server: Fixture) async throws in
            let browser = try await Browser.signedIn(server)
            #expect(try await browser.send("/runs/r1/cancel", of: "/runs/r1").status == 303)
            #expect(try await runs.journal.run("r1").isCancellationRequested)
            try await runs.end(claim, .cancelled)
            #expect(try await browser.send("/runs/r1/cancel", of: "/runs/r1").status == 409)
        }
    }

    @Test(arguments: ["/runs/none", "/backups/none", "/backups/of/none", "/nothing", "/runs/r1/x/y"])
    func `what is not there is a page that says so`(path: String) async throws {
        _ = try await runs.begin("r10")
        try await withServer(runs: runs.served) { (server: Fixture) async throws in
            let page = try await Browser.signedIn(server).get(path)
            #expect(page.status == 404 || page.status == 401, "\(page.body)")
        }
    }

    @Test func `without runs there is no console`() async throws {
        try await withServer { (server: Fixture) async throws in
            #expect(try await Browser(server).get("/").status == 401)
        }
    }
}
