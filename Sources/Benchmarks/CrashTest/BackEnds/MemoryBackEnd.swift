import BackupAPI
import BackupTesting
import Synchronization

/// The in-memory service in the driver, behind our server, which knows no keys: only the lists tell what has become of a
/// start.
struct MemoryBackEnd: BackEnd {
    let name = "memory"
    let workflows = Workflow.all

    func withSite<Value: Sendable>(
        in folder: String,
        seed: UInt64,
        _ body: @Sendable (any BackEndSite) async throws -> Value
    ) async throws -> Value {
        let service = KeylessService()
        return try await Server.serving(service) { port in
            try await body(Site(service: service, address: .server(port: port)))
        }
    }

    private struct Site: BackEndSite {
        let service: KeylessService
        let address: ServiceAddress

        func starts() async throws -> [String: String] {
            Dictionary(
                uniqueKeysWithValues: try await service.base.backups(BackupFilter(limit: 10_000)).map {
                    ($0.id.rawValue, $0.configuration.id.rawValue)
                }
            )
        }

        func problems() async throws -> [String] {
            try await service.base.backups(BackupFilter(limit: 10_000)).filter { !$0.state.isFinal }.map {
                "backup '\($0.id)' of '\($0.configuration.id)' is still \($0.state)"
            }
        }
    }
}

/// The in-memory service as one that forgets the keys of its starts.
private struct KeylessService: BackupService {
    /// How long a slow backup takes from its start.
    private static let slowness = Duration.milliseconds(1_500)

    let base: InMemoryBackupService
    private let gate = Gate()

    init() {
        let slow = BackupScript(steps: [
            .state(.inProgress), .progress(.half), .wait(gate), .end(.completed),
        ])
        base = InMemoryBackupService(
            ["web-files", "mail", "flaky", "bad", "slow", "endless"].map { .make($0) },
            scripts: [
                "flaky": [.fails, .completes], "bad": [.fails], "slow": [slow],
                "endless": [.runsUntilStopped],
            ]
        )
    }

    func start(_ configuration: ResourceID<Configuration>, key: String?) async throws -> Backup {
        let backup = try await base.start(configuration, key: nil)
        if configuration == "slow" {
            Task {
                try await Task.sleep(for: Self.slowness, clock: .continuous)
                gate.open()
            }
        }
        return backup
    }

    func configurations() async throws -> [Configuration] { try await base.configurations() }

    func configuration(_ id: ResourceID<Configuration>) async throws -> Configuration {
        try await base.configuration(id)
    }

    func backup(_ id: ResourceID<Backup>) async throws -> Backup { try await base.backup(id) }

    func backups(_ filter: BackupFilter) async throws -> [Backup] { try await base.backups(filter) }

    func stop(_ id: ResourceID<Backup>) async throws -> Backup { try await base.stop(id) }

    func errors(of id: ResourceID<Backup>) async throws -> ErrorList { try await base.errors(of: id) }

    func updates(of id: ResourceID<Backup>) -> AsyncThrowingStream<BackupUpdate, any Error> {
        base.updates(of: id)
    }

    func activities(_ filter: ActivityFilter) async throws -> [Activity] {
        try await base.activities(filter)
    }

    func events(of subject: EventSubject, _ page: Page<Event>) async throws -> [Event] {
        try await base.events(of: subject, page)
    }
}
