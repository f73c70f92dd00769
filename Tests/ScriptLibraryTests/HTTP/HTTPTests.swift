import BackupTesting
import Foundation
import LoopbackTesting
import LuaKit
import PluginHost
import RunJournal
import ScriptLibrary
import Testing

/// Requests to a server on this machine.
@Suite(.timeLimit(.minutes(2))) struct HTTPTests {
    typealias Reply = LoopbackServer.Reply

    /// Runs a test with a server, and a site that may speak to it; `%` in scripts is `URL`.
    private func serve<Value>(
        secrets: [String: String] = [:],
        needs: [String] = [],
        clock: any Clock<Duration> = ContinuousClock(),
        _ script: @escaping LoopbackServer.Script,
        _ body: (Site, LoopbackServer) async throws -> Value
    ) async throws -> Value {
        try await LoopbackServer.run(script) { server in
            let site = try Site(
                needs: ["http:\(server.origin)"] + secrets.keys.map { "secrets:\($0)" } + needs,
                secrets: secrets,
                clock: clock
            )
            let value = try await body(site, server)
            try await site.library.shutDown()
            return value
        }
    }

    @Test func `an answer has its parts`() async throws {
        try await serve({ _ in
            .answer(200, ["Content-Type": "application/json; charset=utf-8", "X-A": "b"], #"{"a":[1,null]}"#)
        }) { site, server in
            let values = try await site.values(
                """
                local r = http.get("\(server.origin)/x?k=1", { query = { b = "é &", a = 2 } })
                return r.status, r.headers["x-a"], r.body, r.json.a[1], r.json.a[2] == json.null, r.url
                """
            )
            #expect(
                values == [200, "b", #"{"a":[1,null]}"#, 1, true, .string("\(server.origin)/x")]
            )
            #expect(server.lines == ["GET /x?k=1&a=2&b=%C3%A9%20%26"])
            #expect(server.requests[0].header("Idempotency-Key") == "r1/0#0")
            #expect(server.requests[0].header("User-Agent") == "moonkeep")
        }
    }

    @Test(arguments: [
        ("http.post(U, { json = { b = 1, a = {} } })", "POST", #"{"a":[],"b":1}"#, "application/json"),
        (
            "http.put(U, { form = { b = 'x y', a = 'é&=' } })", "PUT", "a=%C3%A9%26%3D&b=x%20y",
            "application/x-www-form-urlencoded"
        ),
        (
            "http.patch(U, { body = '<a/>', headers = { ['content-type'] = 'text/xml' } })", "PATCH", "<a/>",
            "text/xml"
        ),
        ("http.delete(U)", "DELETE", "", nil),
        ("http.request('options', U)", "OPTIONS", "", nil),
    ])
    func `a request has its method and body`(call: String, method: String, body: String, type: String?)
        async throws
    {
        try await serve({ _ in .answer(204) }) { site, server in
            let values = try await site.values(
                "local U = '\(server.origin)/' local r = \(call) return r.status, r.json, r.body"
            )
            #expect(values == [204, .nil, ""])
            let request = try #require(server.requests.first)
            #expect(request.method == method)
            #expect(request.body == body)
            #expect(request.header("Content-Type") == type)
        }
    }

    @Test(arguments: [
        ("{ bearer = s }", "Authorization", "Bearer t0ken-word"),
        ("{ user = 'me', password = s }", "Authorization", "Basic bWU6dDBrZW4td29yZA=="),
        ("{ header = 'X-Api-Key', value = s }", "X-Api-Key", "t0ken-word"),
    ])
    func `a secret says who asks, and is not seen again where a server repeats it`(
        auth: String,
        name: String,
        value: String
    ) async throws {
        try await serve(
            secrets: ["key": "t0ken-word"],
            { request in
                let all = request.headers.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
                return .answer(request.uri == "/bad" ? 500 : 200, ["X-Echo": request.header(name) ?? ""], all)
            }
        ) { site, server in
            _ = try await site.values(
                """
                local s = secrets.get("key")
                local r = http.get("\(server.origin)/", { auth = \(auth) })
                log.info(r.body, r.headers)
                local ok, e = pcall(http.post, "\(server.origin)/bad", { auth = \(auth) })
                log.info(e.message, e.data)
                report.text(r.body)
                print(r.body)
                """
            )
            #expect(server.requests.map { $0.header(name) } == [value, value])
            #expect(try site.account.contains("<secret key>"))
            #expect(try !site.account.contains("t0ken"))
            #expect(try !site.account.contains("bWU6dDBrZW4td29yZA"))
        }
    }

    @Test(arguments: [
        ("http.get(U .. '/404')", "GET U/404 was answered with 404 Not Found: no such thing"),
        ("http.get(U .. '/500?key=x')", "GET U/500 was answered with 500 Internal Server Error"),
        ("http.get(U .. '/200', { expect = 201 })", "GET U/200 was answered with 200 OK"),
        ("http.get(U .. '/301')", "GET U/301 was answered with 301 Moved Permanently"),
        (
            "http.get(U .. '/reset')",
            "GET U/reset: the connection broke off (Remote connection closed)"
        ),
        (
            "http.get(U .. '/long', { max_bytes = 5 })",
            "GET U/long: the answer has more than 5 B. Say 'max_bytes', or ask for less."
        ),
        (
            "http.get(U .. '/endless', { max_bytes = '1MiB' })",
            "GET U/endless: the answer has more than 1.00 MiB. Say 'max_bytes', or ask for less."
        ),
        (
            "http.get('http://127.0.0.1:1/')",
            "GET http://127.0.0.1:1/: no connection came about (Connection refused). Check the address, and that the server runs."
        ),
    ])
    func `a failure is named`(call: String, message: String) async throws {
        try await serve(
            needs: ["http:http://127.0.0.1:1"],
            { request in
                switch request.uri {
                case "/404": .answer(404, [:], "no such\nthing")
                case "/200": .answer(200)
                case "/301": .answer(301)
                case "/reset": .reset
                case "/long": .answer(200, [:], "123456")
                case "/endless": .endless
                default: .answer(500)
                }
            }
        ) { site, server in
            let failure = try await site.failure("local U = '\(server.origin)' \(call)")
            #expect(failure == "test.lua:1: " + message.replacing("U/", with: "\(server.origin)/"))
        }
    }

    @Test func `an answer that does not come in time is given up`() async throws {
        let clock = ManualClock()
        try await serve(clock: clock, { _ in .silence }) { site, server in
            async let failure = site.failure("http.get('\(server.origin)/', { timeout = '10s' })")
            try await clock.waitForSleepers()
            clock.advance(by: .seconds(10))
            #expect(try await failure == "test.lua:1: GET \(server.origin)/ was not answered within 10 s")
        }
    }

    @Test(arguments: [
        ("http.get(U, { expect = { 404, 200 } }).status", 404),
        ("http.get(U, { expect = 'any' }).status", 404),
    ])
    func `a status that is expected is an answer`(call: String, status: Int64) async throws {
        try await serve({ _ in .answer(404) }) { site, server in
            let values = try await site.values("local U = '\(server.origin)/' return \(call)")
            #expect(values == [.integer(status)])
        }
    }

    @Test func `a secret that an error's body is cut in is not seen by half`() async throws {
        let word = "t0ken-word-of-some-length"
        try await serve(
            secrets: ["key": word],
            { _ in .answer(500, [:], String(repeating: "-", count: 2_038) + word) }
        ) { site, server in
            let values = try await site.values(
                """
                secrets.get("key")
                local _, e = pcall(http.get, "\(server.origin)/", { auth = { bearer = secrets.get("key") } })
                return e.data.body:sub(2039)
                """
            )
            #expect(values == ["<secret ke"])
        }
    }

    @Test func `an error has what a script may switch on`() async throws {
        try await serve({ _ in .answer(429, ["Retry-After": "7"], "slow down") }) { site, server in
            let values = try await site.values(
                """
                local _, e = pcall(http.post, "\(server.origin)/")
                return e.code, e.retryable, e.data.status, e.data.body, e.data.retry_after
                """
            )
            #expect(values == ["http_status", true, 429, "slow down", "7"])
        }
    }

    @Test(arguments: [
        ("get", "", 3), ("post", "", 1), ("post", ", idempotent = true", 3),
        ("put", ", idempotent = false", 1),
    ])
    func `what does no harm twice is tried again with the same key`(
        method: String,
        option: String,
        count: Int
    ) async throws {
        let tries = Tries()
        try await serve({ _ in await tries.next() < 3 ? .answer(503) : .answer(200, [:], "well") }) {
            site,
            server in
            let result = try await site.run(
                "return http.\(method)('\(server.origin)/', { retry = { attempts = 5, base = '1ms' }\(option) }).body"
            )
            #expect(server.requests.count == count)
            #expect(Set(server.requests.map { $0.header("Idempotency-Key") }) == ["r1/0#0"])
            #expect(result.values == (count == 3 ? ["well"] : []))
        }
    }

    @Test(arguments: [
        ("get", "", "ok", 2), ("put", "", "ok", 2), ("post", "", "parked", 1), ("patch", "", "parked", 1),
        ("post", ", { idempotent = true }", "ok", 2), ("post", ", { on_unknown = 'retry' }", "ok", 2),
        ("post", ", { on_unknown = 'skip' }", "ok", 1), ("put", ", { on_unknown = 'park' }", "parked", 1),
    ])
    func `a request of which nobody knows whether it was answered`(
        method: String,
        options: String,
        status: String,
        count: Int
    ) async throws {
        try await serve({ _ in .answer(200) }) { site, server in
            // A read has no row before its effect: there is nothing to be unsure of.
            guard method != "get" else { return }
            let result = try await site.runAgain(
                "return http.\(method)('\(server.origin)/'\(options)).status"
            )
            #expect(result.status.rawValue == status)
            #expect(server.requests.count == count)
            #expect(Set(server.requests.map { $0.header("Idempotency-Key") }) == ["r1/0#0"])
        }
    }

    @Test func `a plan reads and sends nothing`() async throws {
        try await serve({ _ in .answer(200, [:], "x") }) { site, server in
            let plan = try await site.host().plan(
                site.source("local U = '\(server.origin)/' return http.get(U).body .. http.post(U).status")
            )
            #expect(plan.result.values == ["x200"])
            #expect(server.lines == ["GET /"])
        }
    }
}

/// Counts.
private actor Tries {
    private var count = 0

    func next() -> Int {
        count += 1
        return count
    }
}
