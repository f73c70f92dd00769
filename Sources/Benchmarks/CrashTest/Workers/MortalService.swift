import BackupAPI

/// A service as a worker sees it who may die before and after each of its effects.
struct MortalService: BackupService {
    let inner: any BackupService
    let life: Life

    private func passing<Value>(_ body: () async throws -> Value) async throws -> Value {
        await life.pass()
        let value = try await body()
        await life.pass()
        return value
    }

    func start(_ configuration: ResourceID<Configuration>, key: String?) async throws -> Backup {
        try await passing { try await inner.start(configuration, key: key) }
    }

    func stop(_ id: ResourceID<Backup>) async throws -> Backup {
        try await passing { try await inner.stop(id) }
    }

    func startRestore(_ draft: RestoreDraft, key: String?) async throws -> Restore {
        try await passing { try await inner.startRestore(draft, key: key) }
    }

    func watermark(before request: StartRequest) async throws -> String {
        try await passing { try await inner.watermark(before: request) }
    }

    func reconcile(
        _ request: StartRequest,
        key: String,
        watermark: String,
        claimed: Set<String>
    ) async throws -> StartFate {
        try await passing {
            try await inner.reconcile(request, key: key, watermark: watermark, claimed: claimed)
        }
    }

    func updates(of id: ResourceID<Backup>) -> AsyncThrowingStream<BackupUpdate, any Error> {
        let news = inner.updates(of: id)
        let (stream, continuation) = AsyncThrowingStream<BackupUpdate, any Error>.makeStream()
        let telling = Task { [life] in
            do {
                for try await update in news {
                    await life.pass()
                    continuation.yield(update)
                }
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
        continuation.onTermination = { _ in telling.cancel() }
        return stream
    }

    func configurations() async throws -> [Configuration] { try await inner.configurations() }

    func configuration(_ id: ResourceID<Configuration>) async throws -> Configuration {
        try await inner.configuration(id)
    }

    func backup(_ id: ResourceID<Backup>) async throws -> Backup { try await inner.backup(id) }

    func backups(_ filter: BackupFilter) async throws -> [Backup] { try await inner.backups(filter) }

    func errors(of id: ResourceID<Backup>) async throws -> ErrorList { try await inner.errors(of: id) }

    func restore(_ id: ResourceID<Restore>) async throws -> Restore {
        await life.pass()
        return try await inner.restore(id)
    }

    func restores(_ page: Page<Restore>) async throws -> [Restore] { try await inner.restores(page) }

    func shutdown() async { await inner.shutdown() }
}
