import BackupAPI
import LuaKit
import RunJournal
import Synchronization

/// A report that a script makes beside the run's own.
final class ScriptReport: LuaObject {
    private let run: RunContext
    private let title: String
    private let blocks = Mutex<[ReportBlock]>([])

    static let luaType = LuaObjectType<ScriptReport>("Report") { type in
        type.method("add") { (report: ScriptReport, backup: LuaValue) in
            try report.add(in: "add") { try .backup(Fields.read(backup), in: report.run) }
        }
        type.method("section") { (report: ScriptReport, title: LuaValue) in
            try report.add(in: "section") { .section(try Text.read(title)) }
        }
        type.method("text") { (report: ScriptReport, text: LuaValue) in
            try report.add(in: "text") { .text(text.textForPeople) }
        }
        type.method("table") { (report: ScriptReport, columns: LuaValue, rows: LuaValue) in
            try report.add(in: "table") { try .table(columns, rows) }
        }
        type.method(
            "chart",
            waiting: { (report: ScriptReport, chart: LuaValue) in
                try await report.add(chart)
            }
        )
        type.method("markdown") { (report: ScriptReport) in report.whole.markdown }
        type.method("html") { (report: ScriptReport) in report.whole.html }
        type.method(
            "save",
            waiting: { (report: ScriptReport, name: LuaValue) in
                try await report.save(name)
            }
        )
    }

    init(_ title: String, in run: RunContext) {
        (self.title, self.run) = (title, run)
    }

    private var whole: Report {
        let blocks = blocks.withLock { $0 }
        return Report(
            title: title,
            outcome: run.outcomes.outcome,
            blocks: blocks,
            facts: run.shownFacts(of: blocks)
        )
    }

    private func add(in method: String, _ block: () throws -> ReportBlock) throws {
        try Self.naming(method) {
            let block = try block()
            try run.report.spend(on: block)
            blocks.withLock { $0.append(block) }
        }
    }

    private func add(_ chart: LuaValue) async throws {
        let specification = try Self.naming("chart") { try ChartSpecification.read(chart) }
        guard let chart = try await specification.chart(in: run) else { return }
        try add(in: "chart") { .chart(chart) }
    }

    private func save(_ name: LuaValue) async throws -> LuaValue {
        let name = try Self.naming("save") { try Text.read(name) }
        let call = StepCall(
            name: "report.save",
            kind: .effect,
            arguments: [.string(name)],
            planned: .answer { .string(name) }
        )
        return try await run.steps.step(call) { _ in .string(try run.save(whole, as: name)) }
    }

    /// Says of a wrong argument whose it is.
    private static func naming<Value>(_ method: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let problem as ArgumentProblem {
            throw problem.error(in: "Report." + method)
        }
    }
}

extension ReportBlock {
    /// A backup, by the record that scripts have of it.
    static func backup(_ record: LuaValue, in run: RunContext) throws -> ReportBlock {
        let backup: Backup
        do {
            backup = try LuaDecoder.decode(Backup.self, from: record)
        } catch {
            throw ArgumentProblem("a backup's record expected; \(error)")
        }
        return .backup(
            backup,
            configuration: record["local"]["configuration_name"].text ?? run.backups.name(of: backup)
        )
    }

    /// A table whose rows have as many cells as there are columns.
    static func padded(_ columns: [String], _ rows: [[String]]) -> ReportBlock {
        let indices = columns.indices
        return .table(
            columns: columns,
            rows: rows.map { row in indices.map { $0 < row.count ? row[$0] : "" } }
        )
    }

    fileprivate static func table(_ columns: LuaValue, _ rows: LuaValue) throws -> ReportBlock {
        let columns = try TextList.read(columns)
        do {
            return .padded(columns, try TableRows.read(rows))
        } catch let problem as ArgumentProblem {
            throw problem.at(2)
        }
    }
}

extension RunContext {
    /// What the script reported so far.
    var ownReport: Report { report.report(outcomes.outcome) { shownFacts(of: $0) } }

    /// What a report of this run says in its head; `nil` where the host has not said who it is.
    func shownFacts(of blocks: [ReportBlock]) -> ReportFacts? {
        environment.hostName.isEmpty ? nil : facts(of: blocks)
    }

    /// Writes a report into the host's folder of reports, and returns its path. Its name may be a pattern, for the moment at
    /// which the run began.
    func save(_ report: Report, as name: String) throws -> String {
        guard let folder = environment.reportsFolder else {
            throw BackupError(.unsupported, "this host does not save reports")
        }
        var report = report
        report.facts?.duration = max(.zero, environment.now().since(began))
        let pattern = try DatedName(name)
        return try ReportFile(folder: folder, name: pattern.text(of: began, environment.timeText)).write(
            report
        )
    }
}
