import BackupAPI
import LuaKit
public import PluginHost
import Schedules

extension Module {
    /// `schedule`: when something is due.
    public static var schedule: Module {
        Module(
            "schedule",
            "Says when something is due. A time that a change of the clocks skips is due once, right after the gap; one that they repeat is due once, the first time. Where a cron expression or a calendar event has * for the hour, it is due whenever the clocks show such a time, in both of two equal hours too. A workflow in the folder 'scripts' with a schedule in its manifest runs by itself while 'moonkeep serve' does."
        ) {
            Function(
                "cron",
                "Answers a schedule from an expression of cron: minute, hour, day, month, weekday. Where both days are given, one of them is enough.",
                .pure,
                Parameter<Text>("expression", "For example \"30 2 * * mon-fri\" or \"@daily\"."),
                Options<ScheduleOptions>(),
                returns: "Schedule: the schedule, for a manifest or for 'schedule.next'",
                immediate: { _, text, options in
                    _ = try ArgumentProblem.naming { () throws(RuleProblem) in try CronExpression(text) }
                    return options.schedule("cron", .string(text))
                }
            )
            Function(
                "calendar",
                "Answers a schedule from a calendar event as systemd writes it. A ~ before the day counts from the end of the month.",
                .pure,
                Parameter<Text>(
                    "event",
                    "For example \"Mon..Fri 02:30\", \"*-*-01 04:00:00\", \"*-*~01\" (the last day of each month) or \"weekly\"."
                ),
                Options<ScheduleOptions>(),
                returns: "Schedule: the schedule, for a manifest or for 'schedule.next'",
                immediate: { _, text, options in
                    _ = try ArgumentProblem.naming { () throws(RuleProblem) in try CalendarExpression(text) }
                    return options.schedule("calendar", .string(text))
                }
            )
            Function(
                "rrule",
                "Answers a schedule from a recurrence rule of RFC 5545: FREQ (DAILY to YEARLY), INTERVAL, COUNT, UNTIL (a day, or a time such as 20261231T235959Z), BYMONTH, BYMONTHDAY, BYDAY, BYHOUR, BYMINUTE.",
                .pure,
                Parameter<Text>("rule", "For example \"FREQ=MONTHLY;BYDAY=1SU;BYHOUR=3\"."),
                Options<ScheduleOptions>(),
                returns: "Schedule: the schedule, for a manifest or for 'schedule.next'",
                immediate: { _, text, options in
                    let schedule = options.schedule("rrule", .string(text))
                    _ = try ScheduleTable.read(schedule)
                    return schedule
                }
            )
            Function(
                "every",
                "Answers a schedule that is due again and again after some time, whatever the clocks show.",
                .pure,
                Parameter<TimeSpan>("duration", "How long, one second to ten years."),
                Options<ScheduleOptions>(),
                returns: "Schedule: the schedule, for a manifest or for 'schedule.next'",
                immediate: { _, duration, options in
                    guard duration >= .seconds(1) else {
                        throw ArgumentProblem("at least one second expected")
                    }
                    return options.schedule("every", .number(duration / .seconds(1)))
                }
            )
            Function(
                "next",
                "Answers the times at which a schedule is due after a time.",
                .pure,
                Parameter<ScheduleTable>(
                    "schedule",
                    "What one of the other functions answered.",
                    type: "Schedule"
                ),
                Parameter<Moment>("after", "ISO 8601, or seconds since 1970."),
                OptionalParameter<OccurrenceCount>("n", "How many, 1 to 1000. Default: 1."),
                returns:
                    "list of strings: times in UTC, ISO 8601 with microseconds; fewer where the schedule ends",
                immediate: { _, schedule, after, count in
                    .array(schedule.moments(after: after, count: count ?? 1).map { .string($0.description) })
                }
            )
        }
        .documented(types: scheduleTypes, examples: scheduleExamples)
    }
}

/// The options of all schedules.
struct ScheduleOptions: OptionTable {
    var zone: OptionValue<ZoneName>?
    var from: OptionValue<Moment>?
    var overlap: OptionValue<OverlapPolicy>?
    var catchup: OptionValue<TimeSpan>?
    var jitter: OptionValue<TimeSpan>?

