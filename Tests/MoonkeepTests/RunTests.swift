import Foundation
import Testing

@Suite(.enabled(if: Machine.hasRestic, "restic is not installed")) struct RunTests {
    @Test func `a script backs up with restic, and its figures are restic's own`() async throws {
        try await withSite { site in
            try site.write(String(repeating: "moon", count: 100_000), to: "source/large.txt")
            let ended = try await site.run(TestSite.backUp)
            #expect(ended.exitCode == 0, "\(ended)")
            let backup = try await site.newestBackup()
            let listing = try await site.restic("ls", "latest", "--json").output
            let nodes = try listing.split(separator: "\n").map { line in
                try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            }
            let files = nodes.filter { $0["type"] as? String == "file" }
            #expect(files.count == 3)
            #expect(backup["files_searched"] as? Int == files.count)
            #expect(backup["bytes_searched"] as? Int == files.compactMap { $0["size"] as? Int }.reduce(0, +))
            let stats = try await site.restic("stats", "--json").jsonObject()
            #expect(backup["bytes_searched"] as? Int == stats["total_size"] as? Int)
            let local = try #require(backup["local"] as? [String: Any])
            let snapshot = try #require(local["restic_snapshot_id"] as? String)
            #expect((nodes[0]["id"] as? String)?.hasPrefix(snapshot) == true)
            #expect(backup["state"] as? String == "completed")
        }
    }

    @Test func `a run tells the beginning and the end, and prints the report`() async throws {
        try await withSite { site in
            let ended = try await site.run(
                """
                local id = backup.start("web")
                local result = backup.wait(id)
                report.section("Nightly")
                report.text("all in one line")
                report.table({ "name", "count" }, { { "files", result.files_searched } })
                """
            )
            #expect(ended.exitCode == 0)
            let backup = try await site.newestBackup()
            let id = try #require(backup["id"] as? String)
            let added = #/web: backup (.+) started\n✓ web: completed, 2 files, 8 B, .+ added in .+ s\n/#
            #expect(try added.wholeMatch(in: ended.error)?.1 == Substring(id))
            let run = try #require(
                try await site.moonkeep("runs", "--json").jsonList().first?["id"] as? String
            )
            #expect(
                ended.output == """
                    Nightly

                    all in one line

                    name   count
                    files  2

                    ✓ ok  run \(run)

                    """
            )
        }
    }

    @Test func `the report has a line for each backup`() async throws {
        try await withSite { site in
            let ended = try await site.run(TestSite.backUp)
            let lines = ended.output.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines[0].hasPrefix("  backup of  state      files  new"))
            #expect(lines[1].hasPrefix("✓ web        completed      2    2   8 B"))
            #expect(!ended.output.contains("\u{1b}"))
        }
    }

    @Test func `a quiet run says nothing when all is well, and all that is needed when not`() async throws {
        try await withSite { site in
            let well = try await site.run("print('a') " + TestSite.backUp, "--quiet")
            #expect(well == Ended(exitCode: 0, output: "", error: ""))
            let warned = try await site.run(
                "print('a') report.text('b') run.finish('warning', 'look')",
                "--quiet"
            )
            #expect(warned.exitCode == 3)
            #expect(warned.output.hasPrefix("a\nb\n"))
            #expect(warned.output.contains("look"))
            let failed = try await site.run("print('a') error('no')", "--quiet")
            #expect(failed.exitCode == 1)
            #expect(failed.output.hasPrefix("a\n"))
            #expect(failed.error.contains("script.lua:1: no"))
        }
    }

    @Test func `a program gets one JSON object for each piece of news`() async throws {
        try await withSite { site in
            let ended = try await site.run(
                #"print("hi") log.warn("look", { errors = 2 }) backup.run("web")"#,
                "--json"
            )
            #expect(ended.exitCode == 0)
            #expect(ended.error == "")
            for line in ended.output.split(separator: "\n") { #expect(line.hasPrefix(#"{"type":""#)) }
            let news = try ended.jsonLines()
            let types = news.compactMap { $0["type"] as? String }
            #expect(types.prefix(4) == ["started", "output", "log", "backup_started"])
            #expect(types.suffix(2) == ["backup_finished", "finished"])
            #expect(Set(types.dropFirst(4).dropLast(2)) == ["backup_progress"])
            #expect(news[1]["line"] as? String == "hi")
            #expect(news[2]["fields"] as? [String: Int] == ["errors": 2])
            #expect(news[3]["configuration"] as? String == "web")
            let backup = try #require(news[news.count - 2]["backup"] as? [String: Any])
            #expect(backup["state"] as? String == "completed")
            #expect(news.last?["outcome"] as? String == "ok")
            #expect(news.last?["status"] as? String == "ok")
            #expect(news.last?["run"] as? String == news.first?["run"] as? String)
        }
    }

    @Test func `a backup that a script leaves running is named at the end, and goes on`() async throws {
        try await withSite { site in
            let ended = try await site.run(#"id = backup.start("web") print(id)"#)
            let id = ended.output.trimmingCharacters(in: .newlines)
            #expect(ended.exitCode == 0)
            #expect(
                ended.error.contains("backup \(id) goes on; 'moonkeep backups \(id.prefix(8))' shows it\n")
            )
        }
    }

    @Test func `a saved report lands in the site's folder`() async throws {
        try await withSite { site in
            let ended = try await site.run(
                #"report.text("hello") print(report.save("a.md")) print(report.save("b.html"))"#
            )
            #expect(ended.output.hasPrefix("\(site.path("reports/a.md"))\n\(site.path("reports/b.html"))\n"))
            #expect(try site.names(in: "reports") == ["a.md", "b.html"])
        }
    }

    @Test func `a script of the site is the same one from wherever it is run`() async throws {
        try await withSite { site in
            let script = """
                local count = (state.get("count") or 0) + 1
                state.set("count", count)
                error("for the " .. count .. ". time")
                """
            try site.write(script, to: "script.lua")
            let path = site.path("script.lua")
            for (index, (words, folder)) in [
                (["run", "script.lua"], ""), (["run", "../script.lua"], "source"),
                (["run", "script.lua"], "source"), (["run", "--site", site.folder, path], ".."),
            ].enumerated() {
                let ended = try await site.start(words, in: folder).end()
                #expect(
                    ended.error.hasPrefix("moonkeep: script.lua:3: for the \(index + 1). time\n"),
                    "\(words): \(ended)"
                )
            }
        }
    }

    @Test func `names of files may be any bytes`() async throws {
        try await withSite { site in
            let name =
                site.path("source/caf").utf8CString.dropLast().map { UInt8(bitPattern: $0) } + [0xe9, 0]
            let created = name.withUnsafeBufferPointer { bytes in
                bytes.withMemoryRebound(to: CChar.self) { creat($0.baseAddress!, 0o600) }
            }
            try #require(created >= 0)
            close(created)
            try site.write("x", to: "source/new\nline \u{1b}[31m")
            let ended = try await site.run(TestSite.backUp)
            #expect(ended.exitCode == 0, "\(ended)")
            #expect(try await site.newestBackup()["files_searched"] as? Int == 4)
        }
    }
}
