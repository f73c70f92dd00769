import BackupAPI
import BackupTesting

extension InMemoryBackupService {
    /// A service whose configurations end as the contract's fixture wants it.
    static func contractService() -> InMemoryBackupService {
        InMemoryBackupService(
            [
                .make("nightly"), .make("broken"), .make("locked"), .make("endless"),
                .make("gone", deleted: true),
            ],
            scripts: [
                "broken": [.fails], "locked": [.completesWithErrors], "endless": [.runsUntilStopped],
            ]
        )
    }
}

extension BackupServiceContract.Fixture {
    /// The fixture over a service with those configurations.
    static func inMemory(
        _ service: any BackupService,
        makeSecondInstance: @escaping @Sendable () async throws -> any BackupService
    ) -> BackupServiceContract.Fixture {
        BackupServiceContract.Fixture(
            service: service,
            completing: "nightly",
            completingWithErrors: "locked",
            failing: "broken",
            runningUntilStopped: "endless",
            whole: BackupServiceContract.WholeService(
                agent: .make(0),
                folder: "/srv/nightly",
                files: ["a": 512, "b": 512],
                restored: (2, 1_512),
                destination: "/restored"
            ),
            makeSecondInstance: makeSecondInstance
        )
    }
}
