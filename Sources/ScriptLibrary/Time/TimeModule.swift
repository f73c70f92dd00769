import BackupAPI
import LuaKit
public import PluginHost
import Schedules

extension Module {
    /// More of `time`: texts, zones and windows. A host adds it to its own `time`.
    public static var time: Module {
        Module("time", "Tells the time, and calculates with times.") {
            Function(
                "parse",
                "Answers the time that a text has. Without a pattern the text is ISO 8601 with an offset or 'Z', as RFC 3339 has it; the second 60 is read where there was a leap second, and stands for the one after it.",
                .pure,
                Parameter<Text>("text", "The text."),
                Options<TimeParseOptions>(),
                returns: "string: the time in UTC, ISO 8601 with microseconds",
                immediate: { _, text, options in
                    guard let pattern = options.format else {
                        guard let moment = Timestamp(text) else {
                            throw ArgumentProblem(
                                "ISO 8601 such as \"2026-03-01T04:00:00Z\" expected, got \(LuaValue.string(text).shown)"
                            )
                        }
                        return .string(moment.description)
                    }
                    return .string(
                        try TimeReader.moment(text, TimeFormat(pattern), in: options.zone?.value ?? .utc)
                            .description
                    )
                }
            )
            Function(
                "format",
                "Answers a time as text.",
                .pure,
                Parameter<Moment>("time", "ISO 8601, or seconds since 1970."),
                OptionalParameter<Text>(
                    "pattern",
                    "As in strftime: \(TimeFormat.letters). Default: \"%F %T\"."
                ),
                Options<ZoneOptions>(),
                returns: "string: the text",
                immediate: { _, moment, pattern, options in
                    .string(
                        try TimeFormat(pattern ?? "%F %T").text(of: moment, in: options.zone?.value ?? .utc)
                    )
                }
            )
            Function(
                "add",
                "Answers the time that lies some time after another one. Days and more go by the zone's clocks: the time of day stays the same.",
                .pure,
                Parameter<Moment>("time", "ISO 8601, or seconds since 1970."),
                Parameter<TimeStep>(
                    "amount",
                    "How far, negative to go back: \"90m\", \"-1h\", { months = -1 }. A day that a month does not have is its last.",
                    type: "duration or TimeStep"
                ),
                Options<ZoneOptions>(),
                returns: "string: the time in UTC, ISO 8601 with microseconds",
                immediate: { _, moment, step, options in
                    .string(step.moment(after: moment, in: options.zone?.value ?? .utc).description)
                }
            )
            Function(
                "between",
                "Answers the seconds from one time to another; negative when the second one is earlier.",
                .pure,
                Parameter<Moment>("from", "ISO 8601, or seconds since 1970."),
                Parameter<Moment>("to", "ISO 8601, or seconds since 1970."),
                returns: "number: seconds",
                immediate: { _, from, to in .number(to.since(from) / .seconds(1)) }
            )
            Function(
                "parts",
                "Answers what a zone's clocks and calendars show at a time.",
                .pure,
                Parameter<Moment>("time", "ISO 8601, or seconds since 1970."),
                Options<ZoneOptions>(),
                returns: "TimeParts: what they show",
                immediate: { _, moment, options in
                    (options.zone?.value ?? .utc).civil(moment).luaValue
                }
            )
            Function(
                "zone",
                "Answers what a time zone says at a time.",
                .pure,
                Parameter<ZoneName>("name", "The IANA name, for example \"Europe/Zurich\"."),
                Parameter<Moment>("time", "ISO 8601, or seconds since 1970."),
                returns: "ZoneFacts: what it says",
                immediate: { _, zone, moment in
                    .record([
                        "name": .string(zone.name),
                        "offset_seconds": .integer(Int64(zone.offset(at: moment))),
                        "is_dst": .boolean(zone.isDaylightSaving(at: moment)),
                        "next_change": zone.nextChange(after: moment)
                            .map { .string($0.description) } ?? .nil,
                    ])
                }
            )
            Function(
                "window",
                "Answers a window of time, such as 22:00 to 05:00 from Monday to Saturday.",
                .pure,
                Options<WindowOptions>(),
                returns: "TimeWindow: the window",
                immediate: { _, options in .object(try TimeWindow(options)) }
            )
        }
        .documented(types: timeTypes, examples: timeExamples)
    }
}

