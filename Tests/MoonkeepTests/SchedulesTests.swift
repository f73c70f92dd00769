import BackupAPI
import Foundation
import Testing

@testable import moonkeep

@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(5)))
struct SchedulesTests {
    private static let siteFile = """
        configurations:
          - name: web
            inclusions: [source]
            schedule: {recurrence: RRULE:FREQ=HOURLY;INTERVAL=2, time_zone: Europe/Berlin}
          - name: by_hand
            inclusions: [source]

        """

    @Test func `nothing with a schedule is told`() async throws {
        try await withSite { site in
            let ended = try await site.moonkeep("schedules")
            let output =
                "Nothing has a schedule yet; 'moonkeep help schedule' shows how a workflow gets one.\n"
            #expect(ended == Ended(exitCode: 0, output: output, error: ""))
            #expect(try await site.moonkeep("schedules", "--json").jsonList().isEmpty)
        }
    }

    @Test func `workflows and configurations are listed, with what keeps them from running`() async throws {
        try await withSite(Self.siteFile) { site in
            try site.makeFolder("scripts")
            try site.write("return {", to: "scripts/bad.lua")
            try site.write("backup.run('web')", to: "scripts/plain.lua")
            try site.write("return { api = 1, run = print }", to: "scripts/unscheduled.lua")
            try site.write(
                """
                return {
                  api = 1, needs = { "shell:true" }, run = print,
                  schedule = schedule.cron("30 2 * * *", { tz = "Europe/Zurich" }),
                }
                """,
                to: "scripts/night.lua"
            )
            let ended = try await site.moonkeep("schedules")
            #expect(ended.exitCode == 0)
            #expect(
                ended.output.replacing(#/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/#, with: "TIME") == """
                    name               schedule                      zone           next                     last  outcome  id
                    scripts/bad.lua    –                             –              –                        –     –        –
                    scripts/night.lua  30 2 * * *                    Europe/Zurich  TIME  –     –        –
                    web                RRULE:FREQ=HOURLY;INTERVAL=2  Europe/Berlin  TIME  –     –        –
                    scripts/bad.lua: scripts/bad.lua:1: unexpected symbol near <eof>
                    scripts/night.lua: it asks for what it was not granted: shell:true (runs the program 'true'). \
                    Grant it with 'moonkeep allow scripts/night.lua'.

                    """
            )
            #expect(try await site.moonkeep("schedules", "--limit", "1").output.contains("bad.lua"))
            let list = try await site.moonkeep("schedules", "--json").jsonList()
            #expect(list.map { $0["kind"] as? String } == ["workflow", "workflow", "configuration"])
            #expect(list.map { ($0["next_times"] as? [String])?.count } == [0, 5, 5])
            #expect(list.allSatisfy { $0["last"] is NSNull && $0["slots"] == nil })
            let unknown = try await site.moonkeep("schedules", "wbe")
            #expect(
                unknown
                    == Ended(
                        exitCode: 2,
                        output: "",
                        error: "moonkeep: there is no schedule 'wbe'. Did you mean 'web'?\n"
                    )
            )
        }
    }

    @Test func `a configuration is shown with the backups that its schedule started`() async throws {
        try await withSite(Self.siteFile) { site in
            let service = try await Site(folder: site.folder).openService()
            let id = try await service.configuration(idOrName: "web").id
            let backup = try await service.start(id, key: "schedule:\(id):2026-03-01T02:00:00Z").id
            let other = try await service.start(id, key: "of a person").id
            _ = try await site.run("backup.wait('\(backup)') backup.wait('\(other)')")
            await service.shutdown()
            let ended = try await site.moonkeep("schedules", "web")
            let lines = ended.output.split(separator: "\n")
            #expect(lines.first == "name      web")
            #expect(lines.suffix(2).first?.hasPrefix("due                      outcome  id ") == true)
            #expect(lines.last == "2026-03-01 02:00:00 UTC  ok       \(backup)")
            let json = try await site.moonkeep("schedules", "web", "--json").jsonObject()
            let slots = try #require(json["slots"] as? [[String: Any]])
            #expect(slots.map { $0["backup"] as? String } == [backup.rawValue])
            #expect(slots.first?["run"] is NSNull)
        }
    }
}
