internal import Foundation
internal import GRDB
internal import Synchronization

/// Statements over one connection of GRDB's, which keeps them prepared.
struct SQLiteConnection: Connection {
    let database: GRDB.Database
    let texts: SQLiteTexts

    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
        let (statement, arguments) = try statement(sql, arguments)
        try statement.execute(arguments: arguments)
        return database.changesCount
    }

    func forEach(_ sql: String, _ arguments: [SQLValue], _ body: (Row) throws -> Bool) throws {
        let (statement, arguments) = try statement(sql, arguments)
        let cursor = try GRDB.Row.fetchCursor(statement, arguments: arguments)
        while let row = try cursor.next(), try body(Row(SQLiteColumns(row: row))) {}
    }

    func hold(_ name: String) {}

    private func statement(_ sql: String, _ values: [SQLValue]) throws -> (Statement, StatementArguments) {
        var bytes: Set<Int> = []
        let arguments = values.enumerated().map { index, value in
            guard case .text(let text) = value, text.hasNUL else { return value.databaseValue }
            bytes.insert(index + 1)
            return Data(text.utf8).databaseValue
        }
        let text =
            bytes.isEmpty ? texts.translation(of: sql) : SQLText.sqlite.translate(sql, castToText: bytes)
        return (try database.cachedStatement(sql: text), StatementArguments(arguments))
    }
}

/// GRDB ends a text at its first NUL, so it is read as bytes.
private struct SQLiteColumns: Columns {
    let row: GRDB.Row

    func integer(_ index: Int) -> Int64? { row[index] }
    func real(_ index: Int) -> Double? { row[index] }
    func text(_ index: Int) -> String? {
        (row[index] as Data?).map { String(decoding: $0, as: UTF8.self) }
    }
    func bytes(_ index: Int) -> [UInt8]? { (row[index] as Data?).map([UInt8].init) }
}

/// What statements are in SQLite's words: each is put into them once.
final class SQLiteTexts: Sendable {
    private let translations = Mutex<[String: String]>([:])

    func translation(of sql: String) -> String {
        translations.withLock { known in
            if let text = known[sql] { return text }
            let text = SQLText.sqlite.translate(sql)
            known[sql] = text
            return text
        }
    }
}

extension SQLValue {
    fileprivate var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let number): number.databaseValue
        case .real(let number): number.databaseValue
        case .text(let text): text.databaseValue
        case .bytes(let bytes): Data(bytes).databaseValue
        }
    }
}

extension String {
    fileprivate var hasNUL: Bool {
        utf8.withContiguousStorageIfAvailable { $0.contains(0) } ?? utf8.contains(0)
    }
}
