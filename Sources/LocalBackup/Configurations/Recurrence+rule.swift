import BackupAPI
import Schedules

extension Recurrence {
    /// The three shapes of a rule.
    enum Frequency: String, CaseIterable {
        case hourly = "HOURLY"
        case daily = "DAILY"
        case weekly = "WEEKLY"

        /// What a rule has besides `FREQ`.
        var parts: [String] {
            switch self {
            case .hourly: ["INTERVAL"]
            case .daily: ["INTERVAL", "BYHOUR", "BYMINUTE"]
            case .weekly: ["INTERVAL", "BYDAY", "BYHOUR", "BYMINUTE"]
            }
        }

        var sample: String {
            switch self {
            case .hourly: "RRULE:FREQ=HOURLY;INTERVAL=2"
            case .daily: "RRULE:FREQ=DAILY;INTERVAL=1;BYHOUR=14;BYMINUTE=0"
            case .weekly: "RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,TH;BYHOUR=14;BYMINUTE=0"
            }
        }
    }
}

extension Recurrence {
    /// When a rule is due; the shapes' parts may stand in any order. Throws `invalid_configuration` with the first mistake.
    static func due(_ text: String, in zone: Zone, from start: Timestamp?) throws -> DueTimes {
        let shape = try RuleShape(text)
        switch shape.frequency {
        case .hourly:
            let interval = try shape.number("INTERVAL", in: 1...8_760)
            let rule = DueTimes.Rule.every(
                microseconds: Int64(interval) * 3_600_000_000,
                anchor: start ?? Timestamp(second: 0)
            )
            return DueTimes(rule: rule, zone: zone)
        case .daily, .weekly:
            _ = try shape.number("INTERVAL", in: 1...1)
            _ = try shape.number("BYHOUR", in: 0...23)
            _ = try shape.number("BYMINUTE", in: 0...59)
            if shape.frequency == .weekly { try shape.checkDays() }
            do {
                let beginning = CivilTime(day: .beginning, second: 0)
                return DueTimes(
                    rule: .recurrence(try RecurrenceRule(text, from: beginning, in: zone)),
                    zone: zone
                )
            } catch {
                throw BackupError.recurrence(text, "is not understood: \(error.message)", shape.frequency)
            }
        }
    }
}

/// A rule taken apart: exactly the parts that its frequency has.
private struct RuleShape {
    let text: String
    let frequency: Recurrence.Frequency
    private let values: [String: String]

    init(_ text: String) throws {
        var values = Dictionary(uniqueKeysWithValues: try Self.parts(text).map { ($0.name, $0.value) })
        guard let name = values.removeValue(forKey: "FREQ") else {
            throw BackupError.recurrence(text, "has no FREQ")
        }
        guard let frequency = Recurrence.Frequency(rawValue: name) else {
            throw BackupError.recurrence(text, "has the FREQ '\(name)'; known are HOURLY, DAILY and WEEKLY")
        }
        if let stranger = values.keys.sorted().first(where: { !frequency.parts.contains($0) }) {
            throw BackupError.recurrence(text, "has '\(stranger)', which this FREQ does not take", frequency)
        }
        if let missing = frequency.parts.first(where: { values[$0] == nil }) {
            throw BackupError.recurrence(text, "has no \(missing)", frequency)
        }
        self.text = text
        self.frequency = frequency
        self.values = values
    }

    private static func parts(_ text: String) throws -> [(name: String, value: String)] {
        guard text.utf8.count <= 500 else { throw BackupError.recurrence(text, "is too long") }
        guard text.utf8.starts(with: "RRULE:".utf8) else {
            throw BackupError.recurrence(text, "does not begin with 'RRULE:'")
        }
        do {
            return try RecurrenceParts(text).parts
        } catch {
            switch error {
            case .noPair(let part):
                throw BackupError.recurrence(text, "has '\(part)', which is not of the form NAME=VALUE")
            case .repeated(let name): throw BackupError.recurrence(text, "has \(name) twice")
            case .empty(let name):
                throw BackupError.recurrence(
                    text,
                    "has \(name) without a value, or with an empty one in its list"
                )
            }
        }
    }

    func number(_ name: String, in range: ClosedRange<Int>) throws -> Int {
        let value = values[name] ?? ""
        let isDigits = !value.isEmpty && value.utf8.allSatisfy { (48...57).contains($0) }
        guard isDigits, let number = Int(value), range.contains(number) else {
            let wanted =
                range.count == 1 ? "\(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
            throw BackupError.recurrence(text, "has the \(name) '\(value)'; it must be \(wanted)", frequency)
        }
        return number
    }

    func checkDays() throws {
        var days: Set<String> = []
        for day in (values["BYDAY"] ?? "").split(separator: ",").map(String.init) {
            guard ["SU", "MO", "TU", "WE", "TH", "FR", "SA"].contains(day) else {
                let problem = "has the BYDAY '\(day)'; known are SU, MO, TU, WE, TH, FR and SA"
                throw BackupError.recurrence(text, problem, frequency)
            }
            guard days.insert(day).inserted else {
                throw BackupError.recurrence(text, "has the BYDAY \(day) twice", frequency)
            }
        }
    }
}

extension BackupError {
    /// A text that is none of the three shapes.
    fileprivate static func recurrence(
        _ text: String,
        _ problem: String,
        _ frequency: Recurrence.Frequency? = nil
    ) -> BackupError {
        let shapes = frequency.map { [$0] } ?? Recurrence.Frequency.allCases
        return BackupError(
            .invalidConfiguration,
            "the recurrence '\(text.prefix(200))' \(problem)",
            fix: "Write it as \(shapes.map { "'\($0.sample)'" }.joined(separator: " or "))."
        )
    }
}
