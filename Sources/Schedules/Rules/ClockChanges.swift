/// What becomes of times that a change of the clocks skips or repeats.
enum ClockChanges: Hashable, Sendable {
    /// What is skipped is due once, right after the gap; what is repeated is due once, the first time. For what is due at
    /// certain times of day.
    case once
    /// As `once`, but what is repeated is due each time. For what is due often in certain hours.
    case repeated
    /// Due whenever clocks show it: what is skipped is left out, what is repeated is due each time. For what is due in every
    /// hour, or every few, so that no gap is longer or shorter than the clocks make it.
    case followed

    /// The policy of fields that begin with `*` or do not, as cron(8) tells jobs with wildcards from others.
    init(hours: String, minutes: String) {
        let isWild = [hours, minutes].map { $0.utf8.first == UInt8(ascii: "*") }
        self = isWild[0] ? .followed : isWild[1] ? .repeated : .once
    }
}
