import BackupAPI
import BackupServer
import BackupTesting
import RunJournal
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct ConsoleSafetyTests {
    private let runs = TestRuns()
    private static let pages = ["/", "/runs", "/runs/r1", "/backups", "/backups/of/nightly", "/workflows"]

    @Test(arguments: pages + ["/events"])
    func `who is not signed in sees the page to sign in, and comes back`(path: String) async throws {
        _ = try await runs.begin()
        try await withServer(runs: runs.served) { (server: Fixture) async throws in
            let page = try await Browser(server).get(path)
            #expect(page.status == 303)
            let next = path == "/" ? "" : "?next=" + path.percentEncoded
            #expect(page.headers["location"] == "/sign-in" + next)
            #expect(page.body.isEmpty)
        }
    }

    @Test func `a session's cookie is new each time, no token, and for pages of this server alone`()
        async throws
    {
        try await withServer(runs: runs.served) { (server: Fixture) async throws in
            let cookies = try await [1, 2].asyncMap { _ in
                let page = try await Browser(server).post("/session", ["token": server.token])
                return try #require(page.headers["set-cookie"])
            }
            #expect(cookies[0] != cookies[1])
            for cookie in cookies {
                #expect(cookie.hasPrefix("moonkeep-\(server.port)="))
                #expect(cookie.hasSuffix("; Path=/; HttpOnly; SameSite=Lax; Max-Age=604800"))
                #expect(!cookie.contains(server.token))
            }
        }
    }

    @Test func `a wrong token begins no session, and many are refused for a while`() async throws {
        try await withServer(runs: runs.served) { (server: Fixture) async throws in
            let browser = Browser(server)
            for _ in 0..<5 {
                let page = try await browser.post("/session", ["token": "0123456789"])
                #expect(page.status == 401)
                #expect(page.headers["set-cookie"] == nil)
                #expect(!page.body.contains("0123456789"))
            }
            let refused = try await browser.post("/session", ["token": server.token])
            #expect(refused.status == 429)
            #expect(refused.headers["retry-after"] != nil)
        }
    }

    @Test func `a token that is revoked ends its sessions, and so does a sign-out`() async throws {
        try await withServer(runs: runs.served) { (server: Fixture) async throws in
            let browser = try await Browser.signedIn(server)
            #expect(try await browser.send("/session/end", of: "/").headers["location"] == "/sign-in")
            #expect(try await browser.get("/").status == 303)
            let other = try await Browser.signedIn(server)
            let token = try #require(try await server.tokens.tokens().first)
            try await server.tokens.revokeToken(token.id)
            #expect(try await other.get("/").status == 303)
        }
    }

    @Test func `a session that nobody uses for half a day is over`() async throws {
        try await withServer(runs: runs.served) { (server: Fixture) async throws in
            let long = try await server.tokens.createToken(
                for: "long",
                project: "123456",
                lifetime: .seconds(864_000)
            )
            let browser = Browser(server)
            _ = try await browser.post("/session", ["token": long.secret])
            server.time.advance(by: .seconds(12 * 3_600 - 1))
            #expect(try await browser.get("/").status == 200)
            server.time.advance(by: .seconds(12 * 3_600))
            #expect(try await browser.get("/").status == 303)
        }
    }

    @Test(arguments: [
        ["Sec-Fetch-Site: same-site"], ["Sec-Fetch-Site: cross-site"], ["Sec-Fetch-Site: none"], [],
        ["Origin: http://127.0.0.1:1"], ["Origin: null"],
    ])
    func `a form that another site's page sends does nothing`(headers: [String]) async throws {
        _ = try await runs.begin()
        try await withServer(runs: runs.served) { [runs] (server: Fixture) async throws in
            let browser = try await Browser.signedIn(server)
            let token = try #require(try await browser.get("/runs/r1").formToken)
            let page = try await browser.post("/runs/r1/cancel", ["form_token": token], headers)
            #expect(page.status == 403)
            #expect(try await !runs.journal.run("r1").isCancellationRequested)
        }
    }

    @Test func `a form without the session's token does nothing`() async throws {
        _ = try await runs.begin()
        try await withServer(runs: runs.served) { [runs] (server: Fixture) async throws in
            let browser = try await Browser.signedIn(server)
            let other = try #require(try await Browser.signedIn(server).get("/").formToken)
            for form in [[:], ["form_token": ""], ["form_token": other]] {
                #expect(try await browser.post("/runs/r1/cancel", form).status == 403)
            }
            #expect(try await !runs.journal.run("r1").isCancellationRequested)
            let origin = try #require(try await browser.get("/runs/r1").formToken)
            let ours = try await browser.post(
                "/runs/r1/cancel",
                ["form_token": origin],
                ["Origin: \(server.base)"]
            )
            #expect(ours.status == 303)
        }
    }

    @Test func `an observer sees no buttons and may do nothing`() async throws {
        try await runs.park()
        try await withServer(role: .observer, runs: runs.served) { [runs] (server: Fixture) async throws in
            let browser = try await Browser.signedIn(server)
            for path in ["/", "/runs/asking", "/backups/of/nightly"] {
                let page = try await browser.get(path)
                #expect(page.status == 200)
                #expect(!page.body.contains("/decide") && !page.body.contains("/start\""))
            }
            let refused = try await browser.send(
                "/runs/asking/decide",
                ["step": "0#0", "choice": "yes"],
                of: "/runs/asking"
            )
            #expect(refused.status == 403)
            #expect(runs.decisions.isEmpty)
        }
    }

    /// An escape that goes by characters lets the second and the third through: a mark and an accent are one character.
    static let attacks = [
        "<img src=x onerror=alert(1)>", "\"\u{301} onmouseover=\"alert(1)",
        "\u{600}<script>alert(1)</script>",
        "' onfocus='alert(1)", "</title><script>alert(1)</script>", "javascript:alert(1)",
    ]

    @Test(arguments: attacks)
    func `what scripts and files are called is text on every page`(attack: String) async throws {
        try await runs.park(attack)
        let claim = try await runs.begin("r1", script: attack)
        try await runs.journal.record(.make(0, kind: .effect), for: claim)
        let error = "{\"message\":\(try JSONText.encode(attack))}"
        try await runs.journal.end(
            StepRecord.make(0).key,
            .failed(error: error),
            ended: 2_100_000,
            for: claim
        )
        try await runs.end(claim, .failed, attack)
        let schedule = ServedSchedule(
            name: attack,
            kind: "workflow",
            schedule: attack,
            timeZone: attack,
            nextTimes: [.sample],
            problem: attack,
            slots: [.init(time: .sample, outcome: attack, id: attack, message: attack)]
        )
        let served = TestRuns(schedules: [schedule])
        var all = runs.served
        all.schedules = served.served.schedules
        all.site = attack
        let service = InMemoryBackupService([.make(attack, id: "nightly")])
        try await withServer(service, runs: all) { (server: Fixture) async throws in
            let browser = try await Browser.signedIn(server)
            let query =
                "/runs?script=" + attack.percentEncoded + "&show=" + attack.percentEncoded
            for path in Self.pages + [query, "/runs/asking", "/nothing/" + attack.percentEncoded] {
                let body = try await browser.get(path).body
                // Scalar by scalar, as a browser reads it.
                let scalars = Array(body.unicodeScalars)
                let given = Array(attack.unicodeScalars)
                let mark = given.contains("<") || given.contains("\"") || given.contains("'")
                #expect(!mark || !scalars.contains(given), "\(path)")
                #expect(!body.contains("href=\"javascript:"), "\(path)")
            }
        }
    }

    @Test func `every page forbids scripts of others, frames and being kept`() async throws {
        _ = try await runs.begin()
        try await withServer(runs: runs.served) { (server: Fixture) async throws in
            let browser = try await Browser.signedIn(server)
            for path in Self.pages + ["/sign-in", "/runs/none"] {
                let page = try await browser.get(path)
                let policy = page.headers["content-security-policy"] ?? ""
                #expect(
                    policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self'"),
                    "\(path)"
                )
                #expect(policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self'"))
                #expect(page.headers["x-content-type-options"] == "nosniff")
                #expect(page.headers["cache-control"] == "no-store")
                #expect(page.headers["referrer-policy"] == "same-origin")
                #expect(page.headers["content-type"] == "text/html; charset=utf-8")
                #expect(!page.body.contains("style=\"") && !page.body.contains("<script>"), "\(path)")
            }
        }
    }

    @Test(arguments: ["//evil.example", "/\\evil.example", "https://evil.example", "evil", "/\tx", ""])
    func `a sign-in leads to pages of this server alone`(next: String) async throws {
        try await withServer(runs: runs.served) { (server: Fixture) async throws in
            let page = try await Browser(server).post("/session", ["token": server.token, "next": next])
            #expect(page.headers["location"] == "/")
        }
    }

    @Test func `a name that somebody else leads to this host reaches no console`() async throws {
        try await withServer(runs: runs.served) { (server: Fixture) async throws in
            #expect(try await Browser(server).get("/", ["Host: evil.example"]).status == 421)
            #expect(
                try await Browser(server).get("/sign-in", ["Host: localhost:\(server.port)"]).status == 200
            )
        }
    }

    @Test func `what pages refer to is kept for a year under the name of its content`() async throws {
        try await withServer(runs: runs.served) { (server: Fixture) async throws in
            let browser = Browser(server)
            let page = try await browser.get("/sign-in").body
            for (ending, type) in [
                ("css", "text/css; charset=utf-8"), ("js", "text/javascript; charset=utf-8"),
            ] {
                let path = try #require(
                    page.split(separator: "\"").first { $0.hasPrefix("/assets/") && $0.hasSuffix(ending) }
                )
                let asset = try await browser.get(String(path))
                #expect(asset.status == 200)
                #expect(asset.headers["content-type"] == type)
                #expect(asset.headers["cache-control"] == "public, max-age=31536000, immutable")
            }
            #expect(try await browser.get("/assets/console-00000000.css").status == 303)
        }
    }

    @Test(arguments: ["%zz=1", "step=%ff", "a=b%0"])
    func `a form that is none is refused`(body: String) async throws {
        try await withServer(runs: runs.served) { (server: Fixture) async throws in
            let text = try await Curl([
                "-X", "POST", "-H", "Sec-Fetch-Site: same-origin", "-d", body, server.base + "/session",
            ]).run()
            #expect(text.hasPrefix("400 "))
            let json = try await Curl([
                "-X", "POST", "-H", "Sec-Fetch-Site: same-origin", "-H", "Content-Type: application/json",
                "-d", "{}",
                server.base + "/session",
            ]).run()
            #expect(json.hasPrefix("415 "))
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ change: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await change(element)) }
        return values
    }
}

extension Array where Element: Equatable {
    fileprivate func contains(_ part: [Element]) -> Bool {
        firstRange(of: part) != nil
    }
}
