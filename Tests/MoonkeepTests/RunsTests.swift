import Foundation
import Testing

@Suite struct RunsTests {
    @Test func `no runs are told`() async throws {
        try await withSite { site in
            let ended = try await site.moonkeep("runs")
            #expect(ended == Ended(exitCode: 0, output: "There are no runs yet.\n", error: ""))
            let list = try await site.moonkeep("runs", "--json").jsonList()
            #expect(list.isEmpty)
        }
    }

    @Test func `the list shows the newest run first`() async throws {
        try await withSite { site in
            _ = try await site.run("print(1)")
            _ = try await site.run("error('x')")
            let runs = try await site.moonkeep("runs", "--json").jsonList()
            #expect(runs.map { $0["status"] as? String } == ["failed", "ok"])
            let lines = try await site.moonkeep("runs").output.split(separator: "\n")
            #expect(lines[0].hasPrefix("run                     script      status  started"))
            #expect(lines[1].hasPrefix("\(try #require(runs[0]["id"] as? String))  script.lua  failed  "))
            #expect(lines.count == 3)
            #expect(try await site.moonkeep("runs", "--limit", "1").output.split(separator: "\n").count == 2)
        }
    }

    @Test func `a run is shown with its steps`() async throws {
        try await withSite { site in
            _ = try await site.run("backup.configurations() error('no')", arguments: ["--name", "value"])
            let list = try await site.moonkeep("runs", "--json").jsonList()
            let id = try #require(list.first?["id"] as? String)
            let ended = try await site.moonkeep("runs", String(id.dropLast(2)))
            let lines = ended.output.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines[0] == "run        \(id)")
            #expect(lines[1] == "script     script.lua")
            #expect(lines[2] == #"arguments  {"name":"value"}"#)
            #expect(lines[3] == "status     failed")
            #expect(lines.contains("message    script.lua:1: no"))
            #expect(lines.contains("calls      1"))
            let step = try #require(lines.first { $0.hasPrefix("0#0 ") })
            #expect(step.contains(#/^0#0 +\+\d+\.\d s +\d+\.\d s  backup\.configurations\(\)  done   \[\{/#))
            for title in ["started", "ended"] {
                let line = try #require(lines.first { $0.hasPrefix(title) })
                #expect(line.wholeMatch(of: #/[a-z]+ +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/#) != nil)
            }
            #expect(lines.contains { $0.wholeMatch(of: #/time +\d+\.\d s/#) != nil })
        }
    }

    @Test func `times are those of the host's zone`() async throws {
        try await withSite { site in
            _ = try await site.run("print(1)")
            let ended = try await site.start(["runs"], environment: ["TZ": "XYZ-14"]).end()
            #expect(ended.output.contains(" XYZ  "), "\(ended)")
        }
    }

    @Test func `JSON has values, not texts of JSON`() async throws {
        try await withSite { site in
            _ = try await site.run("backup.configurations()", arguments: ["--name", "value", "rest"])
            let list = try await site.moonkeep("runs", "--json").jsonList()
            let id = try #require(list.first?["id"] as? String)
            let run = try await site.moonkeep("runs", id, "--json").jsonObject()
            #expect(
                Set(run.keys) == [
                    "id", "script", "script_sha256", "arguments", "status", "outcome", "message",
                    "started_time", "ended_time", "attempt", "is_interrupted", "steps",
                ]
            )
            #expect(run["message"] is NSNull)
            #expect(run["arguments"] as? [String: String] == ["name": "value", "1": "rest"])
            let step = try #require((run["steps"] as? [[String: Any]])?.first)
            #expect(step["name"] as? String == "backup.configurations")
            #expect(step["input"] as? [String] == [])
            #expect((step["output"] as? [[String: Any]])?.first?["name"] as? String == "web")
            #expect(step["error"] is NSNull)
        }
    }

    @Test(arguments: ["nope", ""])
    func `an unknown run ends with 2`(id: String) async throws {
        try await withSite { site in
            _ = try await site.run("print(1)")
            let ended = try await site.moonkeep("runs", id)
            #expect(ended.exitCode == 2)
            #expect(ended.error == "moonkeep: no run has the id '\(id)'. List the runs to see their ids.\n")
        }
    }

    @Test func `the beginning of several ids is an error that lists them`() async throws {
        try await withSite { site in
            _ = try await site.run("print(1)")
            _ = try await site.run("print(2)")
            let list = try await site.moonkeep("runs", "--json").jsonList()
            let ids = list.compactMap { $0["id"] as? String }.sorted()
            let ended = try await site.moonkeep("runs", "20")
            #expect(ended.exitCode == 2)
            #expect(ended.error.contains(ids.joined(separator: ", ")))
        }
    }
}
