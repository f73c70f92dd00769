import Testing

@Suite(.enabled(if: Machine.hasRestic, "restic is not installed")) struct MetricsFileTests {
    private static let siteFile = TestSite.siteFile + "metrics: {textfile: collector}\n"
    private static let script = """
        backup.run("web")
        metrics.counter("site_nights_total")
        """

    @Test func `each run writes the file of its script, in which counters go on`() async throws {
        try await withSite(Self.siteFile) { site in
            try site.makeFolder("collector")
            for _ in 1...2 {
                let ended = try await site.run(Self.script)
                #expect(ended.exitCode == 0, "\(ended)")
            }
            let names = try site.names(in: "collector")
            #expect(names.count == 1)
            let lines = try site.text("collector/\(names[0])").split(separator: "\n")
            #expect(lines.contains(#"site_nights_total{workflow="script.lua"} 2"#), "\(lines)")
            #expect(
                lines.contains(
                    #"backup_run_last_status{config="web",state="ok",verb="backup",workflow="script.lua"} 1"#
                ),
                "\(lines)"
            )
        }
    }

    @Test func `a run whose file cannot be written says so, and is not worse for it`() async throws {
        try await withSite(Self.siteFile) { site in
            let ended = try await site.run(Self.script)
            #expect(ended.exitCode == 0, "\(ended)")
            #expect(
                ended.error.contains("moonkeep: the metrics of 'script.lua' could not be written: "),
                "\(ended)"
            )
        }
    }
}
