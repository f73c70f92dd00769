import BackupAPI
import Schedules
import Testing

/// Times over changes of the clocks, in a zone like Berlin's.
@Suite struct DueTimesTests {
    private let database: TestDatabase
    private let berlin: Zone

    init() throws {
        database = try TestDatabase()
        try database.put(ZoneBytes(lastLine: "CET-1CEST,M3.5.0,M10.5.0/3").bytes, at: "Europe/Berlin")
        berlin = try Zone(named: "Europe/Berlin", in: database.zones)
    }

    /// As `dd hh:mm` in UTC.
    private func next(_ rule: DueTimes.Rule, after second: Int64, _ count: Int) -> [String] {
        DueTimes(rule: rule, zone: berlin).moments(after: Timestamp(second: second), count: count).map {
            let civil = Zone.utc.civil($0)
            let numbers = [civil.day.date.day, civil.second / 3_600, civil.second / 60 % 60]
            let texts = numbers.map { ($0 < 10 ? "0" : "") + "\($0)" }
            return "\(texts[0]) \(texts[1]):\(texts[2])"
        }
    }

    /// 2026-10-25T00:30:00Z: clocks show 02:30 for the first time.
    private let autumn: Int64 = 1_792_888_200
    /// 2026-03-29T00:30:00Z: clocks show 01:30, and 03:00 in half an hour.
    private let spring: Int64 = 1_774_744_200

    @Test(arguments: [
        ("*/15 * * * *", ["25 00:45", "25 01:00", "25 01:15", "25 01:30", "25 01:45", "25 02:00"]),
        ("10,40 * * * *", ["25 00:40", "25 01:10", "25 01:40", "25 02:10"]),
        ("0 */2 * * *", ["25 01:00", "25 03:00"]),
        ("@hourly", ["25 01:00", "25 02:00"]),
        ("*/20 2 * * *", ["25 00:40", "25 01:00", "25 01:20", "25 01:40", "26 01:00"]),
        ("45 2 * * *", ["25 00:45", "26 01:45"]),
        ("15 2 * * *", ["26 01:15"]),
    ])
    func `in the hour that clocks repeat, cron runs jobs with wildcards by the new time`(
        expression: String,
        times: [String]
    ) throws {
        #expect(next(.cron(try CronExpression(expression)), after: autumn, times.count) == times)
    }

    @Test(arguments: [
        ("*/15 * * * *", ["29 00:45", "29 01:00", "29 01:15"]),
        ("10,40 * * * *", ["29 00:40", "29 01:10"]),
        ("30 2 * * *", ["29 01:00", "30 00:30"]),
        ("*/20 2 * * *", ["29 01:00", "30 00:00", "30 00:20"]),
        ("15 2,3 * * *", ["29 01:00", "29 01:15", "30 00:15"]),
    ])
    func `of the hour that clocks skip, cron makes up for what has its hour`(
        expression: String,
        times: [String]
    ) throws {
        #expect(next(.cron(try CronExpression(expression)), after: spring, times.count) == times)
    }

    @Test func `a calendar event of every hour follows the clocks, one of an hour is due once`() throws {
        let often = DueTimes.Rule.calendar(try CalendarExpression("*:0/30"))
        #expect(next(often, after: autumn, 4) == ["25 01:00", "25 01:30", "25 02:00", "25 02:30"])
        let nightly = DueTimes.Rule.calendar(try CalendarExpression("02:45"))
        #expect(next(nightly, after: autumn, 2) == ["25 00:45", "26 01:45"])
    }

    @Test func `clocks that are put back over midnight leave the order as it is`() throws {
        // At 00:30 back to 23:30 of the day before, on 25 October.
        try database.put(ZoneBytes(lastLine: "AAA0BBB,M3.5.0,M10.5.0/0:30").bytes, at: "Test/Midnight")
        let zone = try Zone(named: "Test/Midnight", in: database.zones)
        let due = DueTimes(rule: .cron(try CronExpression("*/15 * * * *")), zone: zone)
        let moments = due.moments(after: Timestamp(second: 1_792_880_000), count: 40).map(\.second)
        #expect(moments == (0..<40).map { 1_792_880_100 + $0 * 900 })
    }

    @Test func `a period counts from its anchor in both directions, unless it has a first moment`() {
        let rule = DueTimes.Rule.every(microseconds: 10_000_000, anchor: Timestamp(second: 5))
        let all = DueTimes(rule: rule, zone: .utc)
        #expect(all.moments(after: Timestamp(second: -16), count: 2).map(\.second) == [-15, -5])
        let later = DueTimes(rule: rule, zone: .utc, first: Timestamp(second: 5))
        #expect(later.moments(after: Timestamp(second: -16), count: 2).map(\.second) == [5, 15])
        let end = Timestamp(second: 15)
        #expect(later.moments(after: Timestamp(second: 5), through: end, count: 9) == [end])
    }
}
