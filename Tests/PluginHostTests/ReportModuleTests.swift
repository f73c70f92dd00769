import BackupAPI
import BackupTesting
import Foundation
import LuaKit
import PluginHost
import RunJournal
import Testing

private let plain = TerminalStyle(hasColour: false)

@Suite(.timeLimit(.minutes(5))) struct ReportModuleTests {
    @Test func `a report has what the script added, in order`() async throws {
        let result = try await Fixture().run(
            """
            report.section("Backups")
            report.add(backup.run("mail"))
            report.text("done")
            report.text({ b = 2, a = { true, 1.5 } })
            report.text(nil)
            report.table({ "name", "value" }, { { "a", 1, "surplus" }, { 0.1 + 0.2 }, { true, { 1 } } })
            """
        )
        #expect(
            result.report.terminalLines(plain) == [
                "Backups",
                "",
                "  backup of  state      files  new      size    added   time  id",
                "✓ mail       completed  1,222    6  3.45 GiB  121 MiB  1.0 s  00000000",
                "",
                "done",
                "",
                #"{"a":[true,1.5],"b":2}"#,
                "",
                "nil",
                "",
                "name  value",
                "a     1",
                "0.3",
                "true  [1]",
            ]
        )
        #expect(result.report.title == "test.lua")
    }

    @Test func `a backup of the past has its configuration's name where the record has it`() async throws {
        let details = LocalDetails(configurationName: "mail of old", createdTime: .sample)
        let service = RecordService(.make(state: .completed, local: details))
        let result = try await Fixture(service: service).run(#"report.add(backup.status("b"))"#)
        guard case .backup(_, let name)? = result.report.blocks.first else {
            Issue.record("no backup in the report")
            return
        }
        #expect(name == "mail of old")
    }

    @Test(arguments: [
        ("nightly.md", "# test.lua\n\nOutcome: **ok**\n\nhello\n"), ("a/b/c.html", "<!DOCTYPE html>\n"),
    ])
    func `save writes the report so far and answers its path`(name: String, start: String) async throws {
        let folder = try TemporaryFolder()
        let fixture = try Fixture(reportsFolder: folder.path)
        let values = try await fixture.values("report.text('hello') return report.save('\(name)')")
        #expect(values == [.string(folder.path + "/" + name)])
        #expect(try folder.text(name).hasPrefix(start))
        #expect(try fixture.journal.stepLines == ["effect report.save done"])
    }

    @Test func `a report's text can be had at any time`() async throws {
        let values = try await Fixture().values(
            "report.section('A') local before = report.markdown() report.text('<b>') return before, report.html()"
        )
        #expect(values.first == "# test.lua\n\nOutcome: **ok**\n\n## A\n")
        let page = try #require(values.last?.text)
        #expect(page.hasPrefix("<!DOCTYPE html>\n") && page.contains("&lt;b&gt;"))
    }

    @Test func `a report of the script's own has what was added to it, and the run's has not`() async throws {
        let folder = try TemporaryFolder()
        let fixture = try Fixture(reportsFolder: folder.path)
        let result = try await fixture.run(
            """
            local weekly = report.new("The week")
            weekly:section("Backups")
            weekly:add(backup.run("mail"))
            weekly:text({ a = 1 })
            weekly:table({ "a", "b" }, { { 1 } })
            weekly:chart({ kind = "bar", bars = { { label = "x", value = 1 } } })
            report.text("short")
            return weekly:markdown(), weekly:save("weekly.md"), weekly:html():match("<title>(.-):")
            """
        )
        #expect(result.failure == nil)
        let markdown = try #require(result.values.first?.text)
        #expect(markdown.hasPrefix("# The week\n\nOutcome: **ok**\n\n## Backups\n\n"))
        #expect(markdown.contains("| mail |") && markdown.contains("| 1 |  |"), "\(markdown)")
        #expect(try folder.text("weekly.md") == markdown)
        #expect(Array(result.values.dropFirst()) == [.string(folder.path + "/weekly.md"), "The week"])
        #expect(result.report.terminalLines(plain) == ["short"])
        #expect(try fixture.journal.stepLines.last == "effect report.save done")
    }

    @Test(arguments: [
        ("section({})", "bad argument #1 to 'Report.section': string expected, got table"),
        ("add(1)", "bad argument #1 to 'Report.add': table with names expected, got integer"),
        ("table({ 'a' }, { 1 })", "bad argument #2 to 'Report.table': row 1 is not a list but a integer"),
        (
            "chart({ kind = 'pie' })",
            "bad argument #1 to 'Report.chart': kind: \"line\", \"bar\" or \"timeline\" expected, got \"pie\""
        ),
        (
            "save('../x.md')",
            "bad argument #1 to 'report.save': a name beneath the site's folder 'reports' expected, got \"../x.md\""
        ),
    ])
    func `what is wrong with a report's call is named`(call: String, message: String) async throws {
        let folder = try TemporaryFolder()
        let result = try await Fixture(reportsFolder: folder.path).run("report.new('x'):\(call)")
        #expect(result.failure?.message == message)
        #expect(folder.contents.isEmpty)
    }

    @Test func `a plan saves no report of the script's own`() async throws {
        let folder = try TemporaryFolder()
        let fixture = try Fixture(reportsFolder: folder.path)
        let source = LuaSource(name: "test.lua", text: "return report.new('x'):save('x.md')")
        let plan = try await fixture.host.plan(source)
        #expect(plan.steps.map(\.name) == ["report.save"])
        #expect(folder.contents.isEmpty)
    }

    @Test func `save replaces a report as a whole`() async throws {
        let folder = try TemporaryFolder()
        let fixture = try Fixture(reportsFolder: folder.path)
        _ = try await fixture.values("report.text('long text') report.save('a.md')")
        _ = try await fixture.values("report.save('a.md')")
        #expect(try folder.text("a.md") == "# test.lua\n\nOutcome: **ok**\n")
        #expect(folder.contents == ["a.md"])
    }

    @Test(arguments: [
        "../x.md", "/etc/x.md", "a/../../x.md", "a//x.md", "./x.md", "", "a/", "..", "x\\0.md",
    ])
    func `save refuses a name that is not beneath the folder`(name: String) async throws {
        let folder = try TemporaryFolder()
        let fixture = try Fixture(reportsFolder: folder.path + "/reports")
        let shown = name.replacing("\\0", with: "?")
        #expect(
            try await fixture.failure(#"report.save("\#(name)")"#)
                == "test.lua:1: bad argument #1 to 'report.save': a name beneath the site's folder 'reports' expected, got \"\(shown)\""
        )
        #expect(folder.contents.isEmpty)
    }

    @Test(arguments: ["x", "x.txt", "x.MD", "x.md.lua", "md"])
    func `save refuses another ending`(name: String) async throws {
        let folder = try TemporaryFolder()
        let fixture = try Fixture(reportsFolder: folder.path)
        #expect(
            try await fixture.failure(#"report.save("\#(name)")"#)
                == "test.lua:1: bad argument #1 to 'report.save': a name that ends in '.md' or '.html' expected, got \"\(name)\""
        )
        #expect(folder.contents.isEmpty)
    }

    @Test(arguments: ["link/x.md", "link/deep/er/x.md", "file.md"])
    func `save does not follow a symbolic link out of the folder`(name: String) async throws {
        let folder = try TemporaryFolder()
        let files = FileManager.default
        for part in ["reports", "outside"] {
            try files.createDirectory(atPath: folder.path + "/" + part, withIntermediateDirectories: true)
        }
        try files.createSymbolicLink(
            atPath: folder.path + "/reports/link",
            withDestinationPath: folder.path + "/outside"
        )
        try files.createSymbolicLink(
            atPath: folder.path + "/reports/file.md",
            withDestinationPath: folder.path + "/outside/file.md"
        )
        try Data("mine".utf8).write(to: URL(filePath: folder.path + "/outside/file.md"))
        let before = folder.contents
        let fixture = try Fixture(reportsFolder: folder.path + "/reports")
        #expect(
            try await fixture.failure(#"report.save("\#(name)")"#)
                == "test.lua:1: the report '\(name)' would be written outside '\(folder.path)/reports'"
        )
        #expect(folder.contents == before)
        #expect(try folder.text("outside/file.md") == "mine")
        #expect(
            try fixture.journal.allSteps.first?.error
                == #"{"code":"storage","message":"the report '\#(name)' would be written outside '\#(folder.path)/reports'","retryable":false}"#
        )
    }

    @Test func `save through a link that stays in the folder works`() async throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
            atPath: folder.path + "/2026",
            withIntermediateDirectories: true
        )
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/now", withDestinationPath: "2026")
        _ = try await Fixture(reportsFolder: folder.path).values("report.save('now/x.md')")
        #expect(folder.contents == ["2026", "2026/x.md", "now"])
    }

    @Test func `save says when the file cannot be written`() async throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
            atPath: folder.path + "/x.md/y",
            withIntermediateDirectories: true
        )
        let failure = try #require(
            try await Fixture(reportsFolder: folder.path).run("report.save('x.md')").failure
        )
        #expect(failure.code == "storage")
        #expect(failure.message.hasPrefix("the report '\(folder.path)/x.md' could not be written: "))
        #expect(failure.fix == "Check the folder's permissions and free space.")
    }

    @Test func `a host without a folder saves nothing`() async throws {
        let failure = try #require(try await Fixture().run("report.save('x.md')").failure)
        #expect(failure.description == "test.lua:1: this host does not save reports")
        #expect(failure.code == "unsupported")
    }
}

/// A service with one backup that is over.
private struct RecordService: BackupService {
    let record: Backup

    init(_ record: Backup) {
        self.record = record
    }

    func configurations() async throws -> [Configuration] { [] }
    func configuration(_ id: ResourceID<Configuration>) async throws -> Configuration {
        throw BackupError.unknownConfiguration(id.rawValue, known: [])
    }
    func start(_ configuration: ResourceID<Configuration>, key: String?) async throws -> Backup { record }
    func backup(_ id: ResourceID<Backup>) async throws -> Backup { record }
    func backups(_ filter: BackupFilter) async throws -> [Backup] { [record] }
    func stop(_ id: ResourceID<Backup>) async throws -> Backup { record }
    func errors(of id: ResourceID<Backup>) async throws -> ErrorList { ErrorList() }
    func updates(of id: ResourceID<Backup>) -> AsyncThrowingStream<BackupUpdate, any Error> {
        AsyncThrowingStream {
            $0.yield(BackupUpdate(backup: record)); $0.finish()
        }
    }
}
