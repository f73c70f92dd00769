import BackupAPI
import BackupTesting

/// The in-memory service in the driver, behind our server, which knows no keys: only the lists tell what has become of a
/// start.
struct MemoryBackEnd: BackEnd {
    let name = "memory"
    let workflows = Workflow.all

    func withSite<Value: Sendable>(
        in folder: String,
        seed: UInt64,
        isDisturbed: Bool,
        _ body: @Sendable (any BackEndSite) async throws -> Value
    ) async throws -> Value {
        let service = KeylessService(seed: seed)
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
