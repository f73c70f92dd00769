import BackupAPI

extension Recurrence {
    /// The three shapes of a rule.
    enum Rule: Hashable, Sendable {
        case hourly(interval: Int)
        case daily(TimeOfDay)
        case weekly(Set<Weekday>, TimeOfDay)
    }

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

extension Recurrence.Rule {
    /// Reads a rule, whose parts may stand in any order. Throws `invalid_configuration` with the first mistake.
    init(_ text: String) throws {
        let rule = try RuleText(text)
        switch rule.frequency {
        case .hourly:
            self = .hourly(interval: try rule.number("INTERVAL", in: 1...8_760))
        case .daily:
            _ = try rule.number("INTERVAL", in: 1...1)
            self = .daily(try rule.time())
        case .weekly:
            _ = try rule.number("INTERVAL", in: 1...1)
            self = .weekly(try rule.days(), try rule.time())
        }
    }
}

/// A rule taken apart: exactly the parts that its frequency has.
private struct RuleText {
    let text: String
    let frequency: Recurrence.Frequency
    private let values: [String: String]

    init(_ text: String) throws {
        guard text.hasPrefix("RRULE:") else {
            throw BackupError.recurrence(text, "does not begin with 'RRULE:'")
        }
        var values: [String: String] = [:]
        for part in text.dropFirst("RRULE:".count).split(separator: ";", omittingEmptySubsequences: false) {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2 else {
                throw BackupError.recurrence(text, "has '\(part)', which is not of the form NAME=VALUE")
            }
            let name = String(sides[0])
            guard values.updateValue(String(sides[1]), forKey: name) == nil else {
                throw BackupError.recurrence(text, "has \(name) twice")
            }
        }
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

    func time() throws -> TimeOfDay {
        TimeOfDay(hour: try number("BYHOUR", in: 0...23), minute: try number("BYMINUTE", in: 0...59))
    }

    func days() throws -> Set<Weekday> {
        var days: Set<Weekday> = []
        for name in (values["BYDAY"] ?? "").split(separator: ",", omittingEmptySubsequences: false) {
            guard let day = Weekday(rawValue: String(name)) else {
                let problem = "has the BYDAY '\(name)'; known are SU, MO, TU, WE, TH, FR and SA"
                throw BackupError.recurrence(text, problem, frequency)
            }
            guard days.insert(day).inserted else {
                throw BackupError.recurrence(text, "has the BYDAY \(name) twice", frequency)
            }
        }
        return days
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
