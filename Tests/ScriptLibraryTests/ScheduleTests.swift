import BackupAPI
import Foundation
import LuaKit
import PluginHost
import ScriptLibrary
import Testing

@Suite(.timeLimit(.minutes(5))) struct ScheduleTests {
    private func next(_ schedule: String, after: String, _ count: Int) async throws -> [String] {
        let found = try await LibraryFixture([.schedule]).values(
            "return table.unpack(schedule.next(schedule.\(schedule), '\(after)', \(count)))"
        )
        return found.compactMap(\.text).map { $0.replacing(":00.000000Z", with: "") }
    }

    @Test(arguments: [
        ("cron('30 2 * * mon-fri')", "2026-06-05T02:30:00Z", ["2026-06-08T02:30", "2026-06-09T02:30"]),
        ("cron('0 0 13 * fri')", "2026-02-01T00:00:00Z", ["2026-02-06T00:00", "2026-02-13T00:00"]),
        ("cron('*/20 5,6 1-2 jan *')", "2026-01-01T05:30:00Z", ["2026-01-01T05:40", "2026-01-01T06:00"]),
        ("cron('0 12 29 2 *')", "2096-03-01T00:00:00Z", ["2104-02-29T12:00"]),
        ("cron('0 0 * * 7')", "2026-06-05T00:00:00Z", ["2026-06-07T00:00"]),
        ("cron('@monthly')", "2026-12-01T00:00:00Z", ["2027-01-01T00:00"]),
        // The hour that is skipped: once, right after the gap; not twice with what is due there anyway.
        (
            "cron('30 2 * * *', { tz = 'Europe/Zurich' })", "2026-03-28T12:00:00Z",
            ["2026-03-29T01:00", "2026-03-30T00:30"]
        ),
        (
            "cron('*/30 2 * * *', { tz = 'America/New_York' })", "2026-03-08T00:00:00-05:00",
            ["2026-03-08T07:00", "2026-03-09T06:00"]
        ),
        (
            "cron('0 2,3 * * *', { tz = 'Europe/Zurich' })", "2026-03-28T12:00:00Z",
            ["2026-03-29T01:00", "2026-03-30T00:00"]
        ),
        // The hour that is repeated: once, the first time.
        (
            "cron('30 2 * * *', { tz = 'Europe/Zurich' })", "2026-10-24T12:00:00Z",
            ["2026-10-25T00:30", "2026-10-26T01:30"]
        ),
        (
            "cron('30 1 * * *', { tz = 'America/New_York' })", "2026-11-01T00:00:00-04:00",
            ["2026-11-01T05:30", "2026-11-02T06:30"]
        ),
        (
            "cron('30 2 * * *', { tz = 'Asia/Kolkata' })", "2026-03-28T12:00:00Z",
            ["2026-03-28T21:00", "2026-03-29T21:00"]
        ),
        ("calendar('Mon..Fri 02:30')", "2026-06-05T02:30:00Z", ["2026-06-08T02:30", "2026-06-09T02:30"]),
        (
            "calendar('*-*-1..7/3 04:00:00')", "2026-06-05T00:00:00Z",
            ["2026-06-07T04:00", "2026-07-01T04:00"]
        ),
        ("calendar('Sat *-*-1..7 18:00')", "2026-06-05T00:00:00Z", ["2026-06-06T18:00", "2026-07-04T18:00"]),
        ("calendar('2026-12-31')", "2026-06-05T00:00:00Z", ["2026-12-31T00:00"]),
        ("calendar('quarterly')", "2026-06-05T00:00:00Z", ["2026-07-01T00:00", "2026-10-01T00:00"]),
        ("calendar('*-*~01 04:00')", "2026-02-01T00:00:00Z", ["2026-02-28T04:00", "2026-03-31T04:00"]),
        (
            "cron('*/30 * * * *', { tz = 'Europe/Berlin' })", "2026-10-25T00:30:00Z",
            ["2026-10-25T01:00", "2026-10-25T01:30", "2026-10-25T02:00"]
        ),
        (
            "rrule('FREQ=DAILY;COUNT=3;BYHOUR=6,18', { from = '2026-12-01T00:00:00Z' })",
            "2026-11-30T00:00:00Z", ["2026-12-01T06:00", "2026-12-01T18:00", "2026-12-02T06:00"]
        ),
        (
            "rrule('FREQ=MONTHLY;BYDAY=1SU;BYHOUR=3')", "2026-06-08T00:00:00Z",
            ["2026-07-05T03:00", "2026-08-02T03:00"]
        ),
        (
            "rrule('FREQ=MONTHLY;BYMONTHDAY=-1', { from = '2026-01-31T04:15:00Z' })", "2026-01-31T04:15:00Z",
            ["2026-02-28T04:15", "2026-03-31T04:15"]
        ),
        (
            "rrule('RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR', { from = '2026-06-01T00:00:00Z' })",
            "2026-06-05T00:00:00Z", ["2026-06-15T00:00", "2026-06-19T00:00"]
        ),
        (
            "rrule('FREQ=DAILY;COUNT=3', { from = '2026-06-01T00:00:00Z' })", "2026-06-01T12:00:00Z",
            ["2026-06-02T00:00", "2026-06-03T00:00"]
        ),
        (
            "rrule('FREQ=YEARLY;BYDAY=-1MO;BYMONTH=5', { from = '2026-01-01T09:00:00Z' })",
            "2026-06-01T00:00:00Z", ["2027-05-31T09:00"]
        ),
        (
            "rrule('FREQ=DAILY;UNTIL=20260602', { from = '2026-06-01T00:00:00Z' })", "2026-06-01T12:00:00Z",
            ["2026-06-02T00:00"]
        ),
        (
            "every('90m', { from = '2026-06-01T00:00:00Z' })", "2026-06-01T01:30:00Z",
            ["2026-06-01T03:00", "2026-06-01T04:30"]
        ),
        (
            "every('1d', { from = '2026-06-01T00:00:00Z' })", "2026-01-01T00:00:00Z",
            ["2026-06-01T00:00", "2026-06-02T00:00"]
        ),
    ])
    func `the next times are these`(schedule: String, after: String, times: [String]) async throws {
        let found = try await next(schedule, after: after, schedule.contains("COUNT") ? 9 : times.count)
        #expect(found == times)
    }

    @Test func `a schedule is a table that a manifest can have`() async throws {
        let found = try await LibraryFixture([.schedule]).values(
            "return json.encode(schedule.cron('@daily', { tz = 'Europe/Zurich', overlap = 'wait', catchup = '6h', jitter = '10m' }))"
        )
        #expect(
            found == [
                #"{"catchup_seconds":21600.0,"jitter_seconds":600.0,"kind":"cron","overlap":"wait","rule":"@daily","tz":"Europe/Zurich"}"#
            ]
        )
    }

    @Test(arguments: [
        (
            "cron('* * * *')",
            "#1 to 'schedule.cron': a cron expression has 5 fields (minute, hour, day, month, weekday) or is one of @annually, @daily, @hourly, @midnight, @monthly, @weekly, @yearly; got \"* * * *\""
        ),
        (
            "cron('60 * * * *')",
            "#1 to 'schedule.cron': minute: numbers from 0 to 59 expected, as in \"*\", \"1,2\", \"1-5\" or \"*/2\"; got \"60\""
        ),
        (
            "cron('* 5-2 * * *')",
            "#1 to 'schedule.cron': hour: numbers from 0 to 23 expected, as in \"*\", \"1,2\", \"1-5\" or \"*/2\"; got \"5-2\""
        ),
        (
            "cron('* * * * fun')",
            "#1 to 'schedule.cron': weekday: numbers from 0 to 7 expected, as in \"*\", \"1,2\", \"1-5\" or \"*/2\"; got \"fun\""
        ),
        (
            "cron('0 0 31 feb *')",
            "#1 to 'schedule.cron': the cron expression \"0 0 31 feb *\" never comes: no such month has such a day"
        ),
        (
            "cron('@daily', { tz = 'Berlin' })",
            "#2 to 'schedule.cron': tz: the name of a time zone such as \"Europe/Zurich\" or \"UTC\" expected, got \"Berlin\""
        ),
        (
            "cron('@daily', { overlap = 'queue' })",
            "#2 to 'schedule.cron': overlap: \"skip\", \"wait\" or \"allow\" expected, got \"queue\""
        ),
        (
            "calendar('25:00')",
            "#1 to 'schedule.calendar': the calendar event \"25:00\": the hour is no number from 0 to 23"
        ),
        (
            "calendar('Mon Tue')",
            "#1 to 'schedule.calendar': the calendar event \"Mon Tue\": \"Mon..Fri 2026-*-1..7 02:30:00\" and parts of it are understood"
        ),
        (
            "rrule('FREQ=HOURLY')",
            "#1 to 'schedule.rrule': the recurrence rule: FREQ is DAILY, WEEKLY, MONTHLY or YEARLY; for less than a day take 'schedule.every' or 'schedule.cron'"
        ),
        ("rrule('BYDAY=MO')", "#1 to 'schedule.rrule': the recurrence rule: FREQ is missing"),
        (
            "rrule('FREQ=DAILY;BYSETPOS=1')",
            "#1 to 'schedule.rrule': the recurrence rule: BYSETPOS is not understood; known are: FREQ, INTERVAL, COUNT, UNTIL, BYMONTH, BYMONTHDAY, BYDAY, BYHOUR, BYMINUTE"
        ),
        (
            "rrule('FREQ=DAILY;BYHOUR=')",
            "#1 to 'schedule.rrule': the recurrence rule: BYHOUR has no value, or an empty one in its list"
        ),
        (
            "cron('@daily', { tz = 'BST' })",
            "#2 to 'schedule.cron': tz: the name of a time zone such as \"Europe/Zurich\" or \"UTC\" expected, got \"BST\""
        ),
        ("every('0.5s')", "#1 to 'schedule.every': at least one second expected"),
        (
            "next({}, 0)",
            "#1 to 'schedule.next': what 'schedule.cron' or another function of it answers expected, got table"
        ),
        (
            "next(schedule.cron('@daily'), 0, 2000)",
            "#3 to 'schedule.next': an integer from 1 to 1000 expected, got 2000"
        ),
    ])
    func `what is wrong is named`(call: String, message: String) async throws {
        let failure = try await LibraryFixture([.schedule]).failure("schedule.\(call)")
        #expect(failure == "test.lua:1: bad argument \(message)")
    }

    /// Minute by minute, with the offsets of the system's own time zones.
    @Test(arguments: [
        ("Europe/Zurich", "2026-03-27T00:00:00Z"), ("Europe/Zurich", "2026-10-23T00:00:00Z"),
        ("America/New_York", "2026-03-06T00:00:00Z"), ("America/New_York", "2026-10-30T00:00:00Z"),
        ("Asia/Kolkata", "2026-03-27T00:00:00Z"), ("Australia/Lord_Howe", "2026-04-03T00:00:00Z"),
        ("Australia/Lord_Howe", "2026-10-02T00:00:00Z"),
    ])
    func `cron is due as a look at each minute finds`(zone: String, start: String) async throws {
        let fixture = try LibraryFixture([.schedule])
        var random = SystemlessNumbers(state: 11)
        let first = try #require(Timestamp(start))
        for _ in 0..<12 {
            let minutes = (0..<3).map { _ in Int.random(in: 0...59, using: &random) }
            let hours = (0..<4).map { _ in Int.random(in: 0...4, using: &random) }
            let expression =
                "\(minutes.map(String.init).joined(separator: ",")) \(hours.map(String.init).joined(separator: ",")) * * *"
            let wanted = try EachMinute(zone).due(Set(minutes), Set(hours), after: first, days: 5)
            let found = try await fixture.values(
                "return table.unpack(schedule.next(schedule.cron('\(expression)', { tz = '\(zone)' }), '\(start)', \(wanted.count)))"
            )
            #expect(found.compactMap(\.text) == wanted.map(\.description), "\(expression) in \(zone)")
        }
    }
}

/// Looks at each minute in turn.
private struct EachMinute {
    let zone: TimeZone

    init(_ name: String) throws {
        zone = try #require(TimeZone(identifier: name))
    }

    private func local(_ second: Int64) -> Int64 {
        second + Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second))))
    }

    func due(_ minutes: Set<Int>, _ hours: Set<Int>, after start: Timestamp, days: Int64) -> [Timestamp] {
        let first = start.microseconds / 1_000_000 + 60
        var due: [Timestamp] = []
        var latest = local(first) - 60
        for second in stride(from: first, through: first + days * 86_400, by: 60) {
            let now = local(second)
            // All that the clocks show for the first time, and what they have left out.
            let shown = stride(from: latest + 60, through: now, by: 60)
            if shown.contains(where: {
                minutes.contains(Int($0 / 60 % 60)) && hours.contains(Int($0 / 3_600 % 24))
            }) {
                due.append(Timestamp(microseconds: second * 1_000_000))
            }
            latest = max(latest, now)
        }
        return due
    }
}

/// Random numbers that are the same each time.
private struct SystemlessNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}
