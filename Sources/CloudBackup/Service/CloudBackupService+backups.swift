public import BackupAPI
import NIOHTTP1

extension CloudBackupService {
    /// Starts a backup and returns its record at once. Throws `unknown_configuration`.
    ///
    /// `key` is sent as `Idempotency-Key`: a Moonkeep server starts one backup for it, the documented API ignores it.
    /// A start is sent again only when the first request never left, or came with a token that was refused. When it is
    /// not known whether the backup was started, the error says so.
    public func start(_ configuration: ResourceID<Configuration>, key: String?) async throws -> Backup {
        let request = try CloudRequest(.POST, "backups") { .unknownConfiguration(configuration) }
            .sending(BackupBody(configurationID: configuration))
            .beginning("backup", key: key)
        do {
            return try await api.created(
                request,
                readAgain: { .backup(ResourceID($0)) },
                Backup.init(reading:)
            )
        } catch let error as BackupError where error.code == .invalidRequest {
            // The contract does not say how an unknown configuration is refused.
            _ = try await self.configuration(configuration)
            throw error
        }
    }

    /// One backup's record as of now. Throws `unknown_backup`.
    public func backup(_ id: ResourceID<Backup>) async throws -> Backup {
        try await api.resource(.backup(id), Backup.init(reading:))
    }

    /// The backups that match, newest first.
    ///
    /// The API's list has no filter for a configuration or a state: with one, pages are read until enough are found.
    public func backups(_ filter: BackupFilter) async throws -> [Backup] {
        try Self.check(limit: filter.limit)
        let pages = PagedList(
            api: api,
            request: CloudRequest(.GET, "backups"),
            key: "backups",
            start: filter.marker?.rawValue,
            pageSize: filter.configuration == nil && filter.states == nil ? filter.limit : 100,
            isAscending: filter.isAscending,
            read: Backup.init(reading:)
        )
        var found: [Backup] = []
        for try await backup in pages where found.count < filter.limit {
            if let wanted = filter.configuration, wanted != backup.configuration.id { continue }
            if let states = filter.states, !states.contains(backup.state) { continue }
            found.append(backup)
            if found.count == filter.limit { break }
        }
        return found
    }

    /// Asks for a stop and returns the record as of now. Throws `unknown_backup`, and `conflict` when it is over.
    public func stop(_ id: ResourceID<Backup>) async throws -> Backup {
        try await stop(.backup(id, .PATCH)) {
            try await backup(id)
        } state: {
            $0.state
        }
    }

    /// What went wrong in a backup, file by file. Throws `unknown_backup`.
    public func errors(of id: ResourceID<Backup>) async throws -> ErrorList {
        try await api.resource(.backup(id).below("errors"), ErrorList.init(reading:))
    }

    /// News of a backup until it is over: the record as of now first, the final record last. Throws `unknown_backup`.
    ///
    /// All waits of one client share their requests; <doc:Waiting> has the budget. A consumer that is slow misses
    /// progress, not the end.
    public func updates(of id: ResourceID<Backup>) -> AsyncThrowingStream<BackupUpdate, any Error> {
        watcher.updates(of: id)
    }

    /// Asks for a stop with a JSON Patch (contract 4.3).
    func stop<Resource>(
        _ request: CloudRequest,
        _ read: () async throws -> Resource,
        state: (Resource) -> ActivityState
    ) async throws -> Resource {
        do {
            _ = try await api.answer(to: try request.patching([.stop]))
        } catch let error as BackupError where error.code == .conflict {
            // A stop that was sent twice, because the first answer got lost, has stopped it.
            let resource = try await read()
            guard state(resource) == .stopRequested else { throw error }
            return resource
        }
        return try await read()
    }
}

/// The body of `POST /backups` (contract 2.3.1).
private struct BackupBody: Encodable {
    let configurationID: ResourceID<Configuration>
    let state = ActivityState.startRequested

    private enum CodingKeys: String, CodingKey {
        case configurationID = "configuration_id"
        case state
    }
}
