import PluginHost
import Schedules

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
