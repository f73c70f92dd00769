import BackupAPI
import Testing

@Suite struct ConfigurationDraftTests {
    private func draft(_ rule: String?, days: Int = 0) -> ConfigurationDraft {
        ConfigurationDraft(
            name: "nightly",
            schedule: rule.map { Schedule(recurrence: [$0], timeZone: "Europe/Berlin") },
            retention: Retention(days: days),
            inclusions: [PathRule(type: .folder, path: "/srv/")]
        )
    }

    @Test(arguments: [
        nil, "RRULE:FREQ=HOURLY;INTERVAL=2", "RRULE:FREQ=DAILY;INTERVAL=1;BYHOUR=14;BYMINUTE=0",
        "RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=TH;BYHOUR=14;BYMINUTE=0",
        "RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,TH;BYHOUR=14;BYMINUTE=0",
    ])
    func `the contract's shapes of schedules are no problem`(rule: String?) {
        #expect(draft(rule).problems == [])
    }

    @Test(arguments: [
        "", "FREQ=HOURLY;INTERVAL=2", "RRULE:FREQ=HOURLY", "RRULE:FREQ=HOURLY;INTERVAL=0",
        "RRULE:FREQ=HOURLY;INTERVAL=2;COUNT=3", "RRULE:FREQ=DAILY;INTERVAL=1;BYHOUR=24;BYMINUTE=0",
        "RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=XX;BYHOUR=1;BYMINUTE=0", "RRULE:FREQ=MONTHLY;INTERVAL=1",
        "RRULE:FREQ=HOURLY;INTERVAL=2;INTERVAL=3",
    ])
    func `other rules are named`(rule: String) {
        #expect(
            draft(rule).problems == ["schedule.recurrence: '\(rule)' is no hourly, daily or weekly rule"]
        )
    }

    @Test func `every problem of a draft is named`() {
        let draft = ConfigurationDraft(
            name: " ",
            schedule: Schedule(recurrence: [], timeZone: ""),
            retention: Retention(days: -1),
            inclusions: [],
            notifications: [Notification(destination: "", onSuccess: true, onFailure: false)]
        )
        #expect(
            draft.problems == [
                "name: it is empty", "retention.days: -1 is less than 0", "schedule.time_zone: it is empty",
                "schedule.recurrence: it has 0 rules instead of 1",
                "notifications: at least one must have on_failure",
                "notifications: one of type email has no destination",
                "inclusions: at least one path is needed",
            ]
        )
    }

    @Test func `a name has at most 255 bytes`() {
        let names = [String(repeating: "é", count: 127) + "x", String(repeating: "é", count: 128)]
        let problems = names.map { name in
            ConfigurationDraft(name: name, inclusions: [PathRule(type: .folder, path: "/srv")]).problems
                .filter { $0.hasPrefix("name:") }
        }
        #expect(problems == [[], ["name: it has 256 bytes, and 255 are allowed"]])
    }
}
