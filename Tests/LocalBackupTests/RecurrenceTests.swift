import BackupAPI
import BackupTesting
import LocalBackup
import Testing

@Suite struct RecurrenceTests {
    private static func recurrence(
        _ rule: String,
        _ zone: String = "UTC",
        start: String? = nil
    ) throws -> Recurrence {
        try Recurrence(
            Schedule(start: start.flatMap { Timestamp($0) }, recurrence: ["RRULE:" + rule], timeZone: zone)
        )
    }

    /// The first slots after a moment, as text.
    private static func slots(_ recurrence: Recurrence, after moment: String, count: Int) throws -> [String] {
        var moment = try #require(Timestamp(moment))
        return (0..<count).map { _ in
            moment = recurrence.next(after: moment)
            return moment.wholeSeconds
        }
    }

    @Test func `an hourly rule counts from the schedule's start`() throws {
        let rule = try Self.recurrence(
            "FREQ=HOURLY;INTERVAL=2",
            "US/Central",
            start: "2014-08-05T18:22:21.9Z"
        )
        #expect(
            try Self.slots(rule, after: "2014-08-05T18:22:21Z", count: 2)
                == ["2014-08-05T20:22:21Z", "2014-08-05T22:22:21Z"]
        )
        #expect(try Self.slots(rule, after: "2000-01-01T00:00:00Z", count: 1) == ["2014-08-05T20:22:21Z"])
        #expect(try Self.slots(rule, after: "2014-08-05T20:22:20Z", count: 1) == ["2014-08-05T20:22:21Z"])
    }

    @Test func `an hourly rule without a start counts from 1970, also before it`() throws {
        let rule = try Self.recurrence("FREQ=HOURLY;INTERVAL=5")
        #expect(try Self.slots(rule, after: "1970-01-01T00:00:00Z", count: 1) == ["1970-01-01T05:00:00Z"])
        #expect(try Self.slots(rule, after: "1969-12-31T22:30:00Z", count: 1) == ["1970-01-01T00:00:00Z"])
        #expect(try Self.slots(rule, after: "1969-12-31T19:00:00Z", count: 1) == ["1970-01-01T00:00:00Z"])
    }

    @Test func `hours stay hours when clocks change`() throws {
        let rule = try Self.recurrence("FREQ=HOURLY;INTERVAL=1", "Europe/Berlin")
        #expect(
            try Self.slots(rule, after: "2024-03-31T00:00:00Z", count: 3)
                == ["2024-03-31T01:00:00Z", "2024-03-31T02:00:00Z", "2024-03-31T03:00:00Z"]
        )
    }

    @Test(arguments: [
        // Berlin leaves out 02:00 to 03:00 on 31 March and has 02:00 to 03:00 twice on 27 October.
        (
            "Europe/Berlin", 2, 30, "2024-03-30T00:00:00Z",
            ["2024-03-30T01:30:00Z", "2024-03-31T01:00:00Z", "2024-04-01T00:30:00Z"]
        ),
        ("Europe/Berlin", 3, 0, "2024-03-31T00:00:00Z", ["2024-03-31T01:00:00Z", "2024-04-01T01:00:00Z"]),
        (
            "Europe/Berlin", 2, 30, "2024-10-26T00:00:00Z",
            ["2024-10-26T00:30:00Z", "2024-10-27T00:30:00Z", "2024-10-28T01:30:00Z"]
        ),
        ("Europe/Berlin", 3, 0, "2024-10-27T00:00:00Z", ["2024-10-27T02:00:00Z", "2024-10-28T02:00:00Z"]),
        // Central time does so on 10 March and 3 November.
        ("US/Central", 2, 15, "2024-03-09T12:00:00Z", ["2024-03-10T08:00:00Z", "2024-03-11T07:15:00Z"]),
        ("US/Central", 1, 15, "2024-11-02T12:00:00Z", ["2024-11-03T06:15:00Z", "2024-11-04T07:15:00Z"]),
        // Lord Howe's clocks move by half an hour: 02:00 to 02:30 left out on 6 October, 01:30 to 02:00 twice on 7 April.
        (
            "Australia/Lord_Howe", 2, 15, "2024-10-05T00:00:00Z",
            ["2024-10-05T15:30:00Z", "2024-10-06T15:15:00Z"]
        ),
        (
            "Australia/Lord_Howe", 2, 30, "2024-10-05T00:00:00Z",
            ["2024-10-05T15:30:00Z", "2024-10-06T15:30:00Z"]
        ),
        (
            "Australia/Lord_Howe", 1, 45, "2024-04-06T00:00:00Z",
            ["2024-04-06T14:45:00Z", "2024-04-07T15:15:00Z"]
        ),
        // Samoa left out 30 December 2011 as a whole.
        (
            "Pacific/Apia", 0, 0, "2011-12-29T00:00:00Z",
            ["2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"]
        ),
        ("UTC", 2, 30, "2024-03-31T02:30:00Z", ["2024-04-01T02:30:00Z", "2024-04-02T02:30:00Z"]),
        ("UTC", 0, 0, "1969-12-30T23:59:59Z", ["1969-12-31T00:00:00Z", "1970-01-01T00:00:00Z"]),
    ])
    func `a daily rule means local time, over changes of the clocks`(
        zone: String,
        hour: Int,
        minute: Int,
        after: String,
        expected: [String]
    ) throws {
        let rule = try Self.recurrence("FREQ=DAILY;INTERVAL=1;BYHOUR=\(hour);BYMINUTE=\(minute)", zone)
        #expect(try Self.slots(rule, after: after, count: expected.count) == expected)
    }

    @Test func `a weekly rule is due on each of its days, in the zone`() throws {
        let rule = try Self.recurrence(
            "FREQ=WEEKLY;INTERVAL=1;BYDAY=TH,MO;BYHOUR=23;BYMINUTE=30",
            "US/Central"
        )
        // 2014-08-05 was a Tuesday.
        #expect(
            try Self.slots(rule, after: "2014-08-05T18:22:21Z", count: 3)
                == ["2014-08-08T04:30:00Z", "2014-08-12T04:30:00Z", "2014-08-15T04:30:00Z"]
        )
    }

    @Test func `daily and weekly slots lie after the start`() throws {
        let rule = try Self.recurrence(
            "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;BYHOUR=18;BYMINUTE=0",
            start: "2014-08-05T18:00:00Z"
        )
        #expect(try Self.slots(rule, after: "2014-01-01T00:00:00Z", count: 1) == ["2014-08-12T18:00:00Z"])
    }

    @Test func `slots between two moments exclude the first and include the last`() throws {
        let rule = try Self.recurrence("FREQ=HOURLY;INTERVAL=1")
        let first = try #require(Timestamp("2024-01-01T00:00:00Z"))
        let last = try #require(Timestamp("2024-01-01T03:00:00Z"))
        let all = ["2024-01-01T01:00:00Z", "2024-01-01T02:00:00Z", "2024-01-01T03:00:00Z"]
        #expect(rule.slots(after: first, through: last).map(\.wholeSeconds) == all)
        #expect(rule.slots(after: first, through: last, limit: 1).map(\.wholeSeconds) == [all[2]])
        #expect(rule.slots(after: last, through: first).isEmpty)
    }

    private static let daily = "Write it as 'RRULE:FREQ=DAILY;INTERVAL=1;BYHOUR=14;BYMINUTE=0'."
    private static let hourly = "Write it as 'RRULE:FREQ=HOURLY;INTERVAL=2'."
    private static let weekly = "Write it as 'RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,TH;BYHOUR=14;BYMINUTE=0'."
    private static let any = """
        Write it as 'RRULE:FREQ=HOURLY;INTERVAL=2' or 'RRULE:FREQ=DAILY;INTERVAL=1;BYHOUR=14;BYMINUTE=0' or \
        'RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,TH;BYHOUR=14;BYMINUTE=0'.
        """

    @Test(arguments: [
        ("FREQ=DAILY", "does not begin with 'RRULE:'", any),
        ("RRULE:", "has '', which is not of the form NAME=VALUE", any),
        ("RRULE:INTERVAL=1", "has no FREQ", any),
        ("RRULE:FREQ=daily", "has the FREQ 'daily'; known are HOURLY, DAILY and WEEKLY", any),
        ("RRULE:FREQ=HOURLY;FREQ=HOURLY", "has FREQ twice", any),
        ("RRULE:FREQ=HOURLY;INTERVAL=1;INTERVAL=2", "has INTERVAL twice", any),
        (
            "RRULE:FREQ=HOURLY;INTERVAL=", "has INTERVAL without a value, or with an empty one in its list",
            any
        ),
        ("RRULE:FREQ=HOURLY", "has no INTERVAL", hourly),
        ("RRULE:FREQ=HOURLY;INTERVAL=0", "has the INTERVAL '0'; it must be from 1 to 8760", hourly),
        ("RRULE:FREQ=HOURLY;INTERVAL=+2", "has the INTERVAL '+2'; it must be from 1 to 8760", hourly),
        ("RRULE:FREQ=HOURLY;INTERVAL=2;COUNT=3", "has 'COUNT', which this FREQ does not take", hourly),
        ("RRULE:FREQ=DAILY;INTERVAL=2;BYHOUR=1;BYMINUTE=0", "has the INTERVAL '2'; it must be 1", daily),
        (
            "RRULE:FREQ=DAILY;INTERVAL=1;BYHOUR=24;BYMINUTE=0",
            "has the BYHOUR '24'; it must be from 0 to 23", daily
        ),
        (
            "RRULE:FREQ=DAILY;INTERVAL=1;BYHOUR=1;BYMINUTE=60",
            "has the BYMINUTE '60'; it must be from 0 to 59", daily
        ),
        ("RRULE:FREQ=DAILY;INTERVAL=1;BYMINUTE=0", "has no BYHOUR", daily),
        (
            "RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=1MO;BYHOUR=1;BYMINUTE=0",
            "has the BYDAY '1MO'; known are SU, MO, TU, WE, TH, FR and SA", weekly
        ),
        ("RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,MO;BYHOUR=1;BYMINUTE=0", "has the BYDAY MO twice", weekly),
    ])
    func `a rule of another shape is refused with what is wrong`(
        rule: String,
        problem: String,
        fix: String
    ) throws {
        let error = try #require(throws: BackupError.self) {
            try Recurrence(Schedule(recurrence: [rule], timeZone: "UTC"))
        }
        #expect(error.code == .invalidConfiguration)
        #expect(error.description == "the recurrence '\(rule)' \(problem). \(fix)")
    }

    @Test func `a schedule has one recurrence`() throws {
        let error = try #require(throws: BackupError.self) {
            try Recurrence(Schedule(recurrence: [], timeZone: "UTC"))
        }
        let fix = "Give it exactly one, for example 'RRULE:FREQ=DAILY;INTERVAL=1;BYHOUR=14;BYMINUTE=0'."
        #expect(error.description == "the schedule has 0 recurrences. \(fix)")
    }

    @Test(arguments: [
        "Central Standard Time", "BST", "PST", "CEST", "europe/berlin", "GMT+0530", "", "Europe/Nowhere",
        "../../etc/passwd",
    ])
    func `a zone that has no IANA name is refused`(zone: String) throws {
        let error = try #require(throws: BackupError.self) {
            try Self.recurrence("FREQ=HOURLY;INTERVAL=1", zone)
        }
        let known = "an IANA name such as 'Europe/London', 'US/Central' or 'UTC' is"
        #expect(error.description == "the schedule's time zone '\(zone)' is not known; \(known)")
    }

    @Test func `a schedule that cannot be followed any more has no next backup, and hides no configuration`()
        throws
    {
        let rule = "RRULE:FREQ=DAILY;INTERVAL=1;BYHOUR=2;BYMINUTE=0"
        let now = try #require(Timestamp("2024-01-01T03:00:00Z"))
        for (zone, next) in [("UTC", "2024-01-02T02:00:00Z"), ("BST", nil)] {
            let schedule = Schedule(recurrence: [rule], timeZone: zone)
            let configuration = Configuration.make(schedule: schedule).withNextBackup(after: now)
            #expect(configuration.backups.next?.scheduledTime.wholeSeconds == next)
        }
    }

    @Test func `a slot's key is one text, and no other text is one`() throws {
        let slot = try #require(Timestamp("2024-01-01T03:00:00Z"))
        let key = SlotKey(configuration: "c-1", slot: slot)
        #expect(key.text == "schedule:c-1:2024-01-01T03:00:00Z")
        #expect(SlotKey(key.text) == key)
        for text in [
            "step-1", "schedule:", "schedule:c-1", "schedule:c-1:now", "schedule:c-1:2024-01-01T03:00:00.5Z",
        ] {
            #expect(SlotKey(text) == nil)
        }
    }
}
