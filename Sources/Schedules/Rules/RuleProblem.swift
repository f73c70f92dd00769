/// What is wrong with an expression or rule.
package struct RuleProblem: Error, Hashable {
    /// Which expression, and what is wrong with it. It shows parts of the text as they are, control characters too.
    package let message: String

    init(_ message: String) {
        self.message = message
    }
}
