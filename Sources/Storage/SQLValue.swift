/// The value of a placeholder.
package enum SQLValue: Hashable, Sendable {
    /// NULL.
    case null
    /// A whole number of 64 bits; a truth is 0 or 1.
    case integer(Int64)
    /// A floating-point number.
    case real(Double)
    /// A text, in which a NUL may stand.
    case text(String)
    /// Bytes.
    case bytes([UInt8])
}

/// A type whose values stand in a column.
package protocol SQLConvertible: Sendable {
    /// What a placeholder gets.
    var sqlValue: SQLValue { get }
    /// The value of a column, counted from 0; `nil` for NULL and for what is no value of this type.
    static func read(_ row: Row, _ index: Int) -> Self?
}

extension Int64: SQLConvertible {
    /// The number.
    package var sqlValue: SQLValue { .integer(self) }
    /// The number.
    package static func read(_ row: Row, _ index: Int) -> Int64? { row.integer(index) }
}

extension Int: SQLConvertible {
    /// The number.
    package var sqlValue: SQLValue { .integer(Int64(self)) }
    /// The number.
    package static func read(_ row: Row, _ index: Int) -> Int? {
        row.integer(index).flatMap(Int.init(exactly:))
    }
}

extension Bool: SQLConvertible {
    /// 0 or 1.
    package var sqlValue: SQLValue { .integer(self ? 1 : 0) }
    /// Whether the number is not 0.
    package static func read(_ row: Row, _ index: Int) -> Bool? { row.integer(index).map { $0 != 0 } }
}

extension Double: SQLConvertible {
    /// The number.
    package var sqlValue: SQLValue { .real(self) }
    /// The number.
    package static func read(_ row: Row, _ index: Int) -> Double? { row.real(index) }
}

extension String: SQLConvertible {
    /// The text.
    package var sqlValue: SQLValue { .text(self) }
    /// The text.
    package static func read(_ row: Row, _ index: Int) -> String? { row.text(index) }
}

extension [UInt8]: SQLConvertible {
    /// The bytes.
    package var sqlValue: SQLValue { .bytes(self) }
    /// The bytes.
    package static func read(_ row: Row, _ index: Int) -> [UInt8]? { row.bytes(index) }
}

extension SQLConvertible where Self: RawRepresentable, RawValue: SQLConvertible {
    /// The raw value.
    package var sqlValue: SQLValue { rawValue.sqlValue }
    /// What has this raw value.
    package static func read(_ row: Row, _ index: Int) -> Self? {
        RawValue.read(row, index).flatMap(Self.init(rawValue:))
    }
}
