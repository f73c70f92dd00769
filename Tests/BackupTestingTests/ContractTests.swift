import BackupAPI
import BackupTesting
import Testing

struct ContractTests {
    @Test(arguments: BackupServiceContract.rules)
    func `the in-memory service keeps its contract`(rule: BackupServiceContract.Rule) async throws {
        let service = InMemoryBackupService.contractService()
        try await rule.check(.inMemory(service) { service })
    }

    @Test(arguments: Breakage.all)
    func `a rule catches the service that breaks it`(breakage: Breakage) async throws {
        let rule = try #require(BackupServiceContract.rules.first { $0.name == breakage.rule })
        let base = InMemoryBackupService.contractService()
        let service = BrokenService(base: base, flaws: breakage.flaws)
        await #expect(throws: (any Error).self) {
            try await rule.check(
                .inMemory(service) {
                    guard breakage.flaws.secondInstanceIsEmpty else { return service }
                    let empty = InMemoryBackupService.contractService()
                    _ = try await empty.start("endless", key: nil)
                    return empty
                }
            )
        }
    }

    @Test(arguments: BackupServiceContract.rules)
    func `the wrapper of the broken services is no flaw itself`(rule: BackupServiceContract.Rule) async throws
    {
        let service = BrokenService(base: .contractService(), flaws: Flaws())
        try await rule.check(.inMemory(service) { service })
    }

    @Test func `every rule is shown to be able to fail`() {
        #expect(Set(BackupServiceContract.rules.map(\.name)) == Set(Breakage.all.map(\.rule)))
        #expect(BackupServiceContract.rules.count == Set(BackupServiceContract.rules.map(\.name)).count)
    }

    @Test func `a violation says what was expected and what was found`() async throws {
        let rule = try #require(
            BackupServiceContract.rules.first { $0.name == "backups are listed newest first" }
        )
        var flaws = Flaws()
        flaws.listed = { _ in [] }
        let service = BrokenService(base: .contractService(), flaws: flaws)
        let violation = await #expect(throws: ContractViolation.self) {
            try await rule.check(.inMemory(service) { service })
        }
        let ids = [3, 2, 1].map { "00000000-0000-4000-8000-00000000000\($0)" }
        #expect(violation?.description == "expected [\(ids.joined(separator: ", "))], found []")
    }

    @Test(.timeLimit(.minutes(5)))
    func `a service that never answers breaks the rule`() async throws {
        let rule = try #require(
            BackupServiceContract.rules.first { $0.name == "updates end with the final record" }
        )
        let service = InMemoryBackupService([.make()], scripts: ["nightly": [.runsUntilStopped]])
        var fixture = BackupServiceContract.Fixture.inMemory(service) { service }
        fixture.deadline = .milliseconds(10)
        await #expect(throws: ContractViolation(expected: "an answer within 0.01 seconds", found: "none")) {
            try await rule.check(fixture)
        }
    }
}
