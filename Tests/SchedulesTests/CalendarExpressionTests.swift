import BackupAPI
import Schedules
import Testing

@Suite struct CalendarExpressionTests {
    /// The next days at midnight after the beginning of 2026.
    private func days(_ event: String, _ count: Int) throws -> [String] {
        let due = DueTimes(rule: .calendar(try CalendarExpression(event)), zone: .utc)
        return due.moments(after: Timestamp(second: 1_767_225_599), count: count).map {
            let date = Zone.utc.civil($0).day.date
            return "\(date.year)-\(date.month)-\(date.day)"
        }
    }

    // The first two are samples of systemd.time(7).
    @Test(arguments: [
        ("*-02~03", ["2026-2-26", "2027-2-26", "2028-2-27"]),
        ("Mon *-05~07/1", ["2026-5-25", "2027-5-31"]),
        ("*-*~01", ["2026-1-31", "2026-2-28", "2026-3-31"]),
        ("02~1", ["2026-2-28", "2027-2-28", "2028-2-29"]),
        ("*-*~01..03", ["2026-1-29", "2026-1-30", "2026-1-31", "2026-2-26"]),
        ("*-*~07/3", ["2026-1-25", "2026-1-28", "2026-1-31", "2026-2-22"]),
        ("*-*~01..07/3", ["2026-1-25", "2026-1-28", "2026-1-31", "2026-2-22"]),
        ("annually", ["2026-1-1", "2027-1-1"]), ("Bi-Annually", ["2026-1-1", "2026-7-1"]),
        ("2026-04~01,03", ["2026-4-28", "2026-4-30"]),
        ("Fri *-*~*", ["2026-1-2", "2026-1-9"]),
        ("*-*-1..7/3", ["2026-1-1", "2026-1-4", "2026-1-7", "2026-2-1"]),
    ])
    func `days are counted from the month's beginning or end`(event: String, days: [String]) throws {
        #expect(try self.days(event, days.count) == days)
    }

    @Test(arguments: [
        ("*-02-30", "it never comes: no such month has such a day"),
        ("*-02,04,06-31", "it never comes: no such month has such a day"),
        ("*-02~29", "the day after '~' is no number from 1 to 28"),
        ("*-02~0", "the day after '~' is no number from 1 to 28"),
        ("*-02~03..01", "the day after '~' goes backwards"),
        ("*-02~", "the day after '~' is no number from 1 to 28"),
        ("*~02~03", "\"Mon..Fri 2026-*-1..7 02:30:00\" and parts of it are understood"),
        ("~03", "the month is no number from 1 to 12"),
        ("2026-*-*~03", "\"Mon..Fri 2026-*-1..7 02:30:00\" and parts of it are understood"),
        ("*-*-1~3", "\"Mon..Fri 2026-*-1..7 02:30:00\" and parts of it are understood"),
        ("01~03:00", "the day after '~' is no number from 1 to 28"),
        ("*-*-+1", "the day is no number from 1 to 31"),
        ("*-*-1/0", "the day is wrong"),
        ("*:1..2..3", "the minute is no number from 0 to 59"),
    ])
    func `what is wrong is named`(event: String, problem: String) throws {
        let error = try #require(throws: RuleProblem.self) { try CalendarExpression(event) }
        #expect(error.message == "the calendar event \"\(event)\": \(problem)")
    }
}
