/// The columns of a row as a driver has them; each is `nil` for NULL.
protocol Columns {
    func integer(_ index: Int) -> Int64?
    func real(_ index: Int) -> Double?
    func text(_ index: Int) -> String?
    func bytes(_ index: Int) -> [UInt8]?
}

/// A row of an answer, read from its first column to its last. It is good only within the closure that is given it.
package struct Row {
    let columns: any Columns
    private var index = 0

    init(_ columns: any Columns) {
        self.columns = columns
    }

    /// The next column. Throws `corrupted` when it is NULL or has no value of this type.
    package mutating func next<Value: SQLConvertible>() throws -> Value {
        guard let value: Value = try next() else {
            throw StorageError(.corrupted, "column \(index) of a row is not \(Value.self)")
        }
        return value
    }

    /// The next column; `nil` when it is NULL or has no value of this type.
    package mutating func next<Value: SQLConvertible>() throws -> Value? {
        defer { index += 1 }
        return Value.read(self, index)
    }

    /// A column's number, counted from 0.
    package func integer(_ index: Int) -> Int64? { columns.integer(index) }
    /// A column's floating-point number, counted from 0.
    package func real(_ index: Int) -> Double? { columns.real(index) }
    /// A column's text, counted from 0.
    package func text(_ index: Int) -> String? { columns.text(index) }
    /// A column's bytes, counted from 0.
    package func bytes(_ index: Int) -> [UInt8]? { columns.bytes(index) }
}
