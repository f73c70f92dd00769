import LuaKit
import PluginHost
import ScriptLibrary
import Testing

@Suite(.timeLimit(.minutes(5))) struct TimeTests {
    private func values(_ text: String) async throws -> [LuaValue] {
        try await LibraryFixture([.time]).values(text)
    }

    @Test func `the library's functions stand beside the host's`() async throws {
        #expect(
            try await values("return time.now(), time.between(0, 1.5)") == [
                "2014-08-05T18:22:22.000000Z", 1.5,
            ]
        )
    }

    @Test(arguments: [
        (
            "time.format('2026-07-01T21:05:09Z', '%Y-%m-%d %H:%M:%S %z', { tz = 'Europe/Zurich' })",
            "2026-07-01 23:05:09 +0200"
        ),
        (
            "time.format('2026-01-01T00:00:00Z', '%a %A %b %B %e %j %u', { tz = 'America/New_York' })",
            "Wed Wednesday Dec December 31 365 3"
        ),
        (
            "time.format('2027-01-01T12:34:56.789Z', '%I%p %G-W%V %f %s %F %T %R %%', { tz = 'Asia/Kolkata' })",
            "06PM 2026-W53 789000 1798806896 2027-01-01 18:04:56 18:04 %"
        ),
        ("time.format(0)", "1970-01-01 00:00:00"),
        ("time.parse('2026-03-01T04:00:00+01:00')", "2026-03-01T03:00:00.000000Z"),
        (
            "time.parse('1.3.2026 04:05', { format = '%e.%m.%Y %H:%M', tz = 'Europe/Zurich' })",
            "2026-03-01T03:05:00.000000Z"
        ),
        (
            "time.parse('Sun Mar 1 2026 4:05 PM -0500', { format = '%a %b %e %Y %I:%M %p %z' })",
            "2026-03-01T21:05:00.000000Z"
        ),
        ("time.parse('2026-03-01t04:05:06z')", "2026-03-01T04:05:06.000000Z"),
        ("time.parse('2026-03-01T04:05:06.1234567890Z')", "2026-03-01T04:05:06.123456Z"),
        (
            "time.parse('2026-03-01 04:00 +0530', { format = '%F %R %z' })",
            "2026-02-28T22:30:00.000000Z"
        ),
        ("time.parse('2026-03-01 04 -02:30', { format = '%F %H %z' })", "2026-03-01T06:30:00.000000Z"),
        ("time.parse('2026-03-01 04 +02', { format = '%F %H %z' })", "2026-03-01T02:00:00.000000Z"),
        ("time.parse('2026-03-01 04 z', { format = '%F %H %z' })", "2026-03-01T04:00:00.000000Z"),
        (
            "time.parse('2026-03-01 0.1234567890123', { format = '%F %H.%f' })",
            "2026-03-01T00:00:00.123456Z"
        ),
        ("time.add('2026-03-01T00:00:00Z', '-1h')", "2026-02-28T23:00:00.000000Z"),
        ("time.add('2026-03-01T00:00:00Z', -90)", "2026-02-28T23:58:30.000000Z"),
        ("time.add('2026-03-01T00:00:00Z', -0.5)", "2026-02-28T23:59:59.500000Z"),
        ("time.add('2026-03-01T00:00:00Z', { hours = -1 })", "2026-02-28T23:00:00.000000Z"),
        ("time.parse('2024-060', { format = '%Y-%j' })", "2024-02-29T00:00:00.000000Z"),
        ("time.parse('1798806896.5', { format = '%s.5' })", "2027-01-01T12:34:56.000000Z"),
        (
            "time.add('2026-03-28T01:30:00Z', { days = 1 }, { tz = 'Europe/Zurich' })",
            "2026-03-29T01:00:00.000000Z"
        ),
        (
            "time.add('2026-10-24T00:30:00Z', { days = 1 }, { tz = 'Europe/Zurich' })",
            "2026-10-25T00:30:00.000000Z"
        ),
        ("time.add('2026-03-28T12:00:00Z', '24h', { tz = 'Europe/Zurich' })", "2026-03-29T12:00:00.000000Z"),
        (
            "time.add('2026-03-28T12:00:00Z', { days = 1 }, { tz = 'Europe/Zurich' })",
            "2026-03-29T11:00:00.000000Z"
        ),
        ("time.add('2024-01-31T00:00:00Z', { months = 1 })", "2024-02-29T00:00:00.000000Z"),
        ("time.add('2024-02-29T00:00:00Z', { years = -1, hours = -1 })", "2023-02-27T23:00:00.000000Z"),
        ("time.zone('Europe/Zurich', '2026-01-01T00:00:00Z').next_change", "2026-03-29T01:00:00.000000Z"),
        ("time.zone('America/New_York', '2026-07-01T00:00:00Z').next_change", "2026-11-01T06:00:00.000000Z"),
        ("tostring(time.zone('Asia/Kolkata', '2026-07-01T00:00:00Z').next_change)", "nil"),
    ])
    func `times become texts, and texts times`(call: String, text: String) async throws {
        let found = try await values("return \(call)")
        #expect(found == [.string(text)])
    }

    @Test func `the parts of a time are those of a zone`() async throws {
        let found = try await values(
            """
            local p = time.parts("2026-12-31T20:00:01Z", { tz = "Asia/Kolkata" })
            local z = time.zone("America/New_York", "2026-07-01T00:00:00Z")
            return p.year, p.month, p.day, p.hour, p.minute, p.second, p.weekday, p.yearday, p.week, p.weekyear, z.offset_seconds, z.is_dst
            """
        )
        #expect(found == [2027, 1, 1, 1, 30, 1, 5, 1, 53, 2026, -14_400, true])
    }

    @Test(arguments: [
        // Open over midnight, on the days on which it opens.
        ("2026-06-05T20:30:00Z", true, "2026-06-06T03:00:00.000000Z", "2026-06-08T20:00:00.000000Z"),
        ("2026-06-06T02:59:59Z", true, "2026-06-06T03:00:00.000000Z", "2026-06-08T20:00:00.000000Z"),
        ("2026-06-06T03:00:00Z", false, "nil", "2026-06-08T20:00:00.000000Z"),
        ("2026-06-08T20:00:00Z", true, "2026-06-09T03:00:00.000000Z", "2026-06-08T20:00:00.000000Z"),
    ])
    func `a window opens and closes by its zone's clocks`(
        moment: String,
        isOpen: Bool,
        closes: String,
        opens: String
    ) async throws {
        let found = try await values(
            """
            local w = time.window({ from = "22:00", to = "05:00", tz = "Europe/Zurich", days = "Mon-Fri" })
            local t = "\(moment)"
            return w:open(t), tostring(w:closes(t)), w:next_open(t)
            """
        )
        #expect(found == [.boolean(isOpen), .string(closes), .string(opens)])
    }

    @Test func `a window that begins in the hour that the clocks skip opens after it`() async throws {
        let found = try await values(
            """
            local w = time.window({ from = "02:30", to = "04:00", tz = "Europe/Zurich" })
            local o = time.window({ from = "02:00", to = "03:00", tz = "Europe/Zurich" })
            return w:next_open("2026-03-29T00:00:00Z"), w:closes("2026-03-29T01:00:00Z"),
                o:next_open("2026-03-29T00:00:00Z"), o:next_open("2026-10-25T00:00:00Z"), o:closes("2026-10-25T01:30:00Z")
            """
        )
        #expect(
            found == [
                "2026-03-29T01:00:00.000000Z", "2026-03-29T02:00:00.000000Z",
                // From 02:00 to 03:00 there is nothing on that day.
                "2026-03-30T00:00:00.000000Z",
                // On a day with 25 hours it lasts two.
                "2026-10-25T00:00:00.000000Z", "2026-10-25T02:00:00.000000Z",
            ]
        )
    }

    @Test(arguments: [
        (
            "time.parse('yesterday')",
            "bad argument #1 to 'time.parse': ISO 8601 such as \"2026-03-01T04:00:00Z\" expected, got \"yesterday\""
        ),
        (
            "time.parse('1.2', { format = '%e-%m' })",
            "bad argument #1 to 'time.parse': the text does not fit the pattern: \"-\" expected at character 2"
        ),
        (
            "time.parse('30.2.2026', { format = '%e.%m.%Y' })",
            "bad argument #1 to 'time.parse': there is no such date"
        ),
        (
            "time.parse('10', { format = '%H' })",
            "bad argument #1 to 'time.parse': the pattern has no year (%Y)"
        ),
        (
            "time.parse('2026 ', { format = '%Y' })",
            "bad argument #1 to 'time.parse': the text does not fit the pattern: \" \" is left over"
        ),
        (
            "time.format('2026')",
            "bad argument #1 to 'time.format': time expected (ISO 8601 such as \"2026-03-01T04:00:00Z\", or seconds since 1970), got \"2026\""
        ),
        ("time.format(0, '%')", "bad argument #1 to 'time.format': the pattern ends with '%'"),
        (
            "time.format(0, '%F', { tz = 'CEST' })",
            "bad argument #3 to 'time.format': tz: the name of a time zone such as \"Europe/Zurich\" or \"UTC\" expected, got \"CEST\""
        ),
        (
            "time.zone('Mars/Phobos', 0)",
            "bad argument #1 to 'time.zone': the name of a time zone such as \"Europe/Zurich\" or \"UTC\" expected, got \"Mars/Phobos\""
        ),
        (
            "time.parse('2026-03-01T04:05:60Z')",
            "bad argument #1 to 'time.parse': ISO 8601 such as \"2026-03-01T04:00:00Z\" expected, got \"2026-03-01T04:05:60Z\""
        ),
        (
            "time.parse('26-03-01', { format = '%F' })",
            "bad argument #1 to 'time.parse': the text does not fit the pattern: a year of 4 digits expected at character 1"
        ),
        (
            "time.parse('2026-03-01 04:00 +9999', { format = '%F %R %z' })",
            "bad argument #1 to 'time.parse': the text does not fit the pattern: an offset from -2359 to +2359 expected at character 18"
        ),
        (
            "time.parse('2026 +1:30', { format = '%Y %z' })",
            "bad argument #1 to 'time.parse': the text does not fit the pattern: an offset such as +0200 expected at character 7"
        ),
        (
            "time.parse('2026 +0260', { format = '%Y %z' })",
            "bad argument #1 to 'time.parse': the text does not fit the pattern: an offset from -2359 to +2359 expected at character 6"
        ),
        (
            "time.add(0, '--1h')",
            "bad argument #2 to 'time.add': a duration of at most 10 years, forward or back, expected (seconds, or a text such as \"90s\" or \"-4h\"), got \"--1h\""
        ),
        (
            "time.add(0, math.mininteger)",
            "bad argument #2 to 'time.add': a duration from 0 to 10 years expected, got -9223372036854775808"
        ),
        (
            "time.add(0, { fortnights = 1 })",
            "bad argument #2 to 'time.add': there is no 'fortnights'; known are: years, months, weeks, days, hours, minutes, seconds"
        ),
        (
            "time.add(0, { days = 1.5 })",
            "bad argument #2 to 'time.add': days: a whole number up to a billion expected, got 1.5"
        ),
        (
            "time.window({ from = '22:00' })",
            "bad argument #1 to 'time.window': 'from' and 'to' expected, for example { from = \"22:00\", to = \"05:00\" }"
        ),
        (
            "time.window({ from = '24:00', to = '05:00' })",
            "bad argument #1 to 'time.window': from: a time of day such as \"22:00\" expected, got \"24:00\""
        ),
        (
            "time.window({ from = '22:00', to = '05:00', days = 'Mon-Fun' })",
            "bad argument #1 to 'time.window': days: days such as \"Mon-Fri,Sun\" expected, got \"Mon-Fun\""
        ),
    ])
    func `what is wrong is named`(call: String, message: String) async throws {
        let failure = try await LibraryFixture([.time]).failure(call)
        #expect(failure == "test.lua:1: \(message)")
    }
}
