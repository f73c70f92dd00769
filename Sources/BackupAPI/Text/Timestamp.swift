/// A moment in UTC with a resolution of one microsecond, in the text form of the Cloud Backup API (contract 1.6).
///
/// It writes `2014-08-05T18:22:22.238641Z`, and reads that form with any number of fraction digits and with
/// `Z` or a numeric offset.
public struct Timestamp: Hashable, Sendable {
    /// Microseconds since 1970-01-01T00:00:00Z; negative before.
    public let microseconds: Int64

    /// Makes a moment from microseconds since 1970-01-01T00:00:00Z.
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// Makes a moment from seconds since 1970-01-01T00:00:00Z.
    public init(seconds: Double) {
        self.microseconds = Int64((seconds * 1_000_000).rounded())
    }

    /// Makes a moment from whole seconds since 1970-01-01T00:00:00Z.
    package init(second: Int64) {
        self.init(microseconds: second * 1_000_000)
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    package var second: Int64 { microseconds.flooring(by: 1_000_000).quotient }

    /// Seconds since 1970-01-01T00:00:00Z.
    public var seconds: Double { Double(microseconds) / 1_000_000 }

    /// The time from another moment to this one; negative if this one is earlier.
    public func since(_ other: Timestamp) -> Duration {
        .microseconds(microseconds - other.microseconds)
    }

    /// The moment that lies `duration` after this one.
    public func advanced(by duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        return Timestamp(microseconds: microseconds + seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
    }
}

extension Timestamp: Comparable {
    /// Earlier moments come first.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microseconds < right.microseconds
    }
}

extension Timestamp: Codable {
    /// Reads the text form; a text that is no time is a `dataCorrupted` error that shows it.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Timestamp(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not a time")
        }
        self = value
    }

    /// Writes the text form with six fraction digits.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension Int64 {
    /// The quotient, rounded down, and the remainder, which is not negative.
    package func flooring(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
