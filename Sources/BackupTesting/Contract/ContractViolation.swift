/// What a backup service did against its contract.
public struct ContractViolation: Error, Hashable, CustomStringConvertible {
    /// What the contract expects.
    public var expected: String
    /// What was found instead.
    public var found: String

    /// Makes a violation.
    public init(expected: String, found: String) {
        self.expected = expected
        self.found = found
    }

    /// What was expected, then what was found.
    public var description: String { "expected \(expected), found \(found)" }
}
