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
                    try run.report.add(.backup(record, in: run))
                    return .nil
                }
            )
            Function(
                "section",
                "Begins a section.",
                .observation,
                Parameter<Text>("title", "The heading."),
                immediate: { run, title in
                    try run.report.add(.section(title))
                    return .nil
                }
            )
            Function(
                "text",
                "Adds a paragraph.",
                .observation,
                Parameter<Anything>("text", "The text; any value is shown as text."),
                immediate: { run, text in
                    try run.report.add(.text(text.textForPeople))
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
                    try run.report.add(.padded(columns, rows))
                    return .nil
                }
            )
            Function.chart
            Function(
                "save",
                "Writes the report so far into the site's folder 'reports', as Markdown or as one HTML file.",
                .step(.effect),
                Parameter<Text>(
                    "name",
                    "A file's name that ends in \".md\" or \".html\"; folders are made. Letters after '%' are parts of the date on which the run began, in the host's zone: \"nightly-%Y-%m-%d.html\"; also %F for %Y-%m-%d, %H, %M, %S, %j, %G, %V, %u, and %% for a percent sign."
                ),
                returns: "string: the file's path",
                errors: ["storage", "unsupported"]
            ) { run, name in
                .string(try run.save(run.ownReport, as: name))
            }
            .planning { $0.first ?? .nil }
            Function(
                "markdown",
                "Answers the report so far as Markdown.",
                .pure,
                returns: "string: the text",
                immediate: { run in .string(run.ownReport.markdown) }
            )
            Function(
                "html",
                "Answers the report so far as an HTML page that needs no other file.",
                .pure,
                returns: "string: the page",
                immediate: { run in .string(run.ownReport.html) }
            )
            Function(
                "new",
                "Makes a report of its own, which is shown nowhere: save it, or send its text. Its methods are the functions of this module.",
                .pure,
                OptionalParameter<Text>("title", "The report's title. Default: the script's name."),
                returns: "Report: an empty one",
                immediate: { run, title in .object(ScriptReport(title ?? run.script, in: run)) }
            )
        }
        .documented(types: StandardDocumentation.reportTypes, examples: StandardDocumentation.reportExamples)
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
