public import RunJournal

/// The definition of `RunStore`: rules that every journal keeps.
///
/// Testing frameworks are not needed. In a test:
/// ```swift
/// @Test(arguments: RunStoreContract.rules)
/// func `the store keeps its contract`(rule: RunStoreContract.Rule) async throws {
///     try await rule.check(RunStoreContract.Fixture(store: try makeEmptyStore()))
/// }
/// ```
public struct RunStoreContract {
    /// A journal to check one rule on.
    public struct Fixture: Sendable {
        /// A store in which nothing is recorded yet, and that nobody else uses.
        public var store: any RunStore
        /// Another instance over the same journal; `nil` where a store has none, and then `store` takes its place.
        public var secondInstance: (any RunStore)?
        /// How long one rule may take; a store that needs longer breaks the rule.
        public var deadline: Duration

        /// Makes a fixture.
        public init(
            store: any RunStore,
            secondInstance: (any RunStore)? = nil,
            deadline: Duration = .seconds(60)
        ) {
            self.store = store
            self.secondInstance = secondInstance
            self.deadline = deadline
        }
    }

    /// One rule of the contract.
    public struct Rule: Sendable, CustomStringConvertible {
        /// The rule as a sentence; no other has the same.
        public let name: String
        private let body: @Sendable (Fixture) async throws -> Void

        init(_ name: String, _ body: @escaping @Sendable (Fixture) async throws -> Void) {
            self.name = name
            self.body = body
        }

        /// Checks the rule.
        ///
        /// Throws `ContractViolation` when the store breaks it or takes longer than the fixture's deadline, and what
        /// the store throws where it should not.
        public func check(_ fixture: Fixture) async throws {
            try await withThrowingTaskGroup { group in
                group.addTask { try await body(fixture) }
                group.addTask {
                    try await Task.sleep(for: fixture.deadline)
                    throw ContractViolation(expected: "an answer within \(fixture.deadline)", found: "none")
                }
                defer { group.cancelAll() }
                try await group.next()
            }
        }

        /// The rule as a sentence.
        public var description: String { name }
    }

    /// All rules.
    public static let rules =
        sourceRules + moduleRules + runRules + endingRules + lookupRules + claimRules + fenceRules
        + cancellationRules
        + stepRules + stepEndRules + valueRules + questionRules + repetitionRules + decisionRules + lockRules
        + lockWaitRules + lockEndRules
        + stateRules + stateChangeRules + outboxRules + deliveryRules + noteRules + scheduleRules
}
