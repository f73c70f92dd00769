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
private struct KeylessService: ForwardingBackupService {
    let base: InMemoryBackupService

    func start(_ configuration: ResourceID<Configuration>, key: String?) async throws -> Backup {
        try await base.start(configuration, key: nil)
    }

    /// Without keys it cannot tell; whoever asks has to look at the lists.
    func reconcile(
        _ request: StartRequest,
        key: String,
        watermark: String,
        claimed: Set<String>
    ) async throws -> StartFate {
        .unknown(reason: "this service knows no keys", candidates: [])
    }
}
