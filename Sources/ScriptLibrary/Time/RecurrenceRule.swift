import BackupAPI
import PluginHost

/// A recurrence rule of RFC 5545 (3.3.10) for days: FREQ `DAILY` to `YEARLY` with INTERVAL, COUNT, UNTIL, BYMONTH,
/// BYMONTHDAY, BYDAY, BYHOUR and BYMINUTE.
struct RecurrenceRule: Sendable {
    private enum Frequency: String {
        case daily = "DAILY"
        case weekly = "WEEKLY"
        case monthly = "MONTHLY"
        case yearly = "YEARLY"
    }

    private var frequency = Frequency.daily
    private var interval = 1
    private var months: Set<Int> = []
    /// 1 to 31, or -1 for the last day to -31.
    private var monthDays: Set<Int> = []
    /// With the number in the month or year, or 0 for each.
    private var weekdays: [(ordinal: Int, weekday: Int)] = []
    private var hours: [Int] = []
    private var minutes: [Int] = []
    private var lastDay: CivilDay?
    private let start: CivilTime

    private static let names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]

    /// Reads a rule that begins at `start`, a time of the zone's clocks. Throws what is wrong with it.
    init(_ text: String, from start: CivilTime, in zone: Zone) throws {
        self.start = start
        guard text.utf8.count <= 500 else { throw Self.problem("it is too long") }
        var count: Int?
        var hasFrequency = false
        let body = text.trimmed.hasPrefix("RRULE:") ? String(text.trimmed.dropFirst(6)) : text.trimmed
        for part in body.split(separator: ";", omittingEmptySubsequences: false) {
            let halves = part.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
            guard halves.count == 2 else { throw Self.problem("NAME=VALUE expected, got \"\(part)\"") }
            let (name, value) = (halves[0].uppercased(), halves[1].uppercased())
            switch name {
            case "FREQ":
                guard let frequency = Frequency(rawValue: value) else {
                    throw Self.problem(
                        "FREQ is DAILY, WEEKLY, MONTHLY or YEARLY; for less than a day take 'schedule.every' or 'schedule.cron'"
                    )
                }
                (self.frequency, hasFrequency) = (frequency, true)
            case "INTERVAL": interval = try Self.number(value, 1...1_000, name)
            case "COUNT": count = try Self.number(value, 1...10_000, name)
            case "UNTIL": lastDay = try Self.lastDay(value, in: zone)
            case "BYMONTH": months = Set(try Self.numbers(value, 1...12, name))
            case "BYMONTHDAY":
                monthDays = Set(try Self.numbers(value, -31...31, name))
                guard !monthDays.contains(0) else { throw Self.problem("BYMONTHDAY is never 0") }
            case "BYDAY": weekdays = try value.split(separator: ",").map { try Self.weekday(String($0)) }
            case "BYHOUR": hours = try Self.numbers(value, 0...23, name).sorted()
            case "BYMINUTE": minutes = try Self.numbers(value, 0...59, name).sorted()
            default:
                throw Self.problem(
                    "\(name.printable.prefix(20)) is not understood; known are: FREQ, INTERVAL, COUNT, UNTIL, BYMONTH, BYMONTHDAY, BYDAY, BYHOUR, BYMINUTE"
                )
            }
        }
        guard hasFrequency else { throw Self.problem("FREQ is missing") }
        if let count { lastDay = min(lastDay ?? CivilDay(number: .max), dayOf(count)) }
    }

    // MARK: Days

    /// The seconds since midnight at which it is due on a day, in order.
    func seconds(on day: CivilDay) -> [Int] {
        guard day >= start.day, !isOver(after: day.advanced(by: -1)), matches(day) else { return [] }
        let hours = hours.isEmpty ? [start.second / 3_600] : hours
        let minutes = minutes.isEmpty ? [start.second / 60 % 60] : minutes
        let all = hours.flatMap { hour in minutes.map { hour * 3_600 + $0 * 60 + start.second % 60 } }
        return day == start.day ? all.filter { $0 >= start.second } : all
    }

    /// Whether it is never due after a day.
    func isOver(after day: CivilDay) -> Bool { lastDay.map { day >= $0 } ?? false }

    private func matches(_ day: CivilDay) -> Bool {
        let (year, month, dayOfMonth) = day.date
        let first = start.day.date
        guard months.isEmpty || months.contains(month) else { return false }
        let length = CivilDay.length(ofMonth: month, in: year)
        let isMonthDay = monthDays.contains(dayOfMonth) || monthDays.contains(dayOfMonth - length - 1)
        guard monthDays.isEmpty || isMonthDay else { return false }
        let isFree = monthDays.isEmpty && weekdays.isEmpty
        switch frequency {
        case .daily:
            return (day.number - start.day.number) % interval == 0 && matchesWeekday(day)
        case .weekly:
            let weeks = (monday(of: day) - monday(of: start.day)) / 7
            return weeks % interval == 0 && (isFree ? day.weekday == start.day.weekday : matchesWeekday(day))
        case .monthly:
            return (year * 12 + month - first.year * 12 - first.month) % interval == 0
                && (isFree ? dayOfMonth == first.day : matchesWeekday(day))
        case .yearly:
            guard (year - first.year) % interval == 0 else { return false }
            guard isFree else { return matchesWeekday(day) }
            return dayOfMonth == first.day && (!months.isEmpty || month == first.month)
        }
    }

    private func monday(of day: CivilDay) -> Int { day.number - day.weekday + 1 }

    private func matchesWeekday(_ day: CivilDay) -> Bool {
        guard !weekdays.isEmpty else { return true }
        let (year, month, dayOfMonth) = day.date
        // Counted in the year only where no month is named.
        let isInYear = frequency == .yearly && months.isEmpty
        let place = isInYear ? day.dayOfYear : dayOfMonth
        let length =
            isInYear
            ? (CivilDay.length(ofMonth: 2, in: year) == 29 ? 366 : 365)
            : CivilDay.length(ofMonth: month, in: year)
        return weekdays.contains { ordinal, weekday in
            weekday == day.weekday
                && (ordinal == 0 || ordinal == (place - 1) / 7 + 1 || ordinal == -((length - place) / 7 + 1))
        }
    }

    /// The day on which it is due for the last of so many times; days without end where it never comes so often.
    private func dayOf(_ count: Int) -> CivilDay {
        var left = count
        var day = start.day
        for _ in 0..<(200 * 366) {
            left -= seconds(on: day).count
            if left <= 0 { return day }
            day = day.advanced(by: 1)
        }
        return day
    }

    // MARK: Reading

    private static func problem(_ what: String) -> ArgumentProblem {
        ArgumentProblem("the recurrence rule: \(what)")
    }

    private static func number(_ text: String, _ range: ClosedRange<Int>, _ name: String) throws -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw problem("\(name): a number from \(range.lowerBound) to \(range.upperBound) expected")
        }
        return number
    }

    private static func numbers(_ text: String, _ range: ClosedRange<Int>, _ name: String) throws -> [Int] {
        Array(Set(try text.split(separator: ",").map { try number(String($0), range, name) }))
    }

    private static func weekday(_ text: String) throws -> (Int, Int) {
        let prefix = text.dropLast(2)
        guard let index = names.firstIndex(where: text.hasSuffix),
            let ordinal = prefix.isEmpty ? 0 : Int(prefix),
            prefix.isEmpty || ordinal != 0, (-53...53).contains(ordinal)
        else {
            throw problem("BYDAY: days such as MO or -1SU expected, got \"\(text.printable.prefix(20))\"")
        }
        return (ordinal, index + 1)
    }

    private static func lastDay(_ text: String, in zone: Zone) throws -> CivilDay {
        let digits = text.prefix(8)
        guard digits.count == 8, let date = Int(digits),
            let day = CivilDay(year: date / 10_000, month: date / 100 % 100, day: date % 100)
        else { throw problem("UNTIL: a date such as 20261231 expected") }
        return day
    }
}
