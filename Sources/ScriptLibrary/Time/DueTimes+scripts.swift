import BackupAPI
import PluginHost
import Schedules

extension Timestamp {
    /// The moment of a schedule or zone.
    init(_ instant: Instant) {
        self.init(microseconds: instant.microseconds)
    }

    /// The moment, for schedules and zones.
    var instant: Instant { Instant(microseconds: microseconds) }
}

extension DueTimes {
    /// At most `count` moments after another one and up to `end`, in order; fewer when they end.
    func moments(after moment: Timestamp, through end: Timestamp? = nil, count: Int) -> [Timestamp] {
        moments(after: moment.instant, through: end?.instant, count: count).map(Timestamp.init)
    }
}

extension ArgumentProblem {
    /// What `read` makes of an expression; what is wrong with that is wrong with the argument.
    static func naming<Value>(_ read: () throws(RuleProblem) -> Value) throws -> Value {
        do {
            return try read()
        } catch {
            throw ArgumentProblem(error.message.printable)
        }
    }
}
