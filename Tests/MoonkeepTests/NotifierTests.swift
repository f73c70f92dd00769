import Foundation
import LoopbackTesting
import Synchronization
import Testing

/// The notifiers of the examples, through the command, against real servers on loopback that check what they get.
@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(5)))
struct NotifierTests {
    /// A service as its documentation has it.
    struct Service: Sendable, CustomTestStringConvertible {
        let plugin: String
        /// The line of the plugin that names its server.
        let server: String
        let target: String
        /// A secret's name, and its text after the server's address.
        let secret: (name: String, text: String)?
        let reply: LoopbackServer.Reply
        /// Whether a request is what the service documents, as the parts that have to be there.
        let isRight: @Sendable (LoopbackServer.Request, [String: Any]) -> Bool

        var testDescription: String { plugin }
    }

    static let services = [
        Service(
            plugin: "slack",
            server: "https://hooks.slack.com",
            target: "slack:ops",
            secret: ("slack/ops", "SERVER/services/T0001/B0001/x7Kd93mQ2vTn"),
            reply: .answer(200, ["Content-Type": "text/html"], "ok")
        ) { request, json in
            let attachment = (json["attachments"] as? [[String: Any]])?.first
            return request.path == "/services/T0001/B0001/x7Kd93mQ2vTn"
                && json["text"] as? String == "web &lt;files&gt; failed"
                && attachment?["text"] as? String == "no space left"
                && (attachment?["fields"] as? [[String: Any]])?.first?["value"] as? String == "2"
        },
        Service(
            plugin: "ntfy",
            server: "https://ntfy.sh",
            target: "ntfy:our-backups",
            secret: nil,
            reply: .json(#"{"id": "1", "event": "message", "topic": "our-backups"}"#)
        ) { request, json in
            request.path == "/" && json["topic"] as? String == "our-backups"
                && json["title"] as? String == "web <files> failed"
                && json["message"] as? String == "no space left\nerrors: 2\nincident: web"
                && json["priority"] as? Int == 5
        },
        Service(
            plugin: "pagerduty",
            server: "https://events.pagerduty.com",
            target: "pagerduty:web",
            secret: ("pagerduty/web", "e93facc04764012d7bfb002500d5d1a6"),
            reply: .json(
                #"{"status": "success", "message": "Event processed", "dedup_key": "web"}"#,
                status: 202
            )
        ) { request, json in
            let payload = json["payload"] as? [String: Any]
            return request.path == "/v2/enqueue"
                && json["routing_key"] as? String == "e93facc04764012d7bfb002500d5d1a6"
                && json["event_action"] as? String == "trigger" && json["dedup_key"] as? String == "web"
                && payload?["summary"] as? String == "web <files> failed"
                && payload?["source"] as? String == "moonkeep"
                && payload?["severity"] as? String == "critical"
        },
        Service(
            plugin: "healthchecks",
            server: "https://hc-ping.com",
            target: "healthchecks:nightly",
            secret: ("healthchecks/nightly", "SERVER/0b5ae2d2-91cf-4a0e-a1b0-5c8a3e2f0d11"),
            reply: .answer(200, [:], "OK")
        ) { request, _ in
            request.path == "/0b5ae2d2-91cf-4a0e-a1b0-5c8a3e2f0d11/fail"
                && request.body == "web <files> failed\n\nno space left"
        },
    ]

    private static func workflow(_ target: String) -> String {
        """
        return {
          name = "tell", api = 1, needs = { "notify:*" },
          run = function()
            print(notify.send("\(target)", {
              title = "web <files> failed", body = "no space left", priority = "urgent",
              fields = { errors = 2, incident = "web" },
            }))
          end,
        }
        """
    }

    /// A site with the plugin, which speaks to the server instead of its service, and the workflow, all of it granted.
    private func prepare(_ service: Service, _ server: LoopbackServer, in site: TestSite) async throws {
        let plugin = try Checkout.text("examples/plugins/\(service.plugin)/plugin.lua")
        try #require(plugin.contains("\"\(service.server)\""))
        try site.makeFolder("plugins/\(service.plugin)")
        try site.write(plugin, to: "plugins/\(service.plugin)/plugin.lua")
        try site.write(
            try site.text("moonkeep.yaml")
                + "\nplugins: {\(service.plugin): {server: \"\(server.origin)\"}}\n",
            to: "moonkeep.yaml"
        )
        if let (name, text) = service.secret {
            try site.keep(text.replacing("SERVER", with: server.origin), as: name)
        }
        try await site.grant("plugins/\(service.plugin)/plugin.lua")
        try await site.allow(Self.workflow(service.target))
    }

    private static func json(_ request: LoopbackServer.Request) -> [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(request.body.utf8))) as? [String: Any] ?? [:]
    }

    @Test(arguments: services)
    func `a message arrives as the service documents it`(service: Service) async throws {
        try await LoopbackServer.run { _ in
            service.reply
        } _: { server in
            try await withSite { site in
                try await prepare(service, server, in: site)
                let ended = try await site.moonkeep("run", "workflow.lua")
                #expect(ended.exitCode == 0 && ended.output.hasPrefix("true\n"), "\(ended)")
                let request = try #require(server.requests.first)
                #expect(server.requests.count == 1 && request.method == "POST")
                #expect(service.isRight(request, Self.json(request)), "\(request)")
                let left = try await site.moonkeep("messages")
                #expect(left == Ended(exitCode: 0, output: "No message waits.\n", error: ""))
                if let secret = service.secret?.text {
                    try await site.expectNowhere(secret.replacing("SERVER/", with: ""), [ended])
                }
            }
        }
    }

    @Test(arguments: services)
    func `a service that fails gets the same message again`(service: Service) async throws {
        let isUp = Switch()
        try await LoopbackServer.run { _ in
            isUp.isOn ? service.reply : .answer(500, [:], "out of order")
        } _: {
            server in
            try await withSite { site in
                try await prepare(service, server, in: site)
                let ended = try await site.moonkeep("run", "workflow.lua")
                #expect(ended.exitCode == 0 && ended.output.hasPrefix("false\n"), "\(ended)")
                #expect(ended.error.contains("could not be delivered and is tried again"), "\(ended)")
                #expect(ended.error.contains("500"), "\(ended)")
                let failed = try await site.moonkeep("messages", "--deliver", "--json")
                #expect(failed.exitCode == 1, "\(failed)")
                let waiting = try failed.jsonList()
                #expect(waiting.map { $0["attempts"] as? Int } == [2])
                #expect(waiting.map { $0["target"] as? String } == [service.target])
                isUp.turnOn()
                let delivered = try await site.moonkeep("messages", "--deliver")
                #expect(delivered.exitCode == 0, "\(delivered)")
                #expect(delivered.error.contains("was delivered"), "\(delivered)")
                let bodies = server.requests.map(\.body)
                #expect(bodies.count >= 3 && Set(bodies).count == 1, "\(bodies)")
                let last = try #require(server.requests.last)
                #expect(service.isRight(last, Self.json(last)), "\(last)")
                // No run of a person's: only the one that sent it.
                #expect(try await site.moonkeep("runs", "--json").jsonList().count == 1)
            }
        }
    }

    @Test func `a plugin that was not granted keeps the message until it is`() async throws {
        let service = Self.services[1]
        try await LoopbackServer.run { _ in
            service.reply
        } _: { server in
            try await withSite { site in
                try await prepare(service, server, in: site)
                try await site.moonkeep("allow", "--revoke", "plugins/ntfy/plugin.lua")
                let ended = try await site.moonkeep("run", "workflow.lua")
                let fix = "Grant it with 'moonkeep allow plugins/ntfy/plugin.lua'"
                #expect(ended.exitCode == 0 && ended.error.contains(fix), "\(ended)")
                let listed = try await site.moonkeep("plugins")
                #expect(listed.output.contains(fix), "\(listed)")
                #expect(server.requests.isEmpty)
                try await site.grant("plugins/ntfy/plugin.lua")
                #expect(try await site.moonkeep("messages", "--deliver").exitCode == 0)
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test func `a plugin that is broken says so, and the message waits for its repair`() async throws {
        let service = Self.services[1]
        try await LoopbackServer.run { _ in
            service.reply
        } _: { server in
            try await withSite { site in
                try await prepare(service, server, in: site)
                let whole = try site.text("plugins/ntfy/plugin.lua")
                try site.write("return {", to: "plugins/ntfy/plugin.lua")
                let ended = try await site.moonkeep("run", "workflow.lua")
                #expect(ended.exitCode == 3, "\(ended)")
                #expect(ended.error.contains("the plugin 'ntfy' cannot be used: "), "\(ended)")
                try site.write(whole, to: "plugins/ntfy/plugin.lua")
                #expect(try await site.moonkeep("messages", "--deliver").exitCode == 0)
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test func `a provider that there is not is named with those that there are`() async throws {
        try await LoopbackServer.run { _ in
            .reset
        } _: { server in
            try await withSite(TestSite.siteFile + "notify: {ops: [ntfy:a, ntfy:b]}\n") { site in
                try await prepare(Self.services[1], server, in: site)
                try await site.allow(Self.workflow("nfty:a"))
                let ended = try await site.moonkeep("run", "workflow.lua")
                #expect(ended.exitCode == 1, "\(ended)")
                #expect(
                    ended.error.contains("nobody is called 'nfty:a' to be notified. Known are: ntfy, ops."),
                    "\(ended)"
                )
            }
        }
    }

    @Test func `a later run and the server deliver what is due, and a group gets a message each`()
        async throws
    {
        let isUp = Switch()
        let service = Self.services[1]
        try await LoopbackServer.run { _ in
            isUp.isOn ? service.reply : .reset
        } _: { server in
            try await withSite(TestSite.siteFile + "notify: {ops: [ntfy:a, ntfy:b, ntfy:a]}\n") { site in
                try await prepare(service, server, in: site)
                try await site.allow(Self.workflow("ops"))
                let failed = try await site.moonkeep("run", "workflow.lua")
                #expect(failed.exitCode == 0 && failed.output.hasPrefix("false\n"), "\(failed)")
                isUp.turnOn()
                try await site.makeMessagesDue("target = 'ntfy:a'")
                let later = try await site.run("print('hello')")
                #expect(later.exitCode == 0, "\(later)")
                #expect(later.error.contains("the message to 'ntfy:a' of run "), "\(later)")
                #expect(later.error.contains("was delivered"), "\(later)")
                try await site.makeMessagesDue("target = 'ntfy:b'")
                let serving = try await Serving(site)
                #expect(
                    await serving.program.error.reaches { $0.contains("the message to 'ntfy:b' of run ") }
                )
                _ = await serving.end()
                let topics = server.requests.suffix(2).map { Self.json($0)["topic"] as? String }
                #expect(topics == ["a", "b"])
            }
        }
    }

    @Test(.enabled(if: MailBox.isInstalled, "aiosmtpd is not installed"))
    func `a mail arrives once the server takes it, under one Message-ID`() async throws {
        try await withSite { site in
            let full = try await MailBox(in: site, refusal: "452 4.3.1 no space")
            let smtp =
                "smtp: {host: 127.0.0.1, port: \(full.port), security: none, from: moonkeep@example.org}\n"
            try site.write(TestSite.siteFile + smtp, to: "moonkeep.yaml")
            try site.makeFolder("plugins/email")
            try site.write(
                try Checkout.text("examples/plugins/email/plugin.lua"),
                to: "plugins/email/plugin.lua"
            )
            try await site.grant("plugins/email/plugin.lua")
            try await site.allow(Self.workflow("email:ops@example.org"))
            let ended = try await site.moonkeep("run", "workflow.lua")
            #expect(ended.exitCode == 0 && ended.output.hasPrefix("false\n"), "\(ended)")
            #expect(ended.error.contains("the mail server '127.0.0.1:\(full.port)'"), "\(ended)")
            await full.end()
            let key = try #require(
                try await site.moonkeep("messages", "--json").jsonList().first?["run"] as? String
            )
            let box = try await MailBox(in: site, port: full.port)
            let delivered = try await site.moonkeep("messages", "--deliver")
            #expect(delivered.exitCode == 0, "\(delivered)")
            let mails = try box.mails()
            await box.end()
            let mail = try #require(mails.first)
            #expect(mails.count == 1)
            #expect(mail.hasPrefix("moonkeep@example.org ops@example.org\r\n"))
            #expect(mail.contains("\r\nSubject: [urgent] web <files> failed\r\n"))
            #expect(mail.hasSuffix("\r\n\r\nno space left\r\n\r\nerrors: 2\r\nincident: web\r\n"), "\(mail)")
            #expect(mail.firstMatch(of: #/\r\nMessage-ID: <[0-9a-f-]{36}@example.org>\r\n/#) != nil)
            #expect(delivered.error.contains(key))
        }
    }

    @Test func `without a mail server a mail is refused with what to do`() async throws {
        try await withSite { site in
            try await site.allow(
                """
                return { name = "w", api = 1, needs = { "mail:*" },
                  run = function() mail.send("ops@example.org", { subject = "x" }) end }
                """
            )
            let ended = try await site.moonkeep("run", "workflow.lua")
            #expect(ended.exitCode == 1, "\(ended)")
            #expect(
                ended.error.contains(
                    "the site has no mail server. Say 'smtp' with 'host' and 'from' in moonkeep.yaml."
                ),
                "\(ended)"
            )
        }
    }
}

extension TestSite {
    /// Makes messages due, as if the time of their next attempt had come.
    fileprivate func makeMessagesDue(_ condition: String) async throws {
        let ended = try await execute(
            "/usr/bin/sqlite3",
            path("state/journal.sqlite"),
            "UPDATE outbox SET next_attempt = 1 WHERE \(condition)"
        )
        try #require(ended.exitCode == 0, "\(ended)")
    }
}

/// Something that is off at first.
private final class Switch: Sendable {
    private let state = Atomic(false)

    var isOn: Bool { state.load(ordering: .relaxed) }
    func turnOn() { state.store(true, ordering: .relaxed) }
}
