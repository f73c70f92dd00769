public import BackupAPI

/// The definition of `BackupService`: rules that every implementation keeps.
///
/// Testing frameworks are not needed, so a program may check a live service too. In a test:
/// ```swift
/// @Test(arguments: BackupServiceContract.rules)
/// func `the service keeps its contract`(rule: BackupServiceContract.Rule) async throws {
///     try await rule.check(fixture)
/// }
/// ```
public struct BackupServiceContract {
    /// A service, and configurations of it whose backups end in a known way.
    public struct Fixture: Sendable {
        /// The service. It may have other configurations and backups too, but no one else starts backups of it while a
        /// rule is checked.
        public var service: any BackupService
        /// Backups of this configuration end as `completed`.
        public var completing: ResourceID<Configuration>
        /// Backups of this configuration end as `completed_with_errors`.
        public var completingWithErrors: ResourceID<Configuration>
        /// Backups of this configuration end as `failed`.
        public var failing: ResourceID<Configuration>
        /// Backups of this configuration are in progress until they are stopped.
        public var runningUntilStopped: ResourceID<Configuration>
        /// What the rules of restores, cleanups, agents and files need; `nil` for a service that does backups only, to
        /// which those rules do not apply.
        public var whole: WholeService?
        /// Makes another instance over the same store; `nil` where a service has no store to share.
        public var makeSecondInstance: (@Sendable () async throws -> any BackupService)?
        /// How long one rule may take; a service that needs longer breaks the rule.
        public var deadline: Duration

        /// Makes a fixture.
        public init(
            service: any BackupService,
            completing: ResourceID<Configuration>,
            completingWithErrors: ResourceID<Configuration>,
            failing: ResourceID<Configuration>,
            runningUntilStopped: ResourceID<Configuration>,
            whole: WholeService? = nil,
            makeSecondInstance: (@Sendable () async throws -> any BackupService)? = nil,
            deadline: Duration = .seconds(60)
        ) {
            self.service = service
            self.completing = completing
            self.completingWithErrors = completingWithErrors
            self.failing = failing
            self.runningUntilStopped = runningUntilStopped
            self.whole = whole
            self.makeSecondInstance = makeSecondInstance
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
        /// Throws `ContractViolation` when the service breaks it or takes longer than the fixture's deadline, and
        /// what the service throws where it should not.
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
    public static let rules: [BackupServiceContract.Rule] =
        ConfigurationRules.all + StartRules.all + UpdateRules.all + EndRules.all + StopRules.all
        + ListRules.all
        + ChangeRules.all + DeletionRules.all + PageRules.all + RestoreRules.all + RestoreStartRules.all
        + CleanupRules.all
        + CheckRules.all
        + ActivityRules.all + EventRules.all + BrowseRules.all + FateRules.all
}

/// A rule, as the files of rules call it.
typealias Rule = BackupServiceContract.Rule

/// What a rule is checked on, as the files of rules call it.
typealias Fixture = BackupServiceContract.Fixture

/// The service of such a rule, as the files of rules call it.
typealias WholeService = BackupServiceContract.WholeService
