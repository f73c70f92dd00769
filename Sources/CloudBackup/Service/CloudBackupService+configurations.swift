public import BackupAPI
import NIOHTTP1

extension CloudBackupService {
    /// So many configurations are read at the same time.
    private static let parallelReads = 8

    /// All configurations that are not deleted, in the order of their names.
    ///
    /// The contract's list has neither paths nor `deleted` (2.4.2); where they are missing, each configuration is read,
    /// one more request for each.
    public func configurations() async throws -> [Configuration] {
        try await configurations(listedBy: CloudRequest(.GET, "configurations"))
    }

    /// The configurations that are not deleted and of which a backup can be restored, by the list's own filter (2.4.2).
    public func restorableConfigurations() async throws -> Set<ResourceID<Configuration>> {
        var request = CloudRequest(.GET, "configurations")
        request.query.append(("restorable", "true"))
        let ids = try await api.resource(request) { json throws(Missing) in
            try json.list("configurations") { item throws(Missing) in try item.id(Configuration.self) }
        }
        return Set(ids)
    }

    /// The configurations of a list that are not deleted, whole and in the order of their names.
    func configurations(listedBy request: CloudRequest) async throws -> [Configuration] {
        let items = try await api.resource(request) { json throws(Missing) in
            try json.list("configurations") { item throws(Missing) in
                (
                    id: try item.id(Configuration.self),
                    isWhole: item.has("inclusions") && item.has("deleted"),
                    item: try Configuration(reading: item)
                )
            }
        }
        let partial = items.filter { !$0.isWhole }.map(\.id)
        let all = items.filter(\.isWhole).map(\.item) + (try await read(partial))
        return all.filter { !$0.deleted }.sorted { ($0.name, $0.id.rawValue) < ($1.name, $1.id.rawValue) }
    }

    /// The configurations of these ids; those that are deleted meanwhile are left out.
    private func read(_ ids: [ResourceID<Configuration>]) async throws -> [Configuration] {
        try await withThrowingTaskGroup(of: Configuration?.self) { group in
            var rest = ids.makeIterator()
            func addNext() {
                guard let id = rest.next() else { return }
                group.addTask {
                    do {
                        return try await configuration(id)
                    } catch let error as BackupError where error.code == .unknownConfiguration {
                        return nil
                    }
                }
            }
            for _ in 0..<Self.parallelReads { addNext() }
            var found: [Configuration] = []
            while let configuration = try await group.next() {
                if let configuration { found.append(configuration) }
                addNext()
            }
            return found
        }
    }

    /// One configuration, also a deleted one. Throws `unknown_configuration`.
    public func configuration(_ id: ResourceID<Configuration>) async throws -> Configuration {
        try await api.resource(.configuration(id), Configuration.init(reading:))
    }

    /// Makes a configuration for the agent of the settings, or for the project's only agent.
    ///
    /// Throws `invalid_configuration` with the service's words, `conflict`, and `unsupported` for a draft that chooses
    /// its id, which the API cannot do.
    public func create(_ draft: ConfigurationDraft) async throws -> Configuration {
        guard draft.id == nil else {
            throw BackupError.unsupported("make configurations with an id that the caller chooses")
        }
        let request = try CloudRequest(.POST, "configurations")
            .sending(ConfigurationBody(draft, agent: try await agentForConfigurations()))
            .beginning("configuration", key: nil)
        return try await asConfigurationErrors {
            try await api.created(
                request,
                readAgain: { .configuration(ResourceID($0)) },
                Configuration.init(reading:)
            )
        }
    }

    /// Changes a configuration with a JSON Patch and answers it as it is now; no changes send no patch.
    ///
    /// Throws `invalid_configuration`, `conflict` and `unknown_configuration`.
    public func update(
        _ id: ResourceID<Configuration>,
        _ changes: ConfigurationChanges
    ) async throws -> Configuration {
        let operations = changes.operations
        if !operations.isEmpty {
            let request = try CloudRequest.configuration(id, .PATCH).patching(operations)
            try await asConfigurationErrors { _ = try await api.answer(to: request) }
        }
        return try await configuration(id)
    }

    /// Deletes a configuration; deleting it again changes nothing. Throws `unknown_configuration`.
    public func delete(_ id: ResourceID<Configuration>) async throws {
        do {
            _ = try await api.answer(to: .configuration(id, .DELETE))
        } catch let error as BackupError where error.code == .unknownConfiguration {
            guard try await configuration(id).deleted else { throw error }
        }
    }

    private func agentForConfigurations() async throws -> ResourceID<Agent> {
        if let agent = api.settings.agent { return agent }
        let agents = try await agents()
        guard let only = agents.first, agents.count == 1 else {
            throw BackupError(
                .invalidConfiguration,
                "the project has \(agents.count) agents, and a configuration is for one",
                fix: agents.isEmpty
                    ? "Install the agent on the server first."
                    : "Name one in the settings: \(agents.map { "\($0.id) (\($0.name))" }.joined(separator: ", "))."
            )
        }
        return only.id
    }

    private func asConfigurationErrors<Value>(_ call: () async throws -> Value) async throws -> Value {
        do {
            return try await call()
        } catch var error as BackupError where error.code == .invalidRequest {
            error.code = .invalidConfiguration
            throw error
        }
    }
}
