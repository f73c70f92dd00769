import BackupAPI

/// The service of a replay, and of a host that only loads files: nothing ever asks it.
struct UntouchedService: BackupService {
    private func untouched<Value>() throws -> Value {
        throw BackupError(.unsupported, "nothing asks a service here")
    }

    func configurations() async throws -> [Configuration] { try untouched() }
    func configuration(_ id: ResourceID<Configuration>) async throws -> Configuration { try untouched() }
    func start(_ configuration: ResourceID<Configuration>, key: String?) async throws -> Backup {
        try untouched()
    }
    func backup(_ id: ResourceID<Backup>) async throws -> Backup { try untouched() }
    func backups(_ filter: BackupFilter) async throws -> [Backup] { try untouched() }
    func stop(_ id: ResourceID<Backup>) async throws -> Backup { try untouched() }
    func errors(of id: ResourceID<Backup>) async throws -> ErrorList { try untouched() }
    func updates(of id: ResourceID<Backup>) -> AsyncThrowingStream<BackupUpdate, any Error> {
        AsyncThrowingStream { $0.finish(throwing: BackupError(.unsupported, "nothing asks a service here")) }
    }
}
