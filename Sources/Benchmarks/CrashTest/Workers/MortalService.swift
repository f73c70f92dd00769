import BackupAPI
import BackupTesting

/// A service as a worker sees it who may die before and after each of its effects.
struct MortalService<Base: BackupService>: ForwardingBackupService {
    let base: Base
    let life: Life

    private func passing<Value>(_ body: () async throws -> Value) async throws -> Value {
        await life.pass()
        let value = try await body()
        await life.pass()
        return value
    }

    func start(_ configuration: ResourceID<Configuration>, key: String?) async throws -> Backup {
        try await passing { try await base.start(configuration, key: key) }
    }

    func stop(_ id: ResourceID<Backup>) async throws -> Backup {
        try await passing { try await base.stop(id) }
    }

    func startRestore(_ draft: RestoreDraft, key: String?) async throws -> Restore {
        try await passing { try await base.startRestore(draft, key: key) }
    }

    func watermark(before request: StartRequest) async throws -> String {
        try await passing { try await base.watermark(before: request) }
    }

    func reconcile(
        _ request: StartRequest,
        key: String,
        watermark: String,
        claimed: Set<String>
    ) async throws -> StartFate {
        try await passing {
            try await base.reconcile(request, key: key, watermark: watermark, claimed: claimed)
        }
    }

    func updates(of id: ResourceID<Backup>) -> AsyncThrowingStream<BackupUpdate, any Error> {
        let news = base.updates(of: id)
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

    func restore(_ id: ResourceID<Restore>) async throws -> Restore {
        await life.pass()
        return try await base.restore(id)
    }
}

extension BackupService {
    /// The service as a worker sees it who may die.
    func mortal(_ life: Life) -> any BackupService { MortalService(base: self, life: life) }
}
