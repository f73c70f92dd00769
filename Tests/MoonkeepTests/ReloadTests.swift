import Foundation
import Glibc
import Testing

/// The site file is edited while the site is served.
@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(5)))
struct ReloadTests {
    private func get(_ path: String, _ serving: Serving) async throws -> Ended {
        try await serving.shell(
            "curl -s -H \"X-Auth-Token: $AUTH_TOKEN\" $API_ENDPOINT/v2/$TENANT_ID/\(path)"
        )
    }

    @Test func `configurations are those of the file now`() async throws {
        try await withSite { site in
            try site.makeFolder("more")
            try site.write("four", to: "more/c.txt")
            let serving = try await Serving(site)
            try site.write(
                """
                configurations:
                  - {name: web, inclusions: [source, more], retention: 365}
                  - {name: new, inclusions: [source]}
                """,
                to: "moonkeep.yaml"
            )
            let said = """
                '\(site.path("moonkeep.yaml"))' was read again: the configuration 'new' is new; \
                the configuration 'web' has changed

                """
            #expect(await serving.program.error.reaches { $0.contains(said) })
            let list = try await get("configurations", serving).output
            #expect(list.contains(#""name":"new""#) && list.contains(#""days":365"#), "\(list)")
            let id = try #require(
                try await site.moonkeep("configurations", "web", "--json").jsonObject()["id"] as? String
            )
            let body = #"{"configuration_id": "\#(id)", "state": "start_requested"}"#
            let started = try await serving.shell(
                """
                curl -s -H "X-Auth-Token: $AUTH_TOKEN" -H "Content-Type: application/json" \
                -d '\(body)' $API_ENDPOINT/v2/$TENANT_ID/backups
                """
            ).jsonObject()
            let backup = try #require(started["id"] as? String)
            #expect(try await site.run("backup.wait('\(backup)')").exitCode == 0)
            let listed = try await site.restic("ls", "latest").output
            #expect(listed.contains(site.path("more")))
            #expect(await serving.end().exitCode == 0)
        }
    }

    @Test func `a file that cannot be used leaves the one before in force, and that is told`() async throws {
        try await withSite { site in
            let serving = try await Serving(site)
            let file = site.path("moonkeep.yaml")
            try site.write(
                "configurations: [{name: web, inclusions: [source], retention: x}]\n",
                to: "moonkeep.yaml"
            )
            let problem = "\(file):1: 'retention' must be a whole number from 0 to 36500, not 'x'"
            let said = "'\(file)' cannot be used, and what it said before stays in force: \(problem)\n"
            #expect(await serving.program.error.reaches { $0.contains(said) })
            let list = try await get("configurations", serving).output
            #expect(list.contains(#""name":"web""#))
            let health = try await serving.shell(
                "curl -s -H \"X-Auth-Token: $AUTH_TOKEN\" $API_ENDPOINT/v2/health"
            ).jsonObject()
            let told = try #require((health["site"] as? [String: [String: Any]])?["settings"])
            #expect((told["message"] as? String)?.hasPrefix("the site file cannot be used") == true)
            let schedules = try await site.moonkeep("schedules")
            #expect(schedules.exitCode == 2)
            #expect(
                schedules.error.hasPrefix(
                    "moonkeep: \(problem). 'moonkeep serve' goes on with what moonkeep.yaml said at 20"
                )
            )
            try site.write(TestSite.siteFile, to: "moonkeep.yaml")
            let again = "'\(file)' was read again: nothing has changed\n"
            #expect(await serving.program.error.reaches { $0.contains(again) })
            #expect(try await site.moonkeep("schedules").exitCode == 0)
            #expect(await serving.end().exitCode == 0)
        }
    }

    @Test func `a hang-up reads the file again, and ends nothing`() async throws {
        try await withSite { site in
            let serving = try await Serving(site)
            // The signal is heard from here on.
            let ready = "'\(site.path("moonkeep.yaml"))' was read again: nothing has changed\n"
            try site.write(TestSite.siteFile + "# edited\n", to: "moonkeep.yaml")
            #expect(await serving.program.error.reaches { $0.contains(ready) })
            serving.program.send(SIGHUP)
            #expect(await serving.program.error.reaches { $0.contains(ready + ready) })
            #expect(await serving.end().exitCode == 0)
        }
    }

    @Test func `what counts only from the next start on is said`() async throws {
        try await withSite { site in
            let serving = try await Serving(site)
            try site.write(
                "repository: vault\nserver: {project: p}\n" + TestSite.siteFile,
                to: "moonkeep.yaml"
            )
            let said = """
                was read again: 'repository' has changed and counts when 'moonkeep serve' is started again; \
                'server' has changed and counts when 'moonkeep serve' is started again

                """
            #expect(await serving.program.error.reaches { $0.contains(said) })
            #expect(await serving.end().exitCode == 0)
        }
    }

    @Test func `a site that somebody else may write is not read again`() async throws {
        try await withSite { site in
            let serving = try await Serving(site)
            try site.write("configurations: [{name: other, inclusions: [source]}]\n", to: "moonkeep.yaml")
            try site.setMode(0o666, of: "moonkeep.yaml")
            #expect(await serving.program.error.reaches { $0.contains(" cannot be used, and ") })
            #expect(try await !get("configurations", serving).output.contains("other"))
            #expect(await serving.end().exitCode == 0)
        }
    }

    /// A run that was killed while it held a lock.
    private func killRun(in site: TestSite) async throws {
        try site.write("lock.with('held', function() print('held') task.sleep('1h') end)", to: "script.lua")
        let killed = try site.start(["run", "script.lua"])
        #expect(await killed.output.reaches { $0 == "held\n" })
        killed.send(SIGKILL)
        _ = await killed.end()
    }

    @Test func `runs that are interrupted beside a server go on there`() async throws {
        try await withSite { site in
            let serving = try await Serving(site)
            try await killRun(in: site)
            let run = try #require(try await site.moonkeep("runs", "--json").jsonList().first)
            let id = try #require(run["id"] as? String)
            #expect(
                await serving.program.error.reaches { $0.contains("going on with run \(id) of script.lua\n") }
            )
            #expect(await serving.end().exitCode == 0)
        }
    }

    @Test func `a lock says that its run was interrupted`() async throws {
        try await withSite { site in
            try await killRun(in: site)
            #expect(try await site.moonkeep("locks").output.contains("  interrupted  "))
            let locks = try await site.moonkeep("locks", "--json").jsonList()
            #expect(locks.map { $0["is_interrupted"] as? Bool } == [true])
        }
    }
}
