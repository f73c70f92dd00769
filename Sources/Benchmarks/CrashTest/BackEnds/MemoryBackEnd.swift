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
            var starts: [String: String] = [:]
            for backup in try await backups() {
                starts[backup.id.rawValue] = backup.configuration.id.rawValue
            }
            for restore in try await restores() { starts[restore.id.rawValue] = Workflow.restores.name }
            return starts
        }

        func problems() async throws -> [String] {
            try await backups().filter { !$0.state.isFinal }.map {
                "backup '\($0.id)' of '\($0.configuration.id)' is still \($0.state)"
            } + restores().filter { !$0.state.isFinal }.map { "restore '\($0.id)' is still \($0.state)" }
        }

        private func backups() async throws -> [Backup] {
            try await service.base.backups(BackupFilter(limit: 10_000))
        }

        private func restores() async throws -> [Restore] {
            try await service.base.restores(Page(limit: 10_000))
        }
    }
}
