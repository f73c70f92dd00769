import BackupAPI
import LuaKit
import RunJournal

extension Module {
    /// `report`: what the run tells its reader.
    static var report: Module {
        Module("report", "Collects what the run tells its reader; it is shown at the end and can be saved.") {
            Function(
                "add",
                "Adds a backup: a line with its outcome, figures and errors.",
                .observation,
                Parameter<Fields>(
                    "backup",
                    "A backup's record, as 'backup.wait' answers it.",
                    type: "Backup"
                ),
                immediate: { run, record in
                    let backup: Backup
                    do {
                        backup = try LuaDecoder.decode(Backup.self, from: record)
                    } catch {
                        throw ArgumentProblem("a backup's record expected; \(error)")
                    }
                    try run.report(
                        .backup(
                            backup,
                            configuration: record["local"]["configuration_name"].text ?? run.name(of: backup)
                        )
                    )
                    return .nil
                }
            )
            Function(
                "section",
                "Begins a section.",
                .observation,
                Parameter<Text>("title", "The heading."),
                immediate: { run, title in
                    try run.report(.section(title))
                    return .nil
                }
            )
            Function(
                "text",
                "Adds a paragraph.",
                .observation,
                Parameter<Anything>("text", "The text; any value is shown as text."),
                immediate: { run, text in
                    try run.report(.text(text.textForPeople))
                    return .nil
                }
            )
            Function(
                "table",
                "Adds a table.",
                .observation,
                Parameter<TextList>("columns", "The titles: a list of strings."),
                Parameter<TableRows>("rows", "A list of rows, each a list of values.", type: "list of lists"),
                immediate: { run, columns, rows in
                    let width = columns.count
                    let padded = rows.map { row in (0..<width).map { $0 < row.count ? row[$0] : "" } }
                    try run.report(.table(columns: columns, rows: padded))
                    return .nil
                }
            )
            Function.chart
            Function(
                "save",
                "Writes the report so far into the site's folder 'reports', as Markdown or as one HTML file.",
                .step(.effect),
                Parameter<Text>("name", "A file's name that ends in \".md\" or \".html\"; folders are made."),
                returns: "string: the file's path",
                errors: ["storage", "unsupported"]
            ) { run, name in
                guard let folder = run.environment.reportsFolder else {
                    throw BackupError(.unsupported, "this host does not save reports")
                }
                let report = Report(title: run.script, outcome: run.outcome, blocks: run.reportBlocks)
                return .string(try ReportFile(folder: folder, name: name).write(report))
            }
        }
        .documented(types: reportTypes, examples: reportExamples)
    }
}

/// A list of texts.
enum TextList: ParameterKind {
    static var typeName: String { "list of strings" }

    static func read(_ value: LuaValue) throws -> [String] {
        guard case .table(let table) = value, table.fields.isEmpty else {
            throw ArgumentProblem("list of strings expected, got \(value.shape)")
        }
        return table.items.map(\.textForPeople)
    }
}

/// A list of lists of values.
enum TableRows: ParameterKind {
    static var typeName: String { "list of rows" }

    static func read(_ value: LuaValue) throws -> [[String]] {
        guard case .table(let table) = value, table.fields.isEmpty else {
            throw ArgumentProblem("list of rows expected, got \(value.shape)")
        }
        return try table.items.enumerated().map { index, row in
            guard case .table(let cells) = row, cells.fields.isEmpty else {
                throw ArgumentProblem("row \(index + 1) is not a list but a \(row.shape)")
            }
            return cells.items.map { $0 == .nil ? "" : $0.textForPeople }
        }
    }
}
