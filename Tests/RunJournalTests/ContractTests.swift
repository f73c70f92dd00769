import BackupTesting
import RunJournal
import Testing

struct ContractTests {
    /// One after the other: all at once would have a thousand files open.
    @Test(.serialized, arguments: RunStoreContract.rules)
    func `the SQLite journal keeps the contract`(rule: RunStoreContract.Rule) async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteRunStore(path: folder.journal)
        let second = try SQLiteRunStore(path: folder.journal)
        try await rule.check(RunStoreContract.Fixture(store: store, secondInstance: second))
    }

    @Test(arguments: RunStoreContract.rules)
    func `the journal in memory keeps the contract`(rule: RunStoreContract.Rule) async throws {
        try await rule.check(RunStoreContract.Fixture(store: InMemoryRunStore()))
    }

    @Test(arguments: RunStoreContract.rules)
    func `a watched journal keeps the contract`(rule: RunStoreContract.Rule) async throws {
        try await rule.check(RunStoreContract.Fixture(store: WatchedRunStore(InMemoryRunStore())))
    }

    @Test func `no two rules have one name`() {
        #expect(Set(RunStoreContract.rules.map(\.name)).count == RunStoreContract.rules.count)
    }

    @Test func `the key of a step reads as its idempotency key`() {
        #expect(StepKey(run: "r1", sequence: 5).description == "r1/0#5")
        #expect(StepRecord.make(3, task: "0/2.1").idempotencyKey == "r1/0/2.1#3")
    }
}
