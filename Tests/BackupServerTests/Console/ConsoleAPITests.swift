import BackupAPI
import BackupServer
import BackupTesting
import Foundation
import RunJournal
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct ConsoleAPITests {
    private let runs = TestRuns()

    @Test func `a run is listed and read with its steps`() async throws {
        let claim = try await runs.begin()
        try await runs.journal.record(.make(0, kind: .read), for: claim)
        try await runs.journal.end(
            StepRecord.make(0).key,
            .done(output: "[1, null, \"x\"]"),
            ended: 2_100_000,
            for: claim
        )
        try await withServer(runs: runs.served) { (server: Fixture) async throws in
            let list = try await server.get("/moonkeep/v1/runs?limit=5")
            let run = #"""
                {"id":"r1","script":"nightly","script_sha256":"5ca1ab1e","arguments":{"site":"öl"},"status":"running","attempt":1,\#
                "is_cancellation_requested":false,"outcome":null,"message":null,"started_time":"2014-08-05T18:21:22.000000Z","ended_time":null}
                """#
            #expect(list.body == #"{"runs":["# + run + "]}")
            #expect(list.headers["content-type"] == "application/json")
            #expect(try await server.get("/moonkeep/v1/runs/r1").body == run)
            #expect(try await server.get("/moonkeep/v1/runs/r").status == 404)
            let steps = try await server.get("/moonkeep/v1/runs/r1/steps").body
            #expect(
                steps.hasPrefix(
                    #"{"steps":[{"step":"0#0","name":"backup.read","kind":"read","state":"done","input":{"config":"etc"},"output":[1,null,"x"],"#
                )
            )
        }
    }

    @Test func `questions are read and decided`() async throws {
        try await runs.park()
        try await withServer(runs: runs.served) { [runs] (server: Fixture) async throws in
            let body = try await server.get("/moonkeep/v1/runs/asking/questions").body
            #expect(
                body.contains(#""text":"Was it sent?","details":null,"choices":["yes","no"],"default":"no""#)
            )
            let path = "/moonkeep/v1/runs/asking/decisions"
            #expect(try await server.send("POST", path, #"{"step":"0#1","choice":"yes"}"#).status == 409)
            #expect(try await server.send("POST", path, #"{"choice":"yes"}"#).status == 400)
            #expect(try await server.send("POST", path, #"{"step":"0#0","choice":"yes"}"#).status == 202)
            #expect(runs.decisions == ["asking/0#0 answer(\"yes\")"])
        }
    }

    @Test func `the API takes tokens and roles as the backup API does`() async throws {
        _ = try await runs.begin()
        try await withServer(role: .observer, runs: runs.served) { (server: Fixture) async throws in
            #expect(try await server.send("GET", "/moonkeep/v1/runs", token: "").status == 401)
            #expect(try await server.send("GET", "/moonkeep/v1/runs", token: "wrong").status == 401)
            #expect(try await server.send("POST", "/moonkeep/v1/runs/r1/cancel", "{}").status == 403)
            #expect(try await server.get("/moonkeep/v1/overview").status == 200)
            #expect(try await server.get("/moonkeep/v1/schedules").body == #"{"schedules":[]}"#)
        }
    }

    @Test(arguments: [
        ("/moonkeep/v1/runs?limit=x", 400), ("/moonkeep/v1/runs?since=yesterday", 400),
        ("/moonkeep/v1/runs?sort_dir=asc", 400),
        ("/moonkeep/v1/runs/r1/steps?skip=-1", 400), ("/moonkeep/v1/nothing", 404), ("/moonkeep/v1", 404),
        ("/moonkeep/v1/runs/none/steps", 404),
    ])
    func `wrong input is refused with what is wrong`(path: String, status: Int) async throws {
        _ = try await runs.begin()
        try await withServer(runs: runs.served) { (server: Fixture) async throws in
            #expect(try await server.get(path).status == status)
        }
    }

    @Test func `a method that is none names those that are`() async throws {
        try await withServer(runs: runs.served) { (server: Fixture) async throws in
            let reply = try await server.send("DELETE", "/moonkeep/v1/runs")
            #expect(reply.status == 405)
            #expect(reply.headers["allow"] == "GET")
        }
    }

    @Test func `a stream says that something has changed`() async throws {
        let claim = try await runs.begin()
        try await withServer(runs: runs.served) { [runs] (server: Fixture) async throws in
            let browser = try await Browser.signedIn(server)
            let cookie = try await browser.cookieHeader()
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/curl")
            process.arguments = ["-sN", "-m", "60", "-H", cookie, server.base + "/events"]
            let output = Pipe()
            process.standardOutput = output
            try process.run()
            defer { process.terminate() }
            let lines = output.fileHandleForReading.lines
            var seen: [String] = []
            for await line in lines {
                seen.append(line)
                if line == "retry: 3000" { try await runs.journal.record(.make(0), for: claim) }
                if line == "data: changed" { break }
            }
            #expect(seen.first == "retry: 3000")
            #expect(seen.last == "data: changed")
        }
    }
}

extension Browser {
    /// The header with the session's cookie.
    func cookieHeader() async throws -> String {
        let page = try await post("/session", ["token": server.token])
        let cookie = try #require(page.headers["set-cookie"])
        return "Cookie: " + cookie.prefix { $0 != ";" }
    }
}

extension FileHandle {
    /// The lines that are written until the other side ends.
    fileprivate var lines: AsyncStream<String> {
        AsyncStream { continuation in
            let handle = self
            Thread.detachNewThread {
                var rest = ""
                while case let data = handle.availableData, !data.isEmpty {
                    rest += String(decoding: data, as: UTF8.self)
                    while let end = rest.firstIndex(of: "\n") {
                        continuation.yield(String(rest[..<end]))
                        rest = String(rest[rest.index(after: end)...])
                    }
                }
                continuation.finish()
            }
        }
    }
}

@Suite(.serialized, .timeLimit(.minutes(5))) struct ConsoleMetricsTests {
    private let runs = TestRuns()

    @Test func `a collector reads how backups stand, with a token in either header`() async throws {
        try await runs.park()
        try await withServer(runs: runs.served) { (server: Fixture) async throws in
            #expect(try await server.send("GET", "/metrics", token: "").status == 401)
            let backup = try await server.service.start("nightly", key: nil)
            _ = try await server.service.wait(for: backup.id)
            let reply = try await server.send(
                "GET",
                "/metrics",
                token: "",
                headers: ["Authorization": "Bearer \(server.token)"]
            )
            #expect(reply.status == 200)
            #expect(reply.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            for line in [
                "# TYPE moonkeep_backup_last_success_timestamp_seconds gauge",
                "moonkeep_backup_last_status{config=\"nightly\",state=\"ok\"} 1",
                "moonkeep_backup_last_status{config=\"nightly\",state=\"failed\"} 0",
                "moonkeep_needs{kind=\"question\"} 1", "moonkeep_runs_running 0",
            ] {
                #expect(reply.body.contains(line + "\n"), "\(line)")
            }
            #expect(try await server.get("/metrics").body == reply.body)
            #expect(try await server.send("POST", "/metrics", "{}").status == 405)
        }
    }
}
