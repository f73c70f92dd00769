import BackupAPI
import BackupTesting

/// What is wrong with a service; without any change it is right.
struct Flaws: Sendable {
    var configurations: @Sendable ([Configuration]) -> [Configuration] = { $0 }
    var configuration: @Sendable (Configuration) -> Configuration = { $0 }
    var key: @Sendable (String?) -> String? = { $0 }
    var started: @Sendable (Backup) -> Backup = { $0 }
    var read: @Sendable (Backup) -> Backup = { $0 }
    var filter: @Sendable (BackupFilter) -> BackupFilter = { $0 }
    var listed: @Sendable ([Backup]) -> [Backup] = { $0 }
    var stopping: @Sendable (Backup) -> Backup = { $0 }
    var errors: @Sendable (ErrorList) -> ErrorList = { $0 }
    var update: @Sendable (BackupUpdate) -> BackupUpdate? = { $0 }
    var errorCode: @Sendable (BackupError.Code) -> BackupError.Code = { $0 }
    /// A record that every stream of updates begins with, before the one as of now.
    var staleUpdate: Backup?
    var ignoresConflicts = false
    var stopsWhenUnwatched = false
    var whole = WholeFlaws()
    var fates = FateFlaws()
    var secondInstanceIsEmpty = false
}

/// The in-memory service with flaws.
struct BrokenService: BackupService {
    let base: InMemoryBackupService
    let flaws: Flaws

    func configurations() async throws -> [Configuration] {
        flaws.configurations(try await base.configurations())
    }

    func configuration(_ id: ResourceID<Configuration>) async throws -> Configuration {
        try await recoded { flaws.configuration(try await base.configuration(id)) }
    }

    func start(_ configuration: ResourceID<Configuration>, key: String?) async throws -> Backup {
        try await recoded { flaws.started(try await base.start(configuration, key: flaws.key(key))) }
    }

    func backup(_ id: ResourceID<Backup>) async throws -> Backup {
        try await recoded { flaws.read(try await base.backup(id)) }
    }

    func backups(_ filter: BackupFilter) async throws -> [Backup] {
        try await recoded { flaws.listed(try await base.backups(flaws.filter(filter))) }
    }

    func stop(_ id: ResourceID<Backup>) async throws -> Backup {
        do {
            return try await recoded { flaws.stopping(try await base.stop(id)) }
        } catch let error as BackupError where error.code == .conflict && flaws.ignoresConflicts {
            return try await base.backup(id)
        }
    }

    func errors(of id: ResourceID<Backup>) async throws -> ErrorList {
        try await recoded { flaws.errors(try await base.errors(of: id)) }
    }

    func updates(of id: ResourceID<Backup>) -> AsyncThrowingStream<BackupUpdate, any Error> {
        AsyncThrowingStream { continuation in
            if let stale = flaws.staleUpdate { continuation.yield(BackupUpdate(backup: stale)) }
            let forwarding = Task {
                do {
                    for try await update in base.updates(of: id) {
                        if let changed = flaws.update(update) { continuation.yield(changed) }
                    }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in
                forwarding.cancel()
                if flaws.stopsWhenUnwatched { base.end(id) }
            }
        }
    }

    func recoded<Value>(_ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch var error as BackupError {
            error.code = flaws.errorCode(error.code)
            error.message = flaws.whole.message(error.message)
            throw error
        }
    }
}
