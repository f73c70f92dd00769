import LuaKit
import PluginHost

/// Makes a table of the script from a CSV text. Rows are handed over one by one, so that the text's cells are the script's
/// memory and stand nowhere else.
struct CSVTable {
    private var reader: CSVReader

    init(_ bytes: [UInt8], _ format: CSVFormat) {
        reader = CSVReader(bytes, format)
    }

    /// All rows as lists.
    mutating func lists(in run: RunContext) throws -> LuaValue {
        try fill(in: run) { row, _ in .array(row.map(LuaValue.string)) }
    }

    /// All rows but the first as tables by the names in that.
    mutating func records(in run: RunContext) throws -> LuaValue {
        guard let names = try reader.next() else { return .array([]) }
        guard Set(names).count == names.count else {
            throw ArgumentProblem("the text is no CSV with a header: a name is there twice")
        }
        return try fill(in: run) { row, number in
            guard row.count == names.count else {
                throw ArgumentProblem(
                    "the text is no CSV with a header: row \(number + 1) has \(row.count) cells, not \(names.count)"
                )
            }
            let fields = zip(names, row).map { (LuaValue.string($0), LuaValue.string($1)) }
            return .table(LuaTableValue(fields: Dictionary(uniqueKeysWithValues: fields)))
        }
    }

    private mutating func fill(in run: RunContext, _ value: ([LuaBytes], Int) throws -> LuaValue) throws
        -> LuaValue
    {
        guard var row = try reader.next() else { return .array([]) }
        let table = try run.functions.makeTable()
        var count = 0
        while true {
            count += 1
            try table.set(.integer(Int64(count)), to: value(row, count))
            guard let next = try reader.next() else { return .reference(table) }
            row = next
        }
    }
}
