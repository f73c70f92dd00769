import BackupAPI
import BackupTesting
import Foundation
import LocalBackup
import Testing

/// The contract suite against real restic. A rule gets a site of its own.
@Suite(
    .enabled(if: Machine.hasRestic, "restic is not installed"),
    .timeLimit(.minutes(5)),
    WithTemplate()
)
struct ContractTests {
    @Test(arguments: BackupServiceContract.rules)
    func `restic on this machine keeps the contract`(rule: BackupServiceContract.Rule) async throws {
        try await withSite { site in
            let template = try #require(Template.current)
            let settings = Self.settings(site, template)
            let service = try await site.open(settings)
            let agent = try await site.agent(of: service)
            let second = { @Sendable in try await site.open(settings) as any BackupService }
            try await rule.check(Self.fixture(service, second, agent, in: site))
        }
    }

    @Test(arguments: BackupServiceContract.rules)
    func `restic behind our server and our client keeps the contract`(rule: BackupServiceContract.Rule)
        async throws
    {
        try await withSite { site in
            let template = try #require(Template.current)
            let service = try await site.open(Self.settings(site, template))
            let agent = try await site.agent(of: service)
            try await Served.run(service) { served in
                let second = { @Sendable in try served.client() as any BackupService }
                try await rule.check(Self.fixture(try served.client(), second, agent, in: site))
            }
        }
    }

    private static func fixture(
        _ service: any BackupService,
        _ second: @escaping @Sendable () async throws -> any BackupService,
        _ agent: ResourceID<Agent>,
        in site: TestSite
    ) -> BackupServiceContract.Fixture {
        BackupServiceContract.Fixture(
            service: service,
            completing: LocalBackupService.configurationID(forName: "completing"),
            completingWithErrors: LocalBackupService.configurationID(forName: "with errors"),
            failing: LocalBackupService.configurationID(forName: "failing"),
            runningUntilStopped: LocalBackupService.configurationID(forName: "slow"),
            whole: BackupServiceContract.WholeService(
                agent: agent,
                folder: site.source,
                files: ["a.txt": 3, "b.txt": 3],
                destination: site.folder + "/restored",
                sizeOfFile: { FileManager.default.contents(atPath: $0).map { Int64($0.count) } }
            ),
            makeSecondInstance: second,
            deadline: .seconds(120)
        )
    }

    private static func settings(_ site: TestSite, _ template: Template) -> LocalSettings {
        let missing = site.folder + "/missing"
        var settings = site.settings()
        settings.repositories[0].uploadLimit = 8192
        settings.configurations = [
            ("completing", [site.source]), ("with errors", [site.source, missing]), ("failing", [missing]),
            ("slow", [template.slowSource]),
        ].map { name, paths in
            ConfigurationDraft(name: name, inclusions: paths.map { PathRule(type: .folder, path: $0) })
        }
        return settings
    }
}

/// A source that takes seconds to send; it is only read.
private struct Template {
    let slowSource: String

    @TaskLocal static var current: Template?

    init(in site: TestSite) throws {
        try site.writeRandomBytes(64 << 20, to: "source/large.bin")
        slowSource = site.source
    }
}

/// Makes the template once for a suite, and removes it afterwards.
private struct WithTemplate: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await withSite { site in
            try await Template.$current.withValue(Template(in: site), operation: function)
        }
    }
}
