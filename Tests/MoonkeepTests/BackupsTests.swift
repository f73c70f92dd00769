import Foundation
import Glibc
import Testing

@testable import moonkeep

@Suite(.enabled(if: Machine.hasRestic, "restic is not installed")) struct BackupsTests {
    /// The contract's backup object (2.3) and the type of each value; a null is another type.
    private static let types: [String: Set<String>] = [
        "project_id": ["text"], "id": ["text"], "agent": ["record"], "configuration": ["record"],
        "state": ["text"], "started_time": ["text", "null"], "ended_time": ["text", "null"],
        "snapshot_id": ["integer", "null"], "errors": ["record"], "files_searched": ["integer"],
        "files_backed_up": ["integer"], "bytes_searched": ["integer"], "bytes_backed_up": ["integer"],
        "bytes_in_db": ["integer"], "bandwidth_avg_bps": ["integer"], "restorable": ["flag"],
        "links": ["list"], "local": ["record"],
    ]

    private func type(of value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .flag: "flag"
        case .integer: "integer"
        case .number: "number"
        case .text: "text"
        case .list: "list"
        case .record: "record"
        }
    }

    /// Expects the contract's object and nothing else.
    private func expectContract(_ ended: Ended, state: String, nulls: Set<String> = []) throws {
        let values = try JSONDecoder().decode([String: JSONValue].self, from: Data(ended.output.utf8))
        #expect(Set(values.keys) == Set(Self.types.keys))
        for (key, value) in values {
            #expect(Self.types[key]?.contains(type(of: value)) == true, "\(key): \(value)")
        }
        #expect(Set(values.filter { $0.value == .null }.keys) == nulls)
        let backup = try ended.jsonObject()
        #expect(backup["state"] as? String == state)
        let errors = try #require(backup["errors"] as? [String: Any])
        #expect(Set(errors.keys) == ["count", "reason", "diagnostics", "links"])
        #expect(errors["count"] is Int && errors["reason"] is String && errors["diagnostics"] is String)
        for key in ["agent", "configuration"] {
            let reference = try #require(backup[key] as? [String: Any])
            #expect(Set(reference.keys) == ["id", "links"])
        }
        let links = try #require(backup["links"] as? [[String: String]])
        #expect(links.map { $0["rel"] } == ["self", "events"])
        let time = #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/#
        for key in ["started_time", "ended_time"] where !nulls.contains(key) {
            #expect(try time.wholeMatch(in: #require(backup[key] as? String)) != nil)
        }
    }

    /// One backup by its id, in JSON.
    private func newest(_ site: TestSite) async throws -> Ended {
        let id = try #require(try await site.newestBackup()["id"] as? String)
        return try await site.moonkeep("backups", id, "--json")
    }

    @Test func `a completed backup is the contract's object`() async throws {
        try await withSite { site in
            _ = try await site.run(TestSite.backUp)
            let ended = try await newest(site)
            let backup = try ended.jsonObject()
            try expectContract(ended, state: "completed")
            #expect(backup["snapshot_id"] as? Int == 1)
            #expect(backup["restorable"] as? Bool == true)
        }
    }

    @Test func `a backup with errors is the contract's object, and shows them`() async throws {
        try await withSite("configurations: [{name: web, inclusions: [source, gone]}]\n") { site in
            _ = try await site.run(TestSite.backUp)
            let ended = try await newest(site)
            let backup = try ended.jsonObject()
            try expectContract(ended, state: "completed_with_errors")
            let errors = try #require(backup["errors"] as? [String: Any])
            #expect(errors["count"] as? Int == 1)
            #expect(errors["reason"] as? String == "unable_to_process_some_files")
            let text = try await site.moonkeep("backups", #require(backup["id"] as? String)).output
            #expect(
                text.hasSuffix(
                    """
                    errors         1, unable_to_process_some_files
                      1 path could not be backed up: '\(site.path("gone"))' (does not exist)
                      \(site.path("gone")): does not exist

                    """
                )
            )
        }
    }

    @Test func `a running and a stopped backup are the contract's object`() async throws {
        try await withSite(TestSite.slowSiteFile) { site in
            let program = try await site.startRunningBackup()
            try expectContract(
                try await newest(site),
                state: "in_progress",
                nulls: ["ended_time", "snapshot_id"]
            )
            let line = try await site.moonkeep("backups").output.split(separator: "\n").last ?? ""
            #expect(line.hasPrefix("… web        in_progress  "))
            program.send(SIGINT)
            _ = await program.end()
            try expectContract(try await newest(site), state: "stopped", nulls: ["snapshot_id"])
        }
    }

    @Test func `the list is a table, newest first`() async throws {
        try await withSite(
            "configurations: [{name: web, inclusions: [source]}, {name: db, inclusions: [home/x]}]\n"
        ) {
            site in
            #expect(try await site.moonkeep("backups").output == "There are no backups yet.\n")
            _ = try await site.run(#"backup.run("web") backup.wait(backup.start("db"))"#)
            let list = try await site.moonkeep("backups", "--json").jsonList()
            let lines = try await site.moonkeep("backups").output.split(separator: "\n")
            #expect(lines.count == 3)
            #expect(lines[0].hasPrefix("  backup of  state      started                  files  size"))
            for (line, backup) in zip(lines.dropFirst(), list) {
                let id = try #require(backup["id"] as? String)
                let started = try #require(backup["started_time"] as? String)
                #expect(line.hasSuffix("  \(id.prefix(8))"))
                #expect(line.contains("  \(started.prefix(10)) \(started.prefix(19).dropFirst(11)) UTC  "))
            }
            #expect(lines[1].hasPrefix("✗ db         failed     "))
            #expect(lines[2].hasPrefix("✓ web        completed  "))
            #expect(
                try await site.moonkeep("backups", "--limit", "1").output.split(separator: "\n").count == 2
            )
            let ofWeb = try await site.moonkeep("backups", "--configuration", "web", "--json").jsonList()
            #expect(ofWeb.map { $0["id"] as? String } == [list[1]["id"] as? String])
            try await expectIDs(list.compactMap { $0["id"] as? String }, site)
        }
    }

    /// Expects that ids may be short, as long as they name one backup.
    private func expectIDs(_ ids: [String], _ site: TestSite) async throws {
        let short = try await site.moonkeep("backups", String(ids[0].prefix(12)))
        #expect(
            short.output.hasPrefix("id             \(ids[0])\nconfiguration  db\nstate          failed\n")
        )
        for unknown in ["", "zzzz"] {
            let ended = try await site.moonkeep("backups", unknown)
            #expect(
                ended
                    == Ended(
                        exitCode: 2,
                        output: "",
                        error:
                            "moonkeep: no backup has the id '\(unknown)'. List the backups to see their ids.\n"
                    )
            )
        }
        let misspelt = try await site.moonkeep("backups", "--configuration", "wbe")
        #expect(misspelt.exitCode == 2)
        #expect(misspelt.error == "moonkeep: no configuration is called 'wbe'. Did you mean 'web'?\n")
    }

    @Test func `the beginning of several ids is an error that lists them`() async throws {
        try await withSite("restic: /bin/false\nconfigurations: [{name: web, inclusions: [source]}]\n") {
            site in
            // Of 17 ids two begin with the same digit.
            _ = try await site.run(#"for i = 1, 17 do backup.wait(backup.start("web")) end"#)
            let ids = try await site.moonkeep("backups", "--json").jsonList().compactMap {
                $0["id"] as? String
            }
            let groups = Dictionary(grouping: ids, by: { $0.prefix(1) })
            let (prefix, group) = try #require(groups.first { $0.value.count > 1 })
            let ended = try await site.moonkeep("backups", String(prefix))
            #expect(ended.exitCode == 2)
            #expect(
                ended.error == """
                    moonkeep: \(group.count) backups have ids that begin with '\(prefix)'. \
                    Give more of the id: \(group.prefix(5).joined(separator: ", ")).

                    """
            )
        }
    }
}
