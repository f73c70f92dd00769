public import BackupAPI
public import LuaKit
import PluginHost

/// When a manifest's schedule is due.
public enum ScheduleSlots {
    /// What happens when it is due while its last run goes on.
    public enum Overlap: Sendable {
        /// There is no run then.
        case skip
        /// It is put off until the last run has ended.
        case wait
        /// Both go on.
        case allow
    }

    /// The moments from one to another, that one not among them, in order and each once: at most `limit`. `schedule` is what
    /// a function of the module `schedule` answers, a list of such tables, or an expression of cron in UTC.
    ///
    /// Throws what is wrong with the schedule.
    public static func moments(
        of schedule: LuaValue,
        from start: Timestamp,
        to end: Timestamp,
        limit: Int = 1_000
    ) throws -> [Timestamp] {
        var all: Set<Timestamp> = []
        for table in tables(of: schedule) {
            let first = start.advanced(by: .microseconds(-1))
            let moments = try ScheduleTable.read(table).moments(after: first, count: limit)
            all.formUnion(moments.filter { $0 < end })
        }
        return Array(all.sorted().prefix(limit))
    }

    /// What a schedule says of overlaps; of a list the first table counts.
    public static func overlap(of schedule: LuaValue) throws -> Overlap {
        guard let value = tables(of: schedule).first?["overlap"], value != .nil else { return .skip }
        return switch try OverlapPolicy.read(value) {
        case .skip: .skip
        case .wait: .wait
        case .allow: .allow
        }
    }

    private static func tables(of schedule: LuaValue) -> [LuaValue] {
        switch schedule {
        case .table(let table) where table.kind == .list: table.items
        case .string: [.record(["kind": "cron", "rule": schedule])]
        default: [schedule]
        }
    }
}
