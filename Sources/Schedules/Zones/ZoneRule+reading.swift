extension ZoneRule {
    /// Reads a rule; `nil` for a text that is none.
    init?(_ text: some Collection<UInt8>) {
        var reader = Reader(rest: Array(text)[...])
        guard reader.skipName(), let west = reader.time(hours: 24) else { return nil }
        offset = -west
        guard !reader.rest.isEmpty else { return }
        guard reader.skipName() else { return nil }
        var daylightOffset = offset + 3_600
        if reader.rest.first != UInt8(ascii: ",") {
            guard let west = reader.time(hours: 24) else { return nil }
            daylightOffset = -west
        }
        guard let start = reader.date(), let end = reader.date(), reader.rest.isEmpty else { return nil }
        daylightSaving = DaylightSaving(offset: daylightOffset, start: start, end: end)
    }

    private struct Reader {
        var rest: ArraySlice<UInt8>

        mutating func skip(_ character: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: character) else { return false }
            rest.removeFirst()
            return true
        }

        /// An abbreviation: letters, or letters, digits and signs between `<` and `>`.
        mutating func skipName() -> Bool {
            if skip("<") {
                guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
                rest = rest[(end + 1)...]
                return true
            }
            let letters = rest.prefix { ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z") }
            rest = rest.dropFirst(letters.count)
            return letters.count >= 3
        }

        mutating func number(_ range: ClosedRange<Int>) -> Int? {
            let digits = rest.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            guard (1...3).contains(digits.count) else { return nil }
            rest = rest.dropFirst(digits.count)
            let number = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
            return range.contains(number) ? number : nil
        }

        /// `[+-]hh[:mm[:ss]]` in seconds.
        mutating func time(hours: Int) -> Int? {
            let isNegative = skip("-")
            if !isNegative { _ = skip("+") }
            guard var seconds = number(0...hours).map({ $0 * 3_600 }) else { return nil }
            for unit in [60, 1] where skip(":") {
                guard let part = number(0...59) else { return nil }
                seconds += part * unit
            }
            return isNegative ? -seconds : seconds
        }

        mutating func date() -> Date? {
            guard skip(","), let day = day() else { return nil }
            guard skip("/") else { return Date(day: day, time: 7_200) }
            return time(hours: 167).map { Date(day: day, time: $0) }
        }

        private mutating func day() -> Date.Day? {
            if skip("J") { return number(1...365).map(Date.Day.julian) }
            guard skip("M") else { return number(0...365).map(Date.Day.zeroBased) }
            guard let month = number(1...12), skip("."), let week = number(1...5), skip("."),
                let weekday = number(0...6)
            else { return nil }
            return .weekday(month: month, week: week, weekday: weekday)
        }
    }
}
