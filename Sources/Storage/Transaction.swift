/// What a driver does with one statement. It is used on its connection's queue only.
protocol Connection {
    /// Answers how many rows it changed.
    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int
    /// Gives the rows to `body`, until that returns `false`.
    func forEach(_ sql: String, _ arguments: [SQLValue], _ body: (Row) throws -> Bool) throws
    func hold(_ name: String) throws
}

/// A transaction, good only within the closure that is given it. Statements are prepared once per connection.
package struct Transaction {
    let connection: any Connection

    /// Executes a statement and returns how many rows it changed.
    @discardableResult
    package func execute(_ sql: String, _ arguments: [(any SQLConvertible)?] = []) throws -> Int {
        try connection.execute(sql, arguments.map { $0?.sqlValue ?? .null })
    }

    /// What `convert` makes of each row.
    package func rows<Value>(
        _ sql: String,
        _ arguments: [(any SQLConvertible)?] = [],
        _ convert: (inout Row) throws -> Value
    ) throws -> [Value] {
        var values: [Value] = []
        try forEach(sql, arguments) { row in
            values.append(try convert(&row))
            return true
        }
        return values
    }

    /// What `convert` makes of the first row; `nil` if there is none.
    package func first<Value>(
        _ sql: String,
        _ arguments: [(any SQLConvertible)?] = [],
        _ convert: (inout Row) throws -> Value
    ) throws -> Value? {
        var value: Value?
        try forEach(sql, arguments) { row in
            value = try convert(&row)
            return false
        }
        return value
    }

    /// Whether there is a row.
    package func exists(_ sql: String, _ arguments: [(any SQLConvertible)?] = []) throws -> Bool {
        try first(sql, arguments) { _ in true } ?? false
    }

    /// Gives the rows to `body`, until that returns `false`.
    package func forEach(
        _ sql: String,
        _ arguments: [(any SQLConvertible)?] = [],
        _ body: (inout Row) throws -> Bool
    ) throws {
        try connection.forEach(sql, arguments.map { $0?.sqlValue ?? .null }) { row in
            var row = row
            return try body(&row)
        }
    }

    /// Keeps other transactions that hold the same name waiting until this one is over: for what is decided by rows that
    /// may not be there. Where one transaction writes at a time, as in SQLite, nothing has to be done.
    package func hold(_ name: String) throws { try connection.hold(name) }
}
