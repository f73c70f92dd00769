import BackupAPI
import LuaKit
import PluginHost
import Schedules

/// A part of some days, by a zone's clocks: from a time of day to a later one, or to one on the next day.
final class TimeWindow: LuaObject {
    private let from: Int
    private let to: Int
    private let zone: Zone
    /// 1 for Monday to 7: the days on which it opens.
    private let days: Set<Int>

    static let luaType = LuaObjectType<TimeWindow>("TimeWindow") { type in
        type.method("open") { (window: TimeWindow, time: LuaValue) in
            try window.span(at: Moment.read(time)) != nil
        }
        type.method("closes") { (window: TimeWindow, time: LuaValue) -> LuaValue in
            try window.span(at: Moment.read(time)).map { .string($0.end.description) } ?? .nil
        }
        type.method("next_open") { (window: TimeWindow, time: LuaValue) -> LuaValue in
            try .string(window.nextStart(from: Moment.read(time)).description)
        }
    }

    init(_ options: WindowOptions) throws {
        guard let from = options.from?.value, let to = options.to?.value else {
            throw ArgumentProblem(
                "'from' and 'to' expected, for example { from = \"22:00\", to = \"05:00\" }"
            )
        }
        (self.from, self.to) = (from, to)
        zone = options.zone?.value ?? .utc
        days = options.days?.value ?? Set(1...7)
    }

    /// The window that opens on a day.
    private func span(on day: CivilDay) -> (start: Timestamp, end: Timestamp) {
        let last = to > from ? day : day.advanced(by: 1)
        return (
            zone.moment(CivilTime(day: day, second: from)),
            zone.moment(CivilTime(day: last, second: to))
        )
    }

    /// The window that is open at a moment; `nil` when none is. Its end is no part of it.
    private func span(at moment: Timestamp) -> (start: Timestamp, end: Timestamp)? {
        let today = zone.civil(moment).day
        return (-2...1).map { today.advanced(by: $0) }
            .filter { days.contains($0.weekday) }
            .map(span)
            .last { $0.start <= moment && moment < $0.end }
    }

    /// When it opens, at a moment or later.
    private func nextStart(from moment: Timestamp) -> Timestamp {
        let today = zone.civil(moment).day
        return (-1...14).lazy.map { today.advanced(by: $0) }
            .filter { self.days.contains($0.weekday) }
            .map { self.span(on: $0) }
            .first { $0.start >= moment && $0.end > $0.start }?.start ?? moment
    }
}

/// The options of `time.window`.
struct WindowOptions: OptionTable {
    var from: OptionValue<TimeOfDay>?
    var to: OptionValue<TimeOfDay>?
    var zone: OptionValue<ZoneName>?
    var days: OptionValue<WeekdayNames>?

    static let fields =
        [
            ParameterDescription("from", "string", "When it opens, \"hh:mm\"; needed."),
            ParameterDescription(
                "to",
                "string",
                "When it closes, \"hh:mm\"; on the next day when that is not later than 'from'; needed."
            ),
        ] + ZoneOptions.fields + [
            .absent(
                "days",
                "string or list of strings",
                "The days on which it opens, for example \"Mon-Fri,Sun\". Default: all."
            )
        ]

    private enum CodingKeys: String, CodingKey {
        case from, to, days
        case zone = "tz"
    }
}

/// A time of day as `hh:mm` or `hh:mm:ss`, in seconds since midnight.
enum TimeOfDay: ParameterKind {
    static var typeName: String { "string" }

    static func read(_ value: LuaValue) throws -> Int {
        let parts = (value.text ?? "").split(separator: ":", omittingEmptySubsequences: false).map { part in
            part.count == 2 && part.allSatisfy(\.isASCII) ? Int(part) ?? -1 : -1
        }
        guard (2...3).contains(parts.count), (0..<24).contains(parts[0]),
            parts.dropFirst().allSatisfy((0..<60).contains)
        else { throw ArgumentProblem("a time of day such as \"22:00\" expected, got \(value.shown)") }
        return parts[0] * 3_600 + parts[1] * 60 + (parts.count == 3 ? parts[2] : 0)
    }
}

/// Days of the week: `Mon-Fri,Sun`, or a list of names. 1 for Monday to 7.
enum WeekdayNames: ParameterKind {
    static var typeName: String { "string" }

    static func read(_ value: LuaValue) throws -> Set<Int> {
        var texts = [value.text ?? ""]
        if case .table(let table) = value { texts = table.items.map(\.textForPeople) }
        return try texts.reduce(into: []) { days, text in
            guard let more = Weekdays.read(text) else {
                throw ArgumentProblem("days such as \"Mon-Fri,Sun\" expected, got \(value.shown)")
            }
            days.formUnion(more)
        }
    }
}
