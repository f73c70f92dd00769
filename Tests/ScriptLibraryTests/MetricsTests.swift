import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import ScriptLibrary
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5))) struct MetricsTests {
    let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private func fixture(scripts: [BackupScript] = [.completes]) throws -> (LibraryFixture, SiteMetrics) {
        let metrics = SiteMetrics(folder: folder.path, now: { .sample })
        let service = InMemoryBackupService([.make("web-files")], scripts: ["web-files": scripts])
        return (try LibraryFixture([.metrics(metrics)], service: service), metrics)
    }

    private func run(_ text: String, _ fixture: LibraryFixture, _ metrics: SiteMetrics) async throws
        -> RunResult
    {
        try await fixture.makeHost().run(
            LuaSource(name: "nightly.lua", text: text),
            observe: metrics.makeObserver()
        )
    }

    private func file() throws -> String {
        let name = try #require(folder.contents.first)
        #expect(folder.contents.count == 1)
        return try folder.text(name)
    }

    @Test func `a run's figures are written when it ends`() async throws {
        let (fixture, metrics) = try fixture()
        let script = """
            metrics.gauge("site_checked_files", 1, { kind = "a" })
            metrics.gauge("site_checked_files", 2.5, { kind = 'x"\\\\\\ny' })
            metrics.gauge("site_checked_files", 7, { kind = "a" })
            metrics.counter("site_mails_total")
            metrics.counter("site_mails_total", 2)
            """
        #expect(try await run(script, fixture, metrics).failure == nil)
        _ = try await run(script, fixture, metrics)
        #expect(
            try file() == """
                # HELP backup_run_duration_seconds How long it took the last time.
                # TYPE backup_run_duration_seconds gauge
                backup_run_duration_seconds{verb="workflow",workflow="nightly.lua"} 0
                # HELP backup_run_last_start_timestamp_seconds When it last began.
                # TYPE backup_run_last_start_timestamp_seconds gauge
                backup_run_last_start_timestamp_seconds{verb="workflow",workflow="nightly.lua"} 1407262942
                # HELP backup_run_last_status 1 for the outcome of the last time, 0 for the others.
                # TYPE backup_run_last_status gauge
                backup_run_last_status{state="failed",verb="workflow",workflow="nightly.lua"} 0
                backup_run_last_status{state="missed",verb="workflow",workflow="nightly.lua"} 0
                backup_run_last_status{state="ok",verb="workflow",workflow="nightly.lua"} 1
                backup_run_last_status{state="skipped",verb="workflow",workflow="nightly.lua"} 0
                backup_run_last_status{state="stopped",verb="workflow",workflow="nightly.lua"} 0
                backup_run_last_status{state="warning",verb="workflow",workflow="nightly.lua"} 0
                # HELP backup_run_last_success_timestamp_seconds When it last ended as ok or warning.
                # TYPE backup_run_last_success_timestamp_seconds gauge
                backup_run_last_success_timestamp_seconds{verb="workflow",workflow="nightly.lua"} 1407262942
                # HELP backup_run_recoveries How often the last run was taken up again.
                # TYPE backup_run_recoveries gauge
                backup_run_recoveries{verb="workflow",workflow="nightly.lua"} 0
                # HELP site_checked_files Set by a script.
                # TYPE site_checked_files gauge
                site_checked_files{kind="a",workflow="nightly.lua"} 7
                site_checked_files{kind="x\\"\\\\\\ny",workflow="nightly.lua"} 2.5
                # HELP site_mails_total Set by a script.
                # TYPE site_mails_total counter
                site_mails_total{workflow="nightly.lua"} 6

                """
        )
        #expect(try metrics.text == file())
    }

    @Test func `the last success stays when a backup fails, also in another process`() async throws {
        let (fixture, metrics) = try fixture(scripts: [.completes, .fails])
        _ = try await run("backup.run('web-files')", fixture, metrics)
        let success =
            #"backup_run_last_success_timestamp_seconds{config="web-files",verb="backup",workflow="nightly.lua"}"#
        let first = try file()
        #expect(first.contains(success))
        #expect(first.contains(#"backup_errors{config="web-files",verb="backup",workflow="nightly.lua"} 0"#))
        let other = SiteMetrics(folder: folder.path, now: { Timestamp.sample.advanced(by: .seconds(60)) })
        #expect(try await run("backup.run('web-files')", fixture, other).outcome == .failed)
        let second = try file()
        #expect(second.contains(success))
        #expect(
            second.contains(
                #"backup_run_last_success_timestamp_seconds{verb="workflow",workflow="nightly.lua"} 1407262942"#
            )
        )
        #expect(
            second.contains(
                #"backup_run_last_status{config="web-files",state="failed",verb="backup",workflow="nightly.lua"} 1"#
            )
        )
    }

    @Test func `a folder that cannot be written is told, and the run is not worse for it`() async throws {
        // A file is no folder on any machine.
        let metrics = SiteMetrics(folder: "/dev/null/metrics", now: { .sample })
        let problems = Mutex<[String]>([])
        let result = try await LibraryFixture([.metrics(metrics)]).makeHost().run(
            LuaSource(name: "nightly.lua", text: "metrics.counter('n')"),
            observe: metrics.makeObserver { problem in problems.withLock { $0.append(problem) } }
        )
        #expect(result.outcome == .ok)
        #expect(
            problems.withLock { $0.first?.hasPrefix("the metrics of 'nightly.lua' could not be written: ") }
                == true
        )
    }

    @Test(arguments: [
        (
            "gauge('a-b', 1)",
            "#1 to 'metrics.gauge': the name of a metric expected (letters, digits, '_' and ':', no digit first), got \"a-b\""
        ),
        (
            "gauge('backup_errors', 1)",
            "#1 to 'metrics.gauge': the metric 'backup_errors' is set by the host for each run; choose another name"
        ),
        ("gauge('a', {})", "#2 to 'metrics.gauge': number expected, got table"),
        (
            "gauge('a', 1, { ['b-c'] = 1 })",
            "#3 to 'metrics.gauge': the label 'b-c': letters, digits and '_' expected, no digit and not '__' first, and not 'workflow', which the host sets"
        ),
        ("counter('a', -1)", "#2 to 'metrics.counter': a number that is not negative expected"),
        (
            "counter('a'); metrics.gauge('a', 1)",
            "#1 to 'metrics.gauge': the metric 'a' is a counter in this run"
        ),
    ])
    func `what is wrong is named`(call: String, message: String) async throws {
        let (fixture, _) = try fixture()
        let failure = try await fixture.failure("metrics.\(call)")
        #expect(failure == "test.lua:1: bad argument \(message)")
    }
}