/// The options of `time.parse`.
struct TimeParseOptions: OptionTable {
    var format: String?
    var zone: OptionValue<ZoneName>?

    static let fields =
        [
            .absent("format", "string", "The pattern, as of 'time.format'. Default: ISO 8601.")
        ]
        + ZoneOptions.fields

    private enum CodingKeys: String, CodingKey {
        case format
        case zone = "tz"
    }
}

/// The option of all that depends on a zone.
struct ZoneOptions: OptionTable {
    var zone: OptionValue<ZoneName>?

    static let fields: [ParameterDescription] = [
        .absent("tz", "zone", "The IANA name of a time zone. Default: UTC.")
    ]

    private enum CodingKeys: String, CodingKey {
        case zone = "tz"
    }
}

/// How far `time.add` goes.
struct TimeStep: ParameterKind {
    var months = 0
    var days = 0
    var elapsed = Duration.zero

    static var typeName: String { "duration or table" }

    static func read(_ value: LuaValue) throws -> TimeStep {
        guard case .table(let table) = value, table.items.isEmpty else {
            return TimeStep(elapsed: try elapsed(value))
        }
        var step = TimeStep()
        for (key, amount) in table.fields {
            guard case .integer(let number) = amount, (-1_000_000_000...1_000_000_000).contains(number) else {
                throw ArgumentProblem(
                    "\(key.textForPeople): a whole number up to a billion expected, got \(amount.shown)"
                )
            }
            switch key.text {
            case "years": step.months += Int(number) * 12
            case "months": step.months += Int(number)
            case "weeks": step.days += Int(number) * 7
            case "days": step.days += Int(number)
            case "hours": step.elapsed += .seconds(number * 3_600)
            case "minutes": step.elapsed += .seconds(number * 60)
            case "seconds": step.elapsed += .seconds(number)
            default:
                throw ArgumentProblem(
                    "there is no '\(key.textForPeople)'; known are: years, months, weeks, days, hours, minutes, seconds"
                )
            }
        }
        guard abs(step.months) <= 12_000, abs(step.days) <= 366_000 else {
            throw ArgumentProblem("at most 1000 years expected")
        }
        return step
    }

    /// A duration, also a negative one.
    private static func elapsed(_ value: LuaValue) throws -> Duration {
        let positive: LuaValue
        switch value {
        case .integer(let seconds) where (.min + 1..<0).contains(seconds): positive = .integer(-seconds)
        case .number(let seconds) where seconds < 0: positive = .number(-seconds)
        case .string(let bytes) where bytes.bytes.first == UInt8(ascii: "-"):
            positive = .string(LuaBytes(bytes.bytes.dropFirst()))
        default: return try TimeSpan.read(value)
        }
        do {
            return try .zero - TimeSpan.read(positive)
        } catch is ArgumentProblem {
            throw ArgumentProblem(
                "a duration of at most 10 years, forward or back, expected (seconds, or a text such as \"90s\" or \"-4h\"), got \(value.shown)"
            )
        }
    }

    func moment(after moment: Timestamp, in zone: Zone) -> Timestamp {
        guard months != 0 || days != 0 else { return moment.advanced(by: elapsed) }
        var civil = zone.civil(moment)
        civil.day = civil.day.advanced(byMonths: months).advanced(by: days)
        return zone.moment(civil).advanced(by: elapsed)
    }
}

extension CivilTime {
    fileprivate var luaValue: LuaValue {
        let (year, month, date) = day.date
        let fields: [String: Int] = [
            "year": year, "month": month, "day": date, "hour": second / 3_600, "minute": second / 60 % 60,
            "second": second % 60, "weekday": day.weekday, "yearday": day.dayOfYear, "week": day.week.number,
            "weekyear": day.week.year,
        ]
        return .record(fields.mapValues { .integer(Int64($0)) })
    }
}
