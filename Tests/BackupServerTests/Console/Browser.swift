import BackupAPI
import BackupServer
import BackupTesting
import Foundation
import PluginHost
import RunJournal
import Synchronization
import Testing

/// A browser without a screen: curl, with the cookie that it was given, and what a browser says of where a form comes from.
final class Browser: Sendable {
    /// What a page was answered with.
    struct Page: Sendable {
        let status: Int
        let headers: [String: String]
        let body: String

        /// The token that the page's forms carry.
        var formToken: String? { field("form_token") }

        /// The value of a hidden field of the page's first form that has it.
        func field(_ name: String) -> String? {
            guard let start = body.range(of: "name=\"\(name)\" value=\"")?.upperBound else { return nil }
            return String(body[start...].prefix { $0 != "\"" })
        }
    }

    let server: Fixture
    private let cookie = Mutex<String?>(nil)

    init(_ server: Fixture) {
        self.server = server
    }

    /// A browser that is signed in with the server's token.
    static func signedIn(_ server: Fixture) async throws -> Browser {
        let browser = Browser(server)
        let page = try await browser.post("/session", ["token": server.token, "next": "/"])
        #expect(page.status == 303)
        #expect(page.headers["location"] == "/")
        return browser
    }

    func get(_ path: String, _ headers: [String] = []) async throws -> Page {
        try await ask([path], headers)
    }

    /// Sends a form as a page of this server would.
    func post(_ path: String, _ form: [String: String], _ headers: [String] = ["Sec-Fetch-Site: same-origin"])
        async throws
        -> Page
    {
        let fields =
            form.isEmpty
            ? ["-d", ""]
            : form.sorted { $0.key < $1.key }.flatMap { ["--data-urlencode", "\($0.key)=\($0.value)"] }
        return try await ask([path] + fields, headers)
    }

    /// Reads the page of a path and sends its form's token with a form.
    func send(_ path: String, _ form: [String: String] = [:], of page: String) async throws -> Page {
        let token = try #require(try await get(page).formToken)
        return try await post(path, form.merging(["form_token": token]) { $1 })
    }

    private func ask(_ words: [String], _ headers: [String]) async throws -> Page {
        let jar = cookie.withLock { $0.map { ["-H", "Cookie: \($0)"] } ?? [] }
        let text = try await Program("/usr/bin/curl").run(
            ["-si", "-m", "60"] + words.dropFirst() + jar + headers.flatMap { ["-H", $0] }
                + [server.base + words[0]]
        )
        let end = try #require(text.range(of: "\r\n\r\n"))
        let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
        var found: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 {
                found[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
            }
        }
        if let new = found["set-cookie"] { cookie.withLock { $0 = String(new.prefix { $0 != ";" }) } }
        let status = Int(lines[0].split(separator: " ").dropFirst().first ?? "") ?? 0
        return Page(status: status, headers: found, body: String(text[end.upperBound...]))
    }
}

/// The runs of a test: a journal in memory, and what was decided.
final class TestRuns: Sendable {
    let journal = RunStore()
    let schedules: [ServedSchedule]
    private let choices = Mutex<[String]>([])

    init(schedules: [ServedSchedule] = []) {
        self.schedules = schedules
    }

    var decisions: [String] { choices.withLock { $0 } }

    var served: ServedRuns {
        ServedRuns(
            site: "my-site",
            timeZone: "Europe/Zurich",
            journal: journal,
            standing: { $0.status.rawValue },
            decide: { [self] choice, step in
                choices.withLock { $0.append("\(step) \(choice)") }
                try await journal.decide(
                    step,
                    .adopt(output: "\"yes\"", externalReference: nil),
                    at: 3_000_000
                )
            },
            schedules: { [schedules] in schedules }
        )
    }

    /// A run that began a minute before the tests' time.
    func begin(_ id: String = "r1", script: String = "nightly", at moment: Timestamp = .sample) async throws
        -> RunClaim
    {
        var run = RunRecord.make(id, started: moment.microseconds - 60_000_000)
        run.scriptName = script
        return try await journal.begin(run, source: .make())
    }

    /// Ends a run.
    func end(_ claim: RunClaim, _ status: RunStatus, _ message: String? = nil) async throws {
        let end = RunEnd(
            status: status,
            outcome: status.rawValue,
            message: message,
            ended: Timestamp.sample.microseconds
        )
        try await journal.finish(claim, end)
    }

    /// A run that is parked with a question that its script asks.
    func park(_ question: String = "Was it sent?") async throws {
        let claim = try await begin("asking", script: "mover")
        var step = StepRecord.make(0, of: "asking", kind: .ask)
        step.name = "run.ask"
        try await journal.record(step, for: claim)
        let asked = """
            {"call":"run.ask","reason":\(try JSONText.encode(question)),"candidates":[],\
            "asked":{"text":\(try JSONText.encode(question)),"choices":["yes","no"],"default":"no","details":null,"deadline":null}}
            """
        try await journal.ask(asked, about: step.key, for: claim)
        try await journal.finish(claim, RunEnd(status: .parked, message: "it asks", ended: 2_000_000))
    }
}
