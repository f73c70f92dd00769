/// A moment, without a zone.
package struct Instant: Hashable, Comparable, Sendable {
    /// Microseconds since 1970-01-01T00:00:00Z; negative before.
    package let microseconds: Int64

    /// Makes a moment from microseconds since 1970-01-01T00:00:00Z.
    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// Makes a moment from whole seconds since 1970-01-01T00:00:00Z.
    package init(second: Int64) {
        self.init(microseconds: second * 1_000_000)
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    package var second: Int64 { microseconds.flooring(by: 1_000_000).quotient }

    package static func < (left: Instant, right: Instant) -> Bool { left.microseconds < right.microseconds }
}

extension Int64 {
    /// The quotient, rounded down, and the remainder, which is not negative.
    package func flooring(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
