import Foundation
import Glibc
import Testing

@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(10)))
struct ScheduledServeTests {
    private static func tick(_ body: String = "", _ options: String = "", fields: String = "") -> String {
        """
        return {
          api = 1,
          schedule = schedule.every("1s", { \(options) }),
          \(fields)
          run = function() \(body) end,
        }
        """
    }

    private static func makeSite(_ scripts: [String: String], _ site: TestSite) throws {
        try site.makeFolder("scripts")
        for (name, text) in scripts { try site.write(text, to: "scripts/" + name) }
    }

    private static func count(_ text: String, in program: Program) -> Int {
        program.error.text.components(separatedBy: text).count - 1
    }

    @Test func `a server that is killed and started again runs no slot twice and loses no run`() async throws
    {
        try await withSite { site in
            try Self.makeSite(["tick.lua": Self.tick("task.sleep('700ms')", "overlap = 'allow'")], site)
            for _ in 0..<3 {
                let serving = try site.start(["serve", "--port", "0"])
                _ = await serving.error.reaches { $0.components(separatedBy: " ended: ok").count > 3 }
                serving.send(SIGKILL)
                _ = await serving.end()
            }
            let last = try site.start(["serve", "--port", "0"])
            _ = await last.error.reaches { $0.components(separatedBy: " ended: ok").count > 3 }
            last.send(SIGTERM)
            #expect(await last.end().exitCode == 0)
            let resumed = try await site.moonkeep("resume")
            #expect(resumed.exitCode == 0, "\(resumed)")
            let runs = try await site.moonkeep("runs", "--json", "--limit", "1000").jsonList()
            let slots = try #require(
                try await site.moonkeep("schedules", "tick.lua", "--json", "--limit", "1000")
                    .jsonObject()["slots"] as? [[String: Any]]
            )
            let started = slots.compactMap { $0["run"] as? String }
            #expect(started.count >= 12)
            #expect(Set(slots.compactMap { $0["time"] as? String }).count == slots.count)
            #expect(Set(started).count == started.count)
            #expect(Set(runs.compactMap { $0["id"] as? String }) == Set(started))
            #expect(runs.allSatisfy { $0["status"] as? String == "ok" }, "\(runs)")
        }
    }

    @Test func `two servers of one site run each slot once`() async throws {
        try await withSite { site in
            try Self.makeSite(["tick.lua": Self.tick()], site)
            let servers = try (0..<2).map { _ in try site.start(["serve", "--port", "0"]) }
            for server in servers {
                _ = await server.error.reaches { $0.contains("tick.lua is scheduled") }
            }
            try await eventually("five runs end") {
                servers.reduce(0) { $0 + Self.count(" ended: ok", in: $1) } >= 5
            }
            for server in servers { server.send(SIGTERM) }
            for server in servers { #expect(await server.end().exitCode == 0) }
            let lines = servers.flatMap { $0.error.text.split(separator: "\n") }
            let due = lines.filter { $0.contains(" began, due ") }.compactMap {
                $0.split(separator: " ").last
            }
            #expect(due.count >= 5)
            #expect(Set(due).count == due.count)
        }
    }

    @Test func `what is scheduled, broken, not granted and changed is said`() async throws {
        try await withSite { site in
            let asking = Self.tick("print('granted')", fields: "needs = { \"shell:true\" },")
            try Self.makeSite(["bad.lua": "return {", "asks.lua": asking], site)
            try site.write(
                "return { api = 1, schedule = '30 2 * * *', run = print }",
                to: "scripts/night.lua"
            )
            try site.makeFolder("plugins/broken")
            try site.write("return 1", to: "plugins/broken/plugin.lua")
            let server = try site.start(["serve", "--port", "0"])
            _ = await server.error.reaches { $0.contains("scripts/night.lua is scheduled") }
            let text = server.error.text
            #expect(text.contains("scripts/night.lua is scheduled: 30 2 * * * (UTC), next 2"))
            #expect(
                text.contains(
                    "scripts/bad.lua cannot be loaded: scripts/bad.lua:1: unexpected symbol near <eof>\n"
                )
            )
            #expect(
                text.contains(
                    """
                    scripts/asks.lua does not run: it asks for what it was not granted: shell:true (runs the \
                    program 'true'). Grant it with 'moonkeep allow scripts/asks.lua'.

                    """
                ),
                "\(text)"
            )
            #expect(text.contains("plugin broken: plugins/broken/plugin.lua: the file returns no table"))
            #expect(try await site.moonkeep("allow", "scripts/asks.lua").exitCode == 0)
            _ = await server.error.reaches { $0.contains("scripts/asks.lua: granted\n") }
            #expect(server.error.text.contains("scripts/asks.lua may run now\n"))
            try site.write(Self.tick("error('no space')"), to: "scripts/night.lua")
            _ = await server.error.reaches { $0.contains(" ended: failed: scripts/night.lua:5: no space\n") }
            #expect(server.error.text.contains("scripts/night.lua changed: every 1s (UTC), next 2"))
            try site.remove("scripts/night.lua")
            _ = await server.error.reaches {
                $0.contains("night.lua was removed and is not scheduled any more")
            }
            server.send(SIGTERM)
            #expect(await server.end().exitCode == 0)
            let runs = try await site.moonkeep("runs").output
            #expect(runs.contains("  scripts/night.lua  failed  "), "\(runs)")
        }
    }

    @Test func `a workflow that another user may write is not run any more`() async throws {
        try await withSite { site in
            try Self.makeSite(["tick.lua": Self.tick("print('ran')")], site)
            let server = try site.start(["serve", "--port", "0"])
            _ = await server.error.reaches { $0.contains("scripts/tick.lua: ran\n") }
            try site.setMode(0o666, of: "scripts/tick.lua")
            let path = site.path("scripts/tick.lua")
            let said =
                "the script '\(path)' is not safe: '\(path)' can be changed by other users (its mode is 0666)"
            #expect(await server.error.reaches { $0.contains(said) })
            server.send(SIGTERM)
            #expect(await server.end().exitCode == 0)
        }
    }

    @Test func `a server ends while a run goes on, and the next one goes on with it`() async throws {
        try await withSite { site in
            let script = "print('begun') time.now() print('waits') task.sleep('20s') print('over')"
            try Self.makeSite(["long.lua": Self.tick(script)], site)
            let first = try site.start(["serve", "--port", "0"])
            _ = await first.error.reaches { $0.contains("scripts/long.lua: waits\n") }
            first.send(SIGTERM)
            let ended = await first.end()
            #expect(ended.exitCode == 0)
            #expect(ended.error.contains(" of scripts/long.lua stopped: "))
            let second = try site.start(["serve", "--port", "0"])
            _ = await second.error.reaches { $0.contains("scripts/long.lua: over\n") }
            second.send(SIGTERM)
            // The next run begins as soon as this one is over.
            let text = try #require(
                await second.end().error.split(separator: "scripts/long.lua: over\n").first
            )
            #expect(text.contains("going on with run "))
            #expect(!text.contains("begun"), "\(text)")
        }
    }

    @Test func `a site of the cloud service runs its workflows too`() async throws {
        try await withSite { site in
            let serving = try await Serving(site)
            try site.makeFolder("cloud/scripts")
            try site.write(serving.token + "\n", to: "cloud/token")
            chmod(site.path("cloud/token"), 0o600)
            let example = try Checkout.text("examples/cloud/moonkeep.yaml")
            try site.write(
                example.replacing("http://127.0.0.1:8080", with: serving.endpoint),
                to: "cloud/moonkeep.yaml"
            )
            try site.write(Self.tick("backup.run('web')"), to: "cloud/scripts/tick.lua")
            let server = try site.start(["serve", "--port", "0"], in: "cloud")
            _ = await server.error.reaches { $0.contains(" of scripts/tick.lua ended: ok\n") }
            server.send(SIGTERM)
            #expect(await server.end().exitCode == 0)
            #expect(try await site.newestBackup()["state"] as? String == "completed")
            let schedules = try await site.moonkeep("schedules", "--json", in: "cloud").jsonList()
            #expect(schedules.map { $0["name"] as? String } == ["scripts/tick.lua"])
            #expect(await serving.end().exitCode == 0)
        }
    }

    @Test func `a server that cannot listen begins nothing`() async throws {
        try await withSite { site in
            let serving = try await Serving(site)
            try Self.makeSite(["tick.lua": Self.tick()], site)
            let port = try #require(serving.endpoint.split(separator: ":").last)
            let ended = try await site.moonkeep("serve", "--port", String(port))
            #expect(ended.exitCode != 0)
            #expect(!ended.error.contains("tick.lua"), "\(ended)")
            #expect(await serving.end().exitCode == 0)
        }
    }
}
