import BackupAPI
import BackupTesting
import Foundation
import Testing

@testable import PluginHost

private let colour = TerminalStyle(hasColour: true)
private let plain = TerminalStyle(hasColour: false)

extension Report {
    fileprivate static func make(_ blocks: ReportBlock...) -> Report {
        Report(title: "nightly.lua", outcome: .warning, blocks: blocks)
    }
}

extension Backup {
    fileprivate static let good = make(state: .completed)
    fileprivate static let bad = make(
        id: .make(2),
        state: .failed,
        ended: .sample.advanced(by: .milliseconds(400))
    )
}

@Suite struct TerminalReportTests {
    @Test func `backups that follow one another share a table with marks and notes`() {
        let report = Report.make(
            .section("Backups"),
            .backup(.good, configuration: "web-files"),
            .backup(.bad, configuration: "日本"),
            .backup(.make(id: .make(3), state: .inProgress), configuration: "mail"),
            .text("two lines\nof text"),
        )
        #expect(
            report.terminalLines(plain) == [
                "Backups",
                "",
                "  backup of  state        files  new      size    added        time  id",
                "✓ web-files  completed    1,222    6  3.45 GiB  121 MiB  1 min 00 s  00000000",
                "✗ 日本       failed           0    0       0 B      0 B       0.4 s  00000000",
                "… mail       in_progress      0    0       0 B      0 B              00000000",
                "  日本: the source cannot be read",
                "",
                "two lines",
                "of text",
            ]
        )
    }

    @Test func `colours mark outcomes and headings`() {
        let report = Report.make(
            .section("Backups"),
            .table(columns: ["a"], rows: [["1"]]),
            .backup(.bad, configuration: "mail")
        )
        #expect(
            report.terminalLines(colour) == [
                "\u{1b}[1mBackups\u{1b}[0m",
                "",
                "\u{1b}[2ma\u{1b}[0m",
                "1",
                "",
                "  \u{1b}[2mbackup of  state   files  new  size  added   time  id\u{1b}[0m",
                "\u{1b}[1;31m✗ mail       failed      0    0   0 B    0 B  0.4 s  00000000\u{1b}[0m",
                "\u{1b}[1;31m  mail: the source cannot be read\u{1b}[0m",
            ]
        )
    }

    @Test func `control characters are shown as question marks`() {
        let report = Report.make(
            .section("a\u{1b}[2Jb"),
            .text("x\u{7}\r\ny\u{9b}z"),
            .table(columns: ["c\0"], rows: [["d\ne"]]),
            .backup(
                .make(state: .failed, errors: ErrorSummary(count: 1, diagnostics: "\u{1b}]0;x\u{7}")),
                configuration: "m\tn"
            )
        )
        #expect(
            report.terminalLines(plain) == [
                "a?[2Jb", "", "x?", "y?z", "", "c?", "d?e", "",
                "  backup of  state   files  new  size  added        time  id",
                "✗ m?n        failed      0    0   0 B    0 B  1 min 00 s  00000000",
                "  m?n: ?]0;x?",
            ]
        )
    }

    @Test func `a table aligns wide characters and lets short rows be`() {
        let table = TextTable(
            columns: ["name", "n"],
            rows: [["日本語", "1"], ["é", "10"], ["👍🏽"], ["e\u{301}x", "2"]],
            rightAligned: [1]
        )
        #expect(table.lines() == ["name     n", "日本語   1", "é       10", "👍🏽", "e\u{301}x       2"])
    }

    @Test func `an empty report has no lines`() {
        #expect(Report.make().terminalLines(plain).isEmpty)
        #expect(TextTable(columns: [], rows: []).lines().isEmpty)
    }

    @Test(arguments: [
        (Outcome.ok, "\u{1b}[32mx\u{1b}[0m"), (.warning, "\u{1b}[33mx\u{1b}[0m"),
        (.stopped, "\u{1b}[33mx\u{1b}[0m"), (.skipped, "\u{1b}[33mx\u{1b}[0m"),
        (.failed, "\u{1b}[1;31mx\u{1b}[0m"), (.missed, "\u{1b}[1;31mx\u{1b}[0m"), (nil, "x"),
    ])
    func `each outcome has a colour`(outcome: Outcome?, text: String) {
        #expect(colour.paint("x", outcome) == text)
        #expect(plain.paint("x", outcome) == "x")
    }

    @Test func `marks tell outcomes apart without colour`() {
        #expect(Outcome.allCases.map(\.mark) == ["✓", "–", "!", "■", "?", "✗"])
    }

    @Test func `many backups in a row take little time`() {
        let blocks = (0..<2_000).map { _ in ReportBlock.backup(.good, configuration: "mail") }
        let report = Report(title: "t", outcome: .ok, blocks: blocks)
        #expect(report.terminalLines(plain).count == 2_001)
    }
}

