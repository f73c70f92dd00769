import BackupAPI

extension RecurrenceRule {
    /// Reads a rule that begins at `start`, a time of the zone's clocks. Throws what is wrong with it.
    package init(_ text: String, from start: CivilTime, in zone: Zone) throws(RuleProblem) {
        guard text.utf8.count <= 500 else { throw Self.problem("it is too long") }
        let parts = try Self.parts(text)
        guard parts.contains(where: { $0.name == "FREQ" }) else { throw Self.problem("FREQ is missing") }
        self.init(start: start)
        for part in parts { try read(part.name, part.value, in: zone) }
        guard canMatch else { throw Self.problem("it never comes: no such month has such a day") }
        // COUNT counts what the other parts leave.
        if let count = parts.first(where: { $0.name == "COUNT" })?.value.digits { end(after: count) }
    }

    private static func parts(_ text: String) throws(RuleProblem) -> [(name: String, value: String)] {
        do {
            return try RecurrenceParts(text.words.joined(separator: " ")).parts.map {
                ($0.name.upper, $0.value.upper)
            }
        } catch {
            switch error {
            case .noPair(let part): throw problem("NAME=VALUE expected, got \"\(part.shown(40))\"")
            case .repeated(let name): throw problem("\(name.shown(20)) is there twice")
            case .empty(let name):
                throw problem("\(name.shown(20)) has no value, or an empty one in its list")
            }
        }
    }

    private mutating func read(_ name: String, _ value: String, in zone: Zone) throws(RuleProblem) {
        switch name {
        case "FREQ":
            guard let frequency = Frequency(rawValue: value) else {
                throw Self.problem(
                    "FREQ is DAILY, WEEKLY, MONTHLY or YEARLY; for less than a day take 'schedule.every' or 'schedule.cron'"
                )
            }
            self.frequency = frequency
        case "INTERVAL": interval = try Self.number(value, 1...1_000, name)
        case "COUNT": _ = try Self.number(value, 1...10_000, name)
        case "UNTIL": (lastDay, end) = try Self.end(value, in: zone)
        case "BYMONTH": months = Set(try Self.numbers(value, 1...12, name))
        case "BYMONTHDAY":
            monthDays = Set(try Self.numbers(value, -31...31, name))
            guard !monthDays.contains(0) else { throw Self.problem("BYMONTHDAY is never 0") }
        case "BYDAY":
            for day in value.bytesSplit(at: ",") { weekdays.insert(try Self.weekday(day)) }
        case "BYHOUR": hours = try Self.numbers(value, 0...23, name)
        case "BYMINUTE": minutes = try Self.numbers(value, 0...59, name)
        default:
            throw Self.problem(
                "\(name.shown(20)) is not understood; known are: FREQ, INTERVAL, COUNT, UNTIL, BYMONTH, BYMONTHDAY, BYDAY, BYHOUR, BYMINUTE"
            )
        }
    }

    private static func problem(_ what: String) -> RuleProblem { RuleProblem("the recurrence rule: \(what)") }

    private static func number(_ text: String, _ range: ClosedRange<Int>, _ name: String) throws(RuleProblem)
        -> Int
    {
        // Only what may count from the end has a sign.
        let number = range.lowerBound < 0 ? text.signedDigits : text.digits
        guard let number, range.contains(number) else {
            throw problem("\(name): a number from \(range.lowerBound) to \(range.upperBound) expected")
        }
        return number
    }

    private static func numbers(_ text: String, _ range: ClosedRange<Int>, _ name: String)
        throws(RuleProblem)
        -> [Int]
    {
        var numbers: Set<Int> = []
        for part in text.bytesSplit(at: ",") { numbers.insert(try number(part, range, name)) }
        return numbers.sorted()
    }

    private static func weekday(_ text: String) throws(RuleProblem) -> Weekday {
        let names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
        let name = String(decoding: text.utf8.suffix(2), as: UTF8.self)
        let prefix = String(decoding: text.utf8.dropLast(2), as: UTF8.self)
        guard let index = names.firstIndex(of: name), let ordinal = prefix.isEmpty ? 0 : prefix.signedDigits,
            prefix.isEmpty || ordinal != 0, (-53...53).contains(ordinal)
        else { throw problem("BYDAY: days such as MO or -1SU expected, got \"\(text.shown(20))\"") }
        return Weekday(ordinal: ordinal, weekday: index + 1)
    }

    /// The last day, and the last moment of it where there is a time: of the zone's clocks, or with `Z` of UTC.
    private static func end(_ text: String, in zone: Zone) throws(RuleProblem) -> (CivilDay, Timestamp?) {
        let halves = text.bytesSplit(at: "T")
        guard let day = date(halves[0]) else { throw untilProblem }
        guard halves.count > 1 else { return (day, nil) }
        let isUTC = halves[1].utf8.last == UInt8(ascii: "Z")
        let digits = String(decoding: halves[1].utf8.dropLast(isUTC ? 1 : 0), as: UTF8.self)
        guard halves.count == 2, digits.utf8.count == 6, let time = digits.digits, time / 10_000 < 24,
            time / 100 % 100 < 60, time % 100 < 60
        else { throw untilProblem }
        let civil = CivilTime(day: day, second: time / 10_000 * 3_600 + time / 100 % 100 * 60 + time % 100)
        let end = (isUTC ? .utc : zone).moment(civil)
        return (zone.civil(end).day, end)
    }

    private static func date(_ text: String) -> CivilDay? {
        guard text.utf8.count == 8, let date = text.digits else { return nil }
        return CivilDay(year: date / 10_000, month: date / 100 % 100, day: date % 100)
    }

    private static var untilProblem: RuleProblem {
        problem("UNTIL: a date such as 20261231, or a time such as 20261231T235959Z, expected")
    }
}
