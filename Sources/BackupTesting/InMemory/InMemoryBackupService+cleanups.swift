public import BackupAPI
internal import Synchronization

extension InMemoryBackupService {
    /// Starts a cleanup and returns its record, in `start_requested`; a repeated key returns the record as of now. Its script
    /// says what comes of it, whichever configurations are meant.
    public func startCleanup(
        _ agent: ResourceID<Agent>,
        of configurations: [ResourceID<Configuration>],
        key: String?
    ) async throws -> Cleanup {
        for id in configurations { _ = try await configuration(id) }
        let (cleanup, isNew) = try state.withLock { state in
            if let cleanup = state.cleanups.record(key: key) { return (cleanup, false) }
            return (try state.startCleanup(agent, key: key), true)
        }
        if isNew { advance(cleanup.id, from: 0) }
        return cleanup
    }

    /// One cleanup's record as of now; one that stood still until it is watched goes on first.
    public func cleanup(_ id: ResourceID<Cleanup>) async throws -> Cleanup {
        try look(at: id)
    }

    /// The cleanups of a page.
    public func cleanups(_ page: Page<Cleanup>) async throws -> [Cleanup] {
        try state.withLock { state in
            try state.cleanups.page(
                after: page.marker,
                limit: page.limit,
                isAscending: page.isAscending ?? false
            )
        }
    }

    /// Asks for a stop and returns the record in `stop_requested`.
    public func stopCleanup(_ id: ResourceID<Cleanup>) async throws -> Cleanup {
        try requestStop(id)
    }

    /// What went wrong in a cleanup.
    public func errors(ofCleanup id: ResourceID<Cleanup>) async throws -> ErrorList {
        var list = try state.withLock { try $0.cleanups.run(id).errorList }
        // The contract has no text of that kind for a cleanup that is over (2.8.5).
        if try await cleanup(id).state.isFinal { list.diagnostics = nil }
        return list
    }
}

extension InMemoryBackupService.State {
    fileprivate mutating func startCleanup(_ id: ResourceID<Agent>, key: String?) throws -> Cleanup {
        let agent = try agent(id)
        let script = cleanupScripts.first ?? .completes
        if cleanupScripts.count > 1 { cleanupScripts.removeFirst() }
        if let error = script.startError { throw error }
        let cleanup = Cleanup.make(id: .make(200_001 + cleanups.order.count), agent: agent.id)
        add(InMemoryRun(record: cleanup, script: script), key: key)
        return cleanup
    }
}