@Suite struct MarkdownReportTests {
    @Test func `the whole report as Markdown`() {
        let report = Report.make(
            .section("Backups"),
            .backup(.good, configuration: "web-files"),
            .backup(.bad, configuration: "mail"),
            .text("All *done*."),
            .table(columns: ["name", "value"], rows: [["a", "1"], ["b", ""]]),
        )
        #expect(
            report.markdown == """
                # nightly.lua

                Outcome: **warning**

                ## Backups

                |  | backup of | state | files | new | size | added | time | id |
                | --- | --- | --- | --- | --- | --- | --- | --- | --- |
                | ✓ | web-files | completed | 1,222 | 6 | 3.45 GiB | 121 MiB | 1 min 00 s | 00000000 |
                | ✗ | mail | failed | 0 | 0 | 0 B | 0 B | 0.4 s | 00000000 |

                - mail: the source cannot be read

                All \\*done\\*.

                | name | value |
                | --- | --- |
                | a | 1 |
                | b |  |

                """
        )
    }

    @Test(arguments: [
        ("<script>alert(1)</script>", "\\<script\\>alert(1)\\</script\\>"),
        ("a | b", "a \\| b"), ("# x", "\\# x"), ("- x", "\\- x"), ("===", "\\==="), ("a - b", "a - b"),
        ("[x](javascript:y)", "\\[x\\](javascript:y)"), ("`_*~&\\", "\\`\\_\\*\\~\\&\\\\"),
        ("|\u{301}", "\\|\u{301}"), ("a\u{1b}[31m\tb\0", "a?\\[31m?b?"), ("a\r\nb\rc", "a\nb\nc"),
    ])
    func `markup in a text is escaped`(text: String, expected: String) {
        #expect(
            Report.make(.text(text)).markdown == "# nightly.lua\n\nOutcome: **warning**\n\n\(expected)\n"
        )
    }

    @Test func `a line break leaves neither a heading nor a row`() {
        let report = Report.make(
            .section("a\r\n\r\n# b"),
            .table(columns: ["c\n| d"], rows: [["e\r\nf\rg"]])
        )
        #expect(
            report.markdown == """
                # nightly.lua

                Outcome: **warning**

                ## a \\# b

                | c \\| d |
                | --- |
                | e f g |

                """
        )
    }
}

@Suite struct HTMLReportTests {
    /// The report's body alone.
    private func body(_ report: Report) -> String {
        let html = report.html
        guard let start = html.range(of: "<body>\n"), let end = html.range(of: "\n</body>") else {
            return html
        }
        return String(html[start.upperBound..<end.lowerBound])
    }