    static let fields =
        ZoneOptions.fields + [
            .absent(
                "from",
                "time",
                "What 'every' and 'rrule' count from. Default: 1970-01-01T00:00:00 of the zone."
            ),
            .absent(
                "overlap",
                "\"skip\" or \"wait\" or \"allow\"",
                "What happens while the last run goes on. Default: skip."
            ),
            .absent(
                "catchup",
                "duration",
                "How late a run that was missed is still started; less than a minute is never late. Default: 0."
            ),
            .absent(
                "jitter",
                "duration",
                "By how much at most a start is put off, for one site always by the same. Default: 0."
            ),
        ]

    private enum CodingKeys: String, CodingKey {
        case from, overlap, catchup, jitter
        case zone = "tz"
    }

    /// The schedule as scripts and manifests have it.
    func schedule(_ kind: String, _ rule: LuaValue) -> LuaValue {
        .record([
            "kind": .string(kind),
            "rule": rule,
            "tz": .string((zone?.value ?? .utc).name),
            "from": from.map { .string($0.value.description) } ?? .nil,
            "overlap": .string((overlap?.value ?? .skip).rawValue),
            "catchup_seconds": .number((catchup?.value ?? .zero) / .seconds(1)),
            "jitter_seconds": .number((jitter?.value ?? .zero) / .seconds(1)),
        ])
    }
}

/// What happens when something is due while its last run goes on.
enum OverlapPolicy: String, ParameterKind {
    case skip, wait, allow

    static var typeName: String { "string" }

    static func read(_ value: LuaValue) throws -> OverlapPolicy {
        guard let policy = value.text.flatMap(OverlapPolicy.init) else {
            throw ArgumentProblem("\"skip\", \"wait\" or \"allow\" expected, got \(value.shown)")
        }
        return policy
    }
}

/// A schedule as a function of `schedule` answered it.
enum ScheduleTable: ParameterKind {
    static var typeName: String { "schedule" }

    static func read(_ value: LuaValue) throws -> DueTimes {
        guard case .table = value, let kind = value["kind"].text else {
            throw ArgumentProblem(
                "what 'schedule.cron' or another function of it answers expected, got \(value.shape)"
            )
        }
        let zone = try value["tz"] == .nil ? .utc : ZoneName.read(value["tz"])
        let from = try value["from"] == .nil ? nil : Moment.read(value["from"])
        let start = from ?? zone.moment(CivilTime(day: CivilDay(number: 0), second: 0))
        switch kind {
        case "cron":
            let text = try Text.read(value["rule"])
            let expression = try ArgumentProblem.naming { () throws(RuleProblem) in try CronExpression(text) }
            return DueTimes(rule: .cron(expression), zone: zone)
        case "calendar":
            let text = try Text.read(value["rule"])
            let expression = try ArgumentProblem.naming { () throws(RuleProblem) in
                try CalendarExpression(text)
            }
            return DueTimes(rule: .calendar(expression), zone: zone)
        case "rrule":
            let text = try Text.read(value["rule"])
            let rule = try ArgumentProblem.naming { () throws(RuleProblem) in
                try RecurrenceRule(text, from: zone.civil(start), in: zone)
            }
            return DueTimes(rule: .recurrence(rule), zone: zone)
        case "every":
            let period = try TimeSpan.read(value["rule"])
            guard period >= .seconds(1) else { throw ArgumentProblem("at least one second expected") }
            let microseconds = Int64(period / .microseconds(1))
            let rule = DueTimes.Rule.every(microseconds: microseconds, anchor: start)
            return DueTimes(rule: rule, zone: zone, first: start)
        default: throw ArgumentProblem("there is no schedule of the kind '\(kind.printable.prefix(20))'")
        }
    }
}

/// How many times are asked for.
enum OccurrenceCount: ParameterKind {
    static var typeName: String { "integer" }

    static func read(_ value: LuaValue) throws -> Int {
        guard case .integer(let count) = value, (1...1_000).contains(count) else {
            throw ArgumentProblem("an integer from 1 to 1000 expected, got \(value.shown)")
        }
        return Int(count)
    }
}
