extension Timestamp: LosslessStringConvertible {
    /// `2014-08-05T18:22:22.238641Z`.
    public var description: String {
        text(fractionDigits: 6)
    }

    /// `2014-08-05T18:22:22Z`, as schedules and people want it.
    public var wholeSeconds: String {
        text(fractionDigits: 0)
    }

    /// Reads `YYYY-MM-DDThh:mm:ss[.fraction](Z|±hh:mm)`, as RFC 3339 has it; `nil` for any other text and for times that do
    /// not exist.
    ///
    /// `t` and `z` may be small, and a space may stand for `T`. More than six fraction digits are cut off. The second 60 is
    /// read where a leap second was inserted, or may yet be, and stands for the one after it.
    public init?(_ description: String) {
        var reader = Reader(bytes: Array(description.utf8))
        guard let year = reader.number(digits: 4), reader.skip("-"),
            let month = reader.number(digits: 2), reader.skip("-"),
            let day = reader.number(digits: 2), reader.skip("T") || reader.skip("t") || reader.skip(" "),
            let hour = reader.number(digits: 2), reader.skip(":"),
            let minute = reader.number(digits: 2), reader.skip(":"),
            let second = reader.number(digits: 2),
            let civil = CivilDay(year: year, month: month, day: day), hour < 24, minute < 60, second < 61,
            let fraction = reader.fraction(), let offset = reader.offset(), reader.isAtEnd
        else { return nil }
        let seconds = civil.number * 86_400 + hour * 3_600 + minute * 60 + second - offset
        guard second < 60 || Self.isAfterLeapSecond(seconds) else { return nil }
        self.init(microseconds: Int64(seconds) * 1_000_000 + Int64(fraction))
    }

    /// Whether a leap second comes right before a second of UTC: IERS Bulletin C. None was inserted from 2017 to 2026; later
    /// ones would come at the end of June or December too.
    private static func isAfterLeapSecond(_ second: Int) -> Bool {
        guard second % 86_400 == 0 else { return false }
        let next = CivilDay(number: second / 86_400).date
        switch (next.month, next.day) {
        case (7, 1): return next.year > 2_026 || junes.contains(next.year)
        case (1, 1): return next.year > 2_027 || decembers.contains(next.year - 1)
        default: return false
        }
    }

    private static let junes: Set = [1972, 1981, 1982, 1983, 1985, 1992, 1993, 1994, 1997, 2012, 2015]
    private static let decembers: Set = [
        1972, 1973, 1974, 1975, 1976, 1977, 1978, 1979, 1987, 1989, 1990, 1995, 1998, 2005, 2008, 2016,
    ]

    private func text(fractionDigits: Int) -> String {
        let (second, fraction) = microseconds.flooring(by: 1_000_000)
        let (day, secondOfDay) = second.flooring(by: 86_400)
        let date = CivilDay(number: Int(day)).date
        var text: [UInt8] = []
        text.reserveCapacity(27)
        Self.write(date.year, 4, to: &text)
        Self.write("-", date.month, 2, to: &text)
        Self.write("-", date.day, 2, to: &text)
        Self.write("T", Int(secondOfDay / 3_600), 2, to: &text)
        Self.write(":", Int(secondOfDay / 60 % 60), 2, to: &text)
        Self.write(":", Int(secondOfDay % 60), 2, to: &text)
        if fractionDigits > 0 { Self.write(".", Int(fraction), fractionDigits, to: &text) }
        text.append(UInt8(ascii: "Z"))
        return String(decoding: text, as: UTF8.self)
    }

    private static func write(_ mark: Unicode.Scalar, _ number: Int, _ width: Int, to text: inout [UInt8]) {
        text.append(UInt8(ascii: mark))
        write(number, width, to: &text)
    }

    private static func write(_ number: Int, _ width: Int, to text: inout [UInt8]) {
        let digits = String(number).utf8
        text += repeatElement(UInt8(ascii: "0"), count: max(0, width - digits.count))
        text += digits
    }
}

/// Reads the parts of a time from left to right.
private struct Reader {
    let bytes: [UInt8]
    var position = 0

    var isAtEnd: Bool { position == bytes.count }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    mutating func digit() -> Int? {
        guard position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) else {
            return nil
        }
        position += 1
        return Int(bytes[position - 1] - UInt8(ascii: "0"))
    }

    mutating func number(digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// Microseconds; 0 where there is no fraction.
    mutating func fraction() -> Int? {
        guard skip(".") else { return 0 }
        var value = 0
        var count = 0
        while let digit = digit() {
            if count < 6 { value = value * 10 + digit }
            count += 1
        }
        guard count > 0 else { return nil }
        for _ in min(count, 6)..<6 { value *= 10 }
        return value
    }

    /// Seconds east of UTC.
    mutating func offset() -> Int? {
        if skip("Z") || skip("z") { return 0 }
        let isNegative = skip("-")
        guard isNegative || skip("+"),
            let hours = number(digits: 2), skip(":"), let minutes = number(digits: 2), hours < 24,
            minutes < 60
        else { return nil }
        return (hours * 3_600 + minutes * 60) * (isNegative ? -1 : 1)
    }
}