    @Test func `the whole report as HTML`() {
        let report = Report(
            title: "a<b>.lua",
            outcome: .failed,
            blocks: [.section("Figures"), .text("one\n\ntwo")]
        )
        let style = ReportStyle.text(hasCharts: false)
        #expect(
            report.html == """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>a&lt;b&gt;.lua: failed</title>
                <style>
                \(style)
                </style>
                </head>
                <body>
                <h1>a&lt;b&gt;.lua <span class="failed">✗ failed</span></h1>
                <h2>Figures</h2>
                <p>one</p>
                <p>two</p>
                </body>
                </html>

                """
        )
    }

    @Test func `backups are rows with figures to the right, and their notes a list`() {
        #expect(
            body(.make(.backup(.good, configuration: "web-files"), .backup(.bad, configuration: "mail")))
                == """
                <h1>nightly.lua <span class="warning">! warning</span></h1>
                <table>
                <tr><th></th><th>backup of</th><th>state</th><th class="figure">files</th><th class="figure">new</th>\
                <th class="figure">size</th><th class="figure">added</th><th class="figure">time</th><th>id</th></tr>
                <tr class="ok"><td>✓</td><td data-label="backup of">web-files</td><td data-label="state">completed</td>\
                <td class="figure" data-label="files">1,222</td><td class="figure" data-label="new">6</td>\
                <td class="figure" data-label="size">3.45 GiB</td><td class="figure" data-label="added">121 MiB</td>\
                <td class="figure" data-label="time">1 min 00 s</td><td data-label="id">00000000</td></tr>
                <tr class="failed"><td>✗</td><td data-label="backup of">mail</td><td data-label="state">failed</td>\
                <td class="figure" data-label="files">0</td><td class="figure" data-label="new">0</td>\
                <td class="figure" data-label="size">0 B</td><td class="figure" data-label="added">0 B</td>\
                <td class="figure" data-label="time">0.4 s</td><td data-label="id">00000000</td></tr>
                </table>
                <ul>
                <li class="failed">mail: the source cannot be read</li>
                </ul>
                """
        )
    }

    @Test func `markup and control characters are escaped everywhere`() {
        let evil = "<script>&\"'\u{1b}</script>"
        let safe = "&lt;script&gt;&amp;&quot;&#39;?&lt;/script&gt;"
        let failed = Backup.make(state: .failed, errors: ErrorSummary(count: 1, diagnostics: evil))
        let html = Report(
            title: evil,
            outcome: .ok,
            blocks: [
                .section(evil), .text(evil), .table(columns: [evil], rows: [[evil]]),
                .backup(failed, configuration: evil),
            ]
        ).html
        #expect(!html.contains("<script>"))
        #expect(html.split(separator: safe, omittingEmptySubsequences: false).count - 1 == 10)
        #expect(body(.make(.text("<\u{301}b"))).hasSuffix("<p>&lt;\u{301}b</p>"))
    }
}

@Suite struct FiguresTests {
    @Test(arguments: [
        (0, "0"), (7, "7"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567"), (-1_234, "-1,234"),
        (Int.min, "-9,223,372,036,854,775,808"),
    ])
    func `a count has groups of three`(number: Int, text: String) {
        #expect(Figures.count(number) == text)
    }

    @Test(arguments: [
        (0, "0 B"), (17, "17 B"), (999, "999 B"), (1_000, "0.98 KiB"), (1_024, "1.00 KiB"),
        (1_536, "1.50 KiB"),
        (10_240, "10.0 KiB"), (126_000, "123 KiB"), (1_023_500, "0.98 MiB"), (1_048_575, "1.00 MiB"),
        (127_000_000, "121 MiB"), (3_700_000_000, "3.45 GiB"), (-2_048, "-2.00 KiB"),
        (Int64.max, "8.00 EiB"), (Int64.min, "-8.00 EiB"),
    ])
    func `bytes have three digits in powers of 1024`(number: Int64, text: String) {
        #expect(Figures.bytes(number) == text)
    }

    @Test(arguments: [
        (Duration.zero, "0.0 s"), (.milliseconds(-5), "0.0 s"), (.milliseconds(449), "0.4 s"),
        (.milliseconds(9_940), "9.9 s"), (.milliseconds(9_960), "10 s"),
        (.milliseconds(59_600), "1 min 00 s"),
        (.seconds(185), "3 min 05 s"), (.seconds(3_599), "59 min 59 s"),
        (.milliseconds(3_599_600), "1 h 00 min"),
        (.seconds(7_620), "2 h 07 min"), (.seconds(86_400), "1 d 00 h"), (.seconds(273_600), "3 d 04 h"),
        (.seconds(Int64.max), "11574074074 d 01 h"),
    ])
    func `a duration has its two biggest units`(duration: Duration, text: String) {
        #expect(Figures.duration(duration) == text)
    }
}
