internal import Foundation
internal import GRDB

/// Statements that are prepared once per connection.
extension Database {
    func run(_ sql: String, _ arguments: StatementArguments = []) throws {
        try cachedStatement(sql: sql).execute(arguments: arguments)
    }

    /// What `convert` makes of the first row, which is good only while it does; `nil` if there is none.
    func first<Value>(
        _ sql: String,
        _ arguments: StatementArguments,
        _ convert: (Row) throws -> Value
    ) throws -> Value? {
        let cursor = try Row.fetchCursor(cachedStatement(sql: sql), arguments: arguments)
        return try cursor.next().map(convert)
    }

    func exists(_ sql: String, _ arguments: StatementArguments) throws -> Bool {
        try first(sql, arguments) { _ in true } ?? false
    }

    /// What `convert` makes of each row, which is good only while it does.
    func rows<Value>(
        _ sql: String,
        _ arguments: StatementArguments,
        _ convert: (Row) throws -> Value
    ) throws -> [Value] {
        let cursor = try Row.fetchCursor(cachedStatement(sql: sql), arguments: arguments)
        var values: [Value] = []
        while let row = try cursor.next() { values.append(try convert(row)) }
        return values
    }
}

/// Texts in which a NUL may stand. GRDB ends a string at the first one, so they are written as bytes, with
/// `CAST(? AS TEXT)` in the statement, and read as bytes.
extension String {
    var bytes: Data { Data(utf8) }
}

extension Row {
    func text(_ index: Int) -> String {
        String(decoding: self[index] as Data, as: UTF8.self)
    }

    func optionalText(_ index: Int) -> String? {
        (self[index] as Data?).map { String(decoding: $0, as: UTF8.self) }
    }
}
