import BackupAPI
import BackupTesting
import CloudBackup
import Testing

/// Our server over a service that knows no keys says nothing of keys, so that our client looks at the lists.
@Suite(.timeLimit(.minutes(2))) struct KeylessServerTests {
    @Test func `a start whose answer was lost is found behind our server too`() async throws {
        let base = InMemoryBackupService()
        try await Served.run(KeylessService(base: base)) { served in
            let client = try served.client()
            let request = StartRequest.backup("nightly")
            _ = try await client.start("nightly", key: nil)
            let watermark = try await client.watermark(before: request)
            let lost = try await base.start("nightly", key: nil)
            let fate = try await client.reconcile(request, key: "k", watermark: watermark, claimed: [])
            #expect(fate == .happened(id: lost.id.rawValue))
            #expect(base.startCount == 2)
        }
    }
}

/// The in-memory service as one that forgets the keys of its starts.
private struct KeylessService: BackupService {
    let base: InMemoryBackupService

    func configurations() async throws -> [Configuration] { try await base.configurations() }

    func configuration(_ id: ResourceID<Configuration>) async throws -> Configuration {
        try await base.configuration(id)
    }

    func start(_ configuration: ResourceID<Configuration>, key: String?) async throws -> Backup {
        try await base.start(configuration, key: nil)
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
}
