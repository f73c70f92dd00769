import BackupAPI
import BackupTesting
import Foundation
import LuaKit
import RunJournal
import Testing

@testable import PluginHost

/// What the head of a report says, how its file is called, and how it looks.
@Suite struct ReportHeadTests {
    private static func fixture(_ folder: TemporaryFolder) throws -> Fixture {
        try Fixture(reportsFolder: folder.path) { environment in
            environment.hostName = "web-01"
            environment.siteName = "/srv/<backups>"
        }
    }

    @Test func `the head has date, host, site, run and duration`() async throws {
        let folder = try TemporaryFolder()
        let fixture = try Self.fixture(folder)
        _ = try await fixture.values(
            "report.add(backup.run('mail')) report.save('a.md') report.save('a.html') return report.markdown()"
        )
        let began = HostEnvironment.universal(.sample, "%Y-%m-%d %H:%M:%S UTC")
        let head = try folder.text("a.md").split(separator: "\n").dropFirst(2).first
        #expect(
            head.map(String.init)
                == "began \(began), took 0.0 s, host web-01, site /srv/\\<backups\\>, run r1"
        )
        let page = try folder.text("a.html")
        #expect(page.contains("<p class=\"facts\"><span>began \(began)</span> <span>took 0.0 s</span> "))
        #expect(
            page.contains(
                "<span>host web-01</span> <span>site /srv/&lt;backups&gt;</span> <span>run r1</span></p>"
            )
        )
    }

    @Test func `what a script gets of its report takes the time to the end of its last backup`() async throws
    {
        let folder = try TemporaryFolder()
        let fixture = try Self.fixture(folder)
        let text = try await fixture.values("report.add(backup.run('mail')) return report.markdown()").first?
            .text
        let lines = try #require(text).split(separator: "\n")
        #expect(lines.contains { $0.hasPrefix("began ") && $0.contains(", took ") })
        let empty = try await fixture.values("return report.markdown()").first?.text
        #expect(empty?.contains("took") == false)
    }

    @Test func `without a host's name there is no head`() async throws {
        let text = try await Fixture().values("return report.markdown()").first?.text
        #expect(text == "# test.lua\n\nOutcome: **ok**\n")
    }

    @Test(arguments: [
        ("nightly-%Y-%m-%d.md", "nightly-%Y-%m-%d.md"), ("%F/a-%H%M.html", "%F/a-%H%M.html"),
        ("100%%.md", "100%.md"),
    ])
    func `a file's name may have parts of the date on which the run began`(name: String, pattern: String)
        async throws
    {
        let folder = try TemporaryFolder()
        let values = try await Self.fixture(folder).values("return report.save('\(name)')")
        let expected = pattern == "100%.md" ? pattern : HostEnvironment.universal(.sample, pattern)
        #expect(values == [.string(folder.path + "/" + expected)])
        #expect(folder.contents.contains(expected))
    }

    @Test(arguments: ["a-%Q.md", "a-%", "%n.md", "a-%/b.md"])
    func `a letter that stands for nothing is an error that lists the others`(name: String) async throws {
        let folder = try TemporaryFolder()
        let failure = try await Self.fixture(folder).failure("report.save('\(name)')")
        #expect(
            failure?.contains("stands for a part of the date: %Y year, %m month") == true,
            "\(failure ?? "")"
        )
        #expect(folder.contents.isEmpty)
    }

    // MARK: Contrast

    /// A theme, its ground, and a colour with the contrast that it has to have.
    struct Pair: CustomTestStringConvertible {
        let name: String
        let ground: String
        let colour: String
        let least: Double

        var testDescription: String { "\(name): \(colour) on \(ground)" }

        static let all = [("light", ReportStyle.Theme.light), ("dark", ReportStyle.Theme.dark)].flatMap {
            name,
            theme in
            [theme.text, theme.dim, theme.ok, theme.warning, theme.failed].map {
                Pair(name: name, ground: theme.ground, colour: $0, least: 4.5)
            } + theme.series.map { Pair(name: name, ground: theme.ground, colour: $0, least: 3) }
        }
    }

    @Test(arguments: Pair.all)
    func `colours can be told from the ground in both themes`(pair: Pair) throws {
        let contrast = try Self.contrast(pair.colour, pair.ground)
        #expect(contrast >= pair.least, "\(contrast)")
        let rules = ReportStyle.text(hasCharts: true)
        #expect(rules.contains("color: \(pair.colour);") || rules.contains("fill: \(pair.colour);"))
    }

    @Test func `the contrast is measured as WCAG has it`() throws {
        #expect(try Self.contrast("#000000", "#ffffff") == 21)
        #expect(abs(try Self.contrast("#777777", "#ffffff") - 4.48) < 0.01)
    }

    /// The relation of two colours' luminances: WCAG 2.2, "contrast ratio".
    private static func contrast(_ one: String, _ other: String) throws -> Double {
        let (a, b) = (try luminance(one), try luminance(other))
        return (max(a, b) + 0.05) / (min(a, b) + 0.05)
    }

    private static func luminance(_ colour: String) throws -> Double {
        let number = try #require(Int(colour.dropFirst(), radix: 16))
        let parts = [16, 8, 0].map { shift -> Double in
            let part = Double(number >> shift & 0xff) / 255
            return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }
}

extension HostEnvironment {
    fileprivate static func universal(_ moment: Timestamp, _ pattern: String) -> String {
        HostEnvironment(
            now: { moment },
            makeID: { "" },
            owner: RunOwner(processID: 1, processStartTime: 0, bootID: "")
        )
        .timeText(moment, pattern)
    }
}
