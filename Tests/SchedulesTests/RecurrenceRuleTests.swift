import BackupAPI
import Schedules
import Testing

@Suite struct RecurrenceRuleTests {
    /// 2026-12-01T09:00:00Z
    private let start: Int64 = 1_796_115_600

    /// The days of December 2026 and hours in UTC, from the first on.
    private func due(_ rule: String, _ zone: Zone = .utc) throws -> [String] {
        let rule = try RecurrenceRule(rule, from: zone.civil(Timestamp(second: start)), in: zone)
        let due = DueTimes(rule: .recurrence(rule), zone: zone)
        return due.moments(after: Timestamp(second: start - 1), count: 20).map {
            let civil = Zone.utc.civil($0)
            return "\(civil.day.date.day) \(civil.second / 3_600)"
        }
    }

    @Test(arguments: [
        ("FREQ=DAILY;COUNT=3", ["1 9", "2 9", "3 9"]),
        ("FREQ=DAILY;COUNT=4;BYHOUR=9,18", ["1 9", "1 18", "2 9", "2 18"]),
        ("FREQ=DAILY;COUNT=3;BYHOUR=9,18", ["1 9", "1 18", "2 9"]),
        // What lies before the start is none of them.
        ("FREQ=DAILY;BYHOUR=6,18;COUNT=2", ["1 18", "2 6"]),
        ("FREQ=WEEKLY;BYDAY=WE;BYHOUR=1,2,3;COUNT=5", ["2 1", "2 2", "2 3", "9 1", "9 2"]),
        ("FREQ=DAILY;COUNT=9;UNTIL=20261202", ["1 9", "2 9"]),
        ("FREQ=DAILY;COUNT=1;UNTIL=20261202", ["1 9"]),
    ])
    func `a count counts occurrences`(rule: String, times: [String]) throws {
        #expect(try due(rule) == times)
    }

    @Test(arguments: [
        ("20261203T085959Z", ["1 9", "2 9"]), ("20261203T090000Z", ["1 9", "2 9", "3 9"]),
        ("20261203T000000Z", ["1 9", "2 9"]), ("20261203T090000", ["1 9", "2 9", "3 9"]),
        ("20261203", ["1 9", "2 9", "3 9"]), ("20261130", []), ("20261201t090000z", ["1 9"]),
    ])
    func `an end is inclusive to the second`(end: String, times: [String]) throws {
        #expect(try due("FREQ=DAILY;UNTIL=\(end)") == times)
    }

    @Test func `an end without Z is a time of the zone's clocks`() throws {
        let database = try TestDatabase()
        try database.put(ZoneBytes(lastLine: "AAA-2").bytes, at: "Test/Place")
        let zone = try Zone(named: "Test/Place", in: database.zones)
        #expect(try due("FREQ=DAILY;UNTIL=20261203T105959", zone) == ["1 9", "2 9"])
        #expect(try due("FREQ=DAILY;UNTIL=20261203T110000", zone) == ["1 9", "2 9", "3 9"])
        #expect(try due("FREQ=DAILY;UNTIL=20261203T090000Z", zone) == ["1 9", "2 9", "3 9"])
    }

    @Test(arguments: [
        ("FREQ=DAILY;FREQ=WEEKLY", "FREQ is there twice"),
        ("FREQ=DAILY;freq=DAILY", "freq is there twice"),
        ("FREQ=DAILY;BYHOUR=3;BYHOUR=4", "BYHOUR is there twice"),
        ("FREQ=DAILY;BYHOUR=", "BYHOUR has no value, or an empty one in its list"),
        ("FREQ=DAILY;BYHOUR=1,,2", "BYHOUR has no value, or an empty one in its list"),
        ("FREQ=WEEKLY;BYDAY=MO,", "BYDAY has no value, or an empty one in its list"),
        ("FREQ=DAILY;", "NAME=VALUE expected, got \"\""),
        ("FREQ=DAILY;;COUNT=2", "NAME=VALUE expected, got \"\""),
        ("FREQ=DAILY;COUNT", "NAME=VALUE expected, got \"COUNT\""),
        ("FREQ=DAILY;=3", "NAME=VALUE expected, got \"=3\""),
        ("", "NAME=VALUE expected, got \"\""),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "it never comes: no such month has such a day"),
        ("FREQ=DAILY;BYMONTH=4,6;BYMONTHDAY=-31", "it never comes: no such month has such a day"),
        ("FREQ=MONTHLY;BYDAY=6MO", "it never comes: no such month has such a day"),
        ("FREQ=DAILY;COUNT=+3", "COUNT: a number from 1 to 10000 expected"),
        ("FREQ=DAILY;BYHOUR=\u{664}", "BYHOUR: a number from 0 to 23 expected"),
        ("FREQ=WEEKLY;BYDAY=MO\u{301}", "BYDAY: days such as MO or -1SU expected, got \"MO\u{301}\""),
        (
            "FREQ=DA\u{131}LY",
            "FREQ is DAILY, WEEKLY, MONTHLY or YEARLY; for less than a day take 'schedule.every' or 'schedule.cron'"
        ),
    ])
    func `what is wrong is named`(rule: String, problem: String) throws {
        let error = try #require(throws: RuleProblem.self) { try due(rule) }
        #expect(error.message == "the recurrence rule: \(problem)")
    }

    @Test(arguments: [
        "20261205nonsense", "20261301", "2026120", "20261205T", "20261205T0800Z", "20261205T250000Z",
        "20261205T235960Z", "20261205T080000ZZ", "20261205T080000+0100", "20261205Z",
    ])
    func `an end that is no time is refused`(end: String) throws {
        let error = try #require(throws: RuleProblem.self) { try due("FREQ=DAILY;UNTIL=\(end)") }
        #expect(
            error.message
                == "the recurrence rule: UNTIL: a date such as 20261231, or a time such as 20261231T235959Z, expected"
        )
    }
}
