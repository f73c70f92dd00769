/// The offsets of a zone over time: those that a file of the time zone database lists, and a rule for all later times.
struct ZoneRules: Sendable {
    /// What clocks do between two changes.
    struct Period: Hashable, Sendable {
        /// Seconds that clocks are ahead of UTC.
        var offset: Int
        /// Whether the database calls it daylight saving time; in Ireland that is the winter.
        var isDaylightSaving: Bool
    }

    /// A moment from which on another period holds.
    struct Change: Hashable, Sendable {
        /// Seconds since 1970.
        var second: Int64
        var period: Period
    }

    /// What holds before the first change.
    var first: Period
    /// In ascending order.
    var changes: [Change]
    /// What holds after the last change; `nil` where that goes on for ever.
    var rule: ZoneRule?

    static let utc = ZoneRules(first: Period(offset: 0, isDaylightSaving: false), changes: [], rule: nil)

    /// What holds at a second.
    func period(at second: Int64) -> Period {
        guard let last = changes.last, second < last.second else {
            return rule?.period(at: second) ?? changes.last?.period ?? first
        }
        let index = indexOfChange(after: second)
        return index == 0 ? first : changes[index - 1].period
    }

    /// The first change after a second; `nil` when there is none.
    func nextChange(after second: Int64) -> Change? {
        let index = indexOfChange(after: second)
        return index < changes.count ? changes[index] : rule?.nextChange(after: second)
    }

    private func indexOfChange(after second: Int64) -> Int {
        var (low, high) = (0, changes.count)
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].second <= second { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
