import PluginHost

extension Module {
    /// The types that the descriptions of `time` name.
    static let timeTypes: [TypeDescription] = [
        TypeDescription(
            "TimeStep",
            "How far a time lies from another one; whole numbers, negative to go back.",
            record: ["years", "months", "weeks", "days", "hours", "minutes", "seconds"].map { unit in
                .absent(unit, "integer", "How many \(unit).")
            }
        ),
        TypeDescription(
            "TimeParts",
            "What a zone's clocks and calendars show.",
            record: [
                .field("year", "integer", "The year."), .field("month", "integer", "The month, 1 to 12."),
                .field("day", "integer", "The day of the month, 1 to 31."),
                .field("hour", "integer", "The hour, 0 to 23."),
                .field("minute", "integer", "The minute, 0 to 59."),
                .field("second", "integer", "The second, 0 to 59."),
                .field("weekday", "integer", "The day of the week, 1 for Monday to 7."),
                .field("yearday", "integer", "The day of the year, 1 to 366."),
                .field("week", "integer", "The week of ISO 8601, 1 to 53."),
                .field("weekyear", "integer", "The year that the week belongs to."),
            ]
        ),
        TypeDescription(
            "ZoneFacts",
            "What a time zone says at a time.",
            record: [
                .field("name", "string", "Its IANA name."),
                .field("offset_seconds", "integer", "By how much its clocks are ahead of UTC, in seconds."),
                .field("is_dst", "boolean", "Whether it is daylight saving time."),
                .absent(
                    "next_change",
                    "string",
                    "When its clocks are changed next: ISO 8601 in UTC; absent when that is not within two years."
                ),
            ]
        ),
        TypeDescription(
            "TimeWindow",
            "A part of some days.",
            object: [
                .field("open", "function(time: time): boolean", "Answers whether it is open at a time."),
                .field(
                    "closes",
                    "function(time: time): (string or nil)",
                    "Answers when it closes that is open at a time: ISO 8601 in UTC; nil when none is."
                ),
                .field(
                    "next_open",
                    "function(time: time): string",
                    "Answers when it opens, at a time or later: ISO 8601 in UTC."
                ),
            ]
        ),
    ]

    /// A short script for each function that is added to `time`.
    static let timeExamples = [
        "parse": """
        local at = time.parse("01.03.2026 04:00", { format = "%d.%m.%Y %H:%M", tz = "Europe/Zurich" })
        log.info(at)
        """,
        "format": #"log.info(time.format(time.now(), "%d.%m.%Y", { tz = "Europe/Zurich" }))"#,
        "add": """
        local tomorrow = time.add(time.now(), { days = 1 }, { tz = "Europe/Zurich" })
        log.info("the same time of day tomorrow: " .. tomorrow)
        """,
        "between": """
        local began = time.now()
        backup.run("web-files")
        log.info(("%.0f s"):format(time.between(began, time.now())))
        """,
        "parts": """
        local now = time.parts(time.now(), { tz = "Europe/Zurich" })
        if now.weekday >= 6 then log.info("it is the weekend") end
        """,
        "zone": """
        local facts = time.zone("Europe/Zurich", time.now())
        log.info(facts.offset_seconds // 3600 .. " h ahead of UTC")
        """,
        "window": """
        local night = time.window({ from = "22:00", to = "05:00", tz = "Europe/Zurich", days = "Mon-Fri" })
        if not night:open(time.now()) then task.sleep_until(night:next_open(time.now())) end
        """,
    ]

    /// The types that the descriptions of `schedule` name.
    static let scheduleTypes: [TypeDescription] = [
        TypeDescription(
            "Schedule",
            "When something is due.",
            record: [
                .field(
                    "kind",
                    "\"cron\" or \"calendar\" or \"rrule\" or \"every\"",
                    "What the rule is written in."
                ),
                .field("rule", "string or number", "The rule; seconds for 'every'."),
                .field("tz", "zone", "The zone whose clocks count."),
                .absent("from", "string", "What it counts from: ISO 8601 in UTC."),
                .field(
                    "overlap",
                    "\"skip\" or \"wait\" or \"allow\"",
                    "What happens while the last run goes on."
                ),
                .field(
                    "catchup_seconds",
                    "number",
                    "How late a run that was missed is still started, in seconds."
                ),
                .field("jitter_seconds", "number", "By how much at most a start is put off, in seconds."),
            ]
        )
    ]

    /// A short script for each function of `schedule`.
    static let scheduleExamples = [
        "cron": """
        local nightly = schedule.cron("30 2 * * mon-fri", { tz = "Europe/Zurich", jitter = "10m" })
        log.info("next: " .. schedule.next(nightly, time.now())[1])
        """,
        "calendar": """
        local weekly = schedule.calendar("Sat 04:00", { tz = "Europe/Zurich" })
        log.info("next: " .. schedule.next(weekly, time.now())[1])
        """,
        "rrule": """
        local monthly = schedule.rrule("FREQ=MONTHLY;BYDAY=1SU;BYHOUR=3", { from = "2026-01-01T00:00:00Z" })
        log.info("next: " .. schedule.next(monthly, time.now())[1])
        """,
        "every": """
        local often = schedule.every("6h", { overlap = "skip", catchup = "1h" })
        log.info("next: " .. schedule.next(often, time.now())[1])
        """,
        "next": """
        for _, at in ipairs(schedule.next(schedule.cron("@daily"), "2026-03-01T00:00:00Z", 3)) do
          log.info(at)
        end
        """,
    ]
}
