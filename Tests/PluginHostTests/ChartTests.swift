import BackupAPI
import BackupTesting
import Foundation
import LuaKit
import PluginHost
import RunJournal
import Testing

@Suite(.timeLimit(.minutes(5))) struct ChartTests {
    private func report(_ spec: String) async throws -> Report {
        let result = try await Fixture().run("report.chart(\(spec))")
        if let failure = result.failure { throw failure }
        return result.report
    }

    @Test func `lines, bars and spans have a form in text`() async throws {
        let result = try await Fixture().run(
            """
            report.chart({ title = "rate", unit = "MiB/s", kind = "line", series = {
                { name = "read", points = { 0, 1, 2, 3, 4, 5, 6, 7 } }, { name = "added", points = { { 1, 2.5 }, { x = 0, y = 2.5 } } },
            } })
            report.chart({ kind = "bar", bars = { { label = "web", value = 1500 }, { label = "mail", value = 500.25 } } })
            report.chart({ kind = "timeline", spans = {
                { label = "dump", start_seconds = 0, end_seconds = 60 }, { label = "backup", start_seconds = 60, end_seconds = 300, failed = true },
            } })
            """
        )
        #expect(
            result.report.terminalLines(TerminalStyle(hasColour: false)) == [
                "rate, MiB/s", "read  ▁▂▃▄▅▆▇█  0 to 7", "added  ▁▁  2.5 to 2.5", "",
                "web   " + String(repeating: "█", count: 30) + " 1,500",
                "mail  " + String(repeating: "█", count: 10) + " 500", "",
                "dump    " + String(repeating: "█", count: 6) + " 1 min 00 s",
                "backup        " + String(repeating: "▒", count: 24) + " 4 min 00 s",
            ]
        )
        #expect(result.report.markdown.contains("```text\nrate, MiB/s\nread  ▁▂▃▄▅▆▇█  0 to 7\n"))
    }

    @Test func `texts are escaped, and the picture is whole`() async throws {
        let html = try await report(
            "{ title = '<b>&', kind = 'bar', bars = { { label = '<script>', value = 1 } } }"
        ).html
        #expect(html.contains("<figcaption>&lt;b&gt;&amp;</figcaption>"))
        #expect(html.contains("text-anchor=\"end\">&lt;script&gt;</text>"))
        #expect(!html.contains("<script>"))
        #expect(html.contains("figure { margin"))
    }

    @Test func `nothing has no bar`() async throws {
        let html = try await report(
            "{ kind = 'bar', bars = { { label = 'a', value = 1000000 }, { label = 'b', value = 1 }, { label = 'c', value = 0 } } }"
        ).html
        #expect(html.split(separator: "\n").filter { $0.hasPrefix("<rect") }.count == 2)
    }

    @Test func `a page without pictures has no style for them`() async throws {
        #expect(!(try await Fixture().run("report.text('x')").report.html.contains("figcaption")))
    }

    @Test func `a long line is thinned with its extremes kept`() async throws {
        let html = try await report(
            """
            (function()
                local points = {}
                for i = 1, 20000 do points[i] = i == 777 and 1000 or i % 10 end
                return { kind = "line", series = { { name = "x", points = points } } }
            end)()
            """
        ).html
        let line = try #require(html.split(separator: "\n").first { $0.hasPrefix("<polyline") })
        #expect(line.split(separator: " ").count <= 402)
        #expect(line.contains(",10.0 "))
        #expect(html.utf8.count < 20_000)
    }

    @Test(arguments: [
        ("series = {}", "no figures"), ("series = { { name = 'x', points = {} } }", "no figures"),
        ("series = { { name = 'x', points = { 5 } } }", "<circle"),
        ("series = { { name = 'x', points = { 1e299, -1e299 } } }", "<polyline"),
        ("series = { { name = 'x', points = { 1e-300, 2e-300 } } }", "<polyline"),
    ])
    func `figures of any size are drawn`(series: String, part: String) async throws {
        let html = try await report("{ kind = 'line', \(series) }").html
        #expect(html.contains(part))
        #expect(!html.contains("nan") && !html.contains("inf\""))
    }

    @Test func `the timeline is that of the run's steps, and the same after a resume`() async throws {
        let fixture = try Fixture()
        let script = "time.now(); backup.run('web-files'); report.chart({ title = 'run', kind = 'timeline' })"
        let result = try await fixture.run(script)
        let lines = result.report.terminalLines(TerminalStyle(hasColour: false))
        #expect(
            lines.map { $0.split(separator: " ").first } == [
                "run", "time.now()", "backup.start(\"web-files\")",
                "backup.wait(\"00000000-0000-4000-8000-000000000001\")",
            ]
        )
        let again = try await fixture.host.replay(try await fixture.journal.run("r1"))
        #expect(again.result.report.terminalLines(TerminalStyle(hasColour: false)) == lines)
        #expect(again.mismatch == nil)
    }

    @Test(arguments: [
        ("{}", "kind: \"line\", \"bar\" or \"timeline\" expected, got nil"),
        ("{ kind = 'pie' }", "kind: \"line\", \"bar\" or \"timeline\" expected, got \"pie\""),
        ("{ kind = 'bar' }", "bars: a list of at most 60 tables expected, got nil"),
        ("{ kind = 'bar', bars = { { label = 'x', value = 0/0 } } }", "value: a number expected, got nan"),
        (
            "{ kind = 'line', series = { { name = 'x', points = { '5' } } } }",
            "a point: a number expected, got \"5\""
        ),
        (
            "{ kind = 'line', colour = 'red' }",
            "a chart has no 'colour'; known are: title, unit, kind, series, bars, spans"
        ),
    ])
    func `what is wrong is named`(spec: String, message: String) async throws {
        let failure = try await Fixture().failure("report.chart(\(spec))")
        #expect(failure == "test.lua:1: bad argument #1 to 'report.chart': \(message)")
    }
}
