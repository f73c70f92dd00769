public import BackupAPI
public import LuaKit
import PluginHost
import Schedules

/// When a workflow runs by itself: the schedule of its manifest.
///
/// It is what a function of the module `schedule` answers, a list of such tables, or an expression of cron in UTC. Of a list
/// the first table says what happens to runs that cannot begin at once.
public struct WorkflowSchedule: Sendable {
    /// What happens when it is due while its last run goes on.
    public enum Overlap: Sendable {
        /// There is no run then.
        case skip
        /// It is put off until the last run has ended.
        case wait
        /// Both go on.
        case allow
    }

    /// What happens when it is due while its last run goes on.
    public let overlap: Overlap
    /// How late a run still begins that could not begin in time.
    public let catchUp: Duration
    /// By how much at most a start is put off.
    public let jitter: Duration
    /// When it is due, as its manifest writes it: `30 2 * * *`.
    public let words: String
    /// The IANA name of its zone; several are separated by commas.
    public let zone: String
    /// All that says when it is due: another text is another schedule.
    public let rule: String
    private let schedules: [DueTimes]

    /// The most tables that a list may have.
    private static let limit = 100

    /// Reads a manifest's schedule. Throws `ArgumentProblem`.
    public init(_ value: LuaValue) throws {
        let tables = Self.tables(of: value)
        guard let first = tables.first, tables.count <= Self.limit else {
            throw ArgumentProblem("1 to \(Self.limit) schedules expected, got \(tables.count)")
        }
        schedules = try tables.map(ScheduleTable.read)
        overlap =
            switch try first["overlap"] == .nil ? .skip : OverlapPolicy.read(first["overlap"]) {
            case .skip: .skip
            case .wait: .wait
            case .allow: .allow
            }
        catchUp = try Self.duration(first, "catchup_seconds")
        jitter = try Self.duration(first, "jitter_seconds")
        words = tables.map(Self.words).joined(separator: ", ").printable
        let zones = schedules.map(\.zone.name)
        zone = zones.enumerated().filter { zones.firstIndex(of: $1) == $0 }.map(\.element)
            .joined(separator: ", ")
        rule =
            zip(tables, zones).map { table, zone in
                [table["kind"], table["rule"], .string(zone), table["from"]].filter { $0 != .nil }
                    .map(\.textForPeople).joined(separator: " ")
            }.joined(separator: ", ").printable
    }

    /// At most `limit` moments after one and up to another, in order and each once; `nil` has no end.
    public func moments(after start: Timestamp, through end: Timestamp? = nil, limit: Int) -> [Timestamp] {
        guard schedules.count > 1 else {
            return schedules.flatMap { $0.moments(after: start, through: end, count: limit) }
        }
        var all: Set<Timestamp> = []
        for schedule in schedules {
            all.formUnion(schedule.moments(after: start, through: end, count: limit))
        }
        return Array(all.sorted().prefix(limit))
    }

    /// The last moments after one and up to another, at most `limit`, in order.
    public func lastMoments(after start: Timestamp, through end: Timestamp, limit: Int) -> [Timestamp] {
        PassedSlots.last(limit, after: start, through: end) { moments(after: $0, through: $1, limit: .max) }
    }

    /// By how much its starts are put off: always the same for a workflow of a site, for which `seed` stands.
    public func delay(seed: String, of workflow: String) -> Duration {
        // 52 bits, which a floating-point number takes whole.
        let digest = SHA256.hexDigest(of: Array("\(seed)\n\(workflow)".utf8))
        let number = UInt64(digest.prefix(13), radix: 16) ?? 0
        let fraction = Double(number) / Double(UInt64(1) << 52)
        return .milliseconds(Int64(jitter / .milliseconds(1) * fraction))
    }

    private static func tables(of schedule: LuaValue) -> [LuaValue] {
        switch schedule {
        case .table(let table) where table.isEmpty: []
        case .table(let table) where table.kind == .list: table.items
        case .string: [.record(["kind": "cron", "rule": schedule])]
        default: [schedule]
        }
    }

    private static func duration(_ table: LuaValue, _ field: String) throws -> Duration {
        table[field] == .nil ? .zero : try TimeSpan.read(table[field])
    }

    private static func words(_ table: LuaValue) -> String {
        guard table["kind"].text == "every", let period = try? TimeSpan.read(table["rule"]) else {
            return table["rule"].textForPeople
        }
        let milliseconds = Int64(period / .milliseconds(1))
        let unit = units.first { milliseconds.isMultiple(of: $0.milliseconds) } ?? ("ms", 1)
        return "every \(milliseconds / unit.milliseconds)\(unit.suffix)"
    }

    private static let units: [(suffix: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000),
    ]
}
