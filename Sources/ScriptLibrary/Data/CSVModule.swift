import LuaKit
public import PluginHost

extension Module {
    /// `csv`: tables as text.
    public static var csv: Module {
        Module("csv", "Turns rows into CSV and back, as RFC 4180 has it.") {
            Function(
                "encode",
                "Answers rows as CSV, with CRLF at the end of each line. A cell that a spreadsheet would take for a formula is not changed.",
                .pure,
                Parameter<CSVRows>(
                    "rows",
                    "A list of rows: lists of values, or tables with the names of 'header'.",
                    type: "list of tables"
                ),
                Options<CSVEncodeOptions>(),
                returns: "string: the CSV",
                immediate: { _, rows, options in
                    let format = try CSVFormat(options.separator)
                    var text = options.header.map { format.line($0.map { LuaBytes($0) }) } ?? []
                    for (index, row) in rows.enumerated() {
                        text += format.line(try row.cells(options.header, row: index + 1))
                    }
                    return .string(LuaBytes(text))
                }
            )
            Function(
                "decode",
                "Answers the rows of a CSV text. Cells are strings of any bytes; CR, LF and CRLF end a line, and a quoted cell may have them in it.",
                .pure,
                Parameter<ByteText>("text", "The CSV, at most 8 MiB."),
                Options<CSVDecodeOptions>(),
                returns:
                    "list of tables: the rows, each a list of strings, or with 'header' a table by the names of the first line",
                immediate: { run, text, options in
                    guard text.count <= 8 << 20 else { throw ArgumentProblem("at most 8 MiB expected") }
                    var table = CSVTable(text, try CSVFormat(options.separator))
                    return try options.header == true ? table.records(in: run) : table.lists(in: run)
                }
            )
        }
        .documented(examples: csvExamples)
    }
}

/// The options of `csv.encode`.
struct CSVEncodeOptions: OptionTable {
    var header: [String]?
    var separator: String?

    static let fields: [ParameterDescription] = [
        .absent("header", "list of strings", "The first line. Default: none."),
        CSVDecodeOptions.separatorField,
    ]
}

/// The options of `csv.decode`.
struct CSVDecodeOptions: OptionTable {
    var header: Bool?
    var separator: String?

    static let separatorField = ParameterDescription(
        "separator",
        "string",
        "One character between cells. Default: a comma.",
        isOptional: true
    )
    static let fields: [ParameterDescription] = [
        .absent("header", "boolean", "Whether the first line has names. Default: false."),
        separatorField,
    ]
}

/// Rows of a script.
struct CSVRows: ParameterKind {
    private let value: LuaValue

    static var typeName: String { "list of rows" }

    static func read(_ value: LuaValue) throws -> [CSVRows] {
        guard case .table(let table) = value, table.fields.isEmpty else {
            throw ArgumentProblem("list of rows expected, got \(value.shape)")
        }
        return table.items.map(CSVRows.init)
    }

    func cells(_ header: [String]?, row: Int) throws -> [LuaBytes] {
        guard case .table(let table) = value else {
            throw ArgumentProblem("row \(row) is not a table but a \(value.shape)")
        }
        if table.fields.isEmpty { return try table.items.map { try Self.cell($0, row: row) } }
        guard let header, table.items.isEmpty else {
            throw ArgumentProblem("row \(row) has names, and there is no 'header' that orders them")
        }
        for key in table.fields.keys where !header.contains(key.text ?? "") {
            throw ArgumentProblem("row \(row) has a cell '\(key.textForPeople)', which is not in 'header'")
        }
        return try header.map { try Self.cell(value[$0], row: row) }
    }

    private static func cell(_ value: LuaValue, row: Int) throws -> LuaBytes {
        switch value {
        case .nil, .null: return LuaBytes([])
        case .boolean, .integer, .number: return LuaBytes(value.textForPeople)
        case .string(let bytes): return bytes
        default: throw ArgumentProblem("row \(row) has a \(value.shape) as a cell")
        }
    }
}
