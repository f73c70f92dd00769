import BackupAPI
import Synchronization

/// The configurations of a service: those of the settings, which cannot be changed here, and those of the catalog.
final class ConfigurationBook: Sendable {
    let catalog: Catalog
    let agent: ResourceID<Agent>
    /// The file that the settings' configurations stand in, for messages.
    let settingsFile: String?
    let now: @Sendable () -> Timestamp
    let makeID: @Sendable () -> String
    /// When configurations are cleaned up that do not say it themselves.
    let cleanup: CleanupTime
    private let ofSettings: Mutex<ConfigurationSet>

    init(
        _ configurations: ConfigurationSet,
        settingsFile: String?,
        cleanup: CleanupTime,
        catalog: Catalog,
        agent: ResourceID<Agent>,
        now: @escaping @Sendable () -> Timestamp,
        makeID: @escaping @Sendable () -> String
    ) {
        (self.catalog, self.agent, self.settingsFile) = (catalog, agent, settingsFile)
        (self.now, self.makeID, self.cleanup) = (now, makeID, cleanup)
        ofSettings = Mutex(configurations)
    }

    /// Puts other configurations in the place of the settings'.
    func replace(by configurations: ConfigurationSet) {
        ofSettings.withLock { $0 = configurations }
    }

    /// What can be started now, and what could.
    func known() async throws -> KnownConfigurations {
        KnownConfigurations(
            ofSettings: ofSettings.withLock { $0 },
            stored: try await catalog.configurations.all()
        )
    }

    func all() async throws -> [Configuration] {
        let known = try await known()
        let last = try await catalog.lastCompleted()
        return known.existing.map { resource($0, last) }
    }

    /// One configuration, also a deleted one. Throws `unknown_configuration`.
    func configuration(_ id: ResourceID<Configuration>) async throws -> Configuration {
        let known = try await known()
        return resource(try known.configuration(id), try await catalog.lastCompleted())
    }

    /// The id of a configuration whose draft has none.
    static func id(forName name: String) -> ResourceID<Configuration> {
        ResourceID(StableID.uuid(of: "configuration:" + name))
    }

    func create(_ draft: ConfigurationDraft) async throws -> Configuration {
        let draft = scheduled(draft, before: nil)
        let used = try await catalog.configurations.usedIDs()
        let byName = Self.id(forName: draft.name)
        let id = draft.id ?? (used.contains(byName.rawValue) ? ResourceID(makeID()) : byName)
        return try await change { known in
            if draft.id != nil, used.contains(id.rawValue), !known.existing.contains(where: { $0.id == id }) {
                throw BackupError(
                    .conflict,
                    "the id '\(id)' was that of a configuration before",
                    fix: "Leave the id out: a new one is made."
                )
            }
            if let other = known.existing.first(where: { $0.id == id }), other.draft.name != draft.name {
                throw BackupError(.conflict, "another configuration has the id '\(id)'")
            }
            guard !known.existing.contains(where: { $0.draft.name == draft.name }) else {
                throw BackupError.nameTaken(draft.name)
            }
            return StoredConfiguration(id: id, draft: draft, isDeleted: false)
        }
    }

    func update(_ id: ResourceID<Configuration>, _ changes: ConfigurationChanges) async throws
        -> Configuration
    {
        try await change { known in
            var stored = try self.stored(id, in: known)
            guard !stored.isDeleted else { throw known.unknown(id) }
            stored.draft = self.scheduled(stored.draft.changed(by: changes), before: stored.draft)
            guard !known.existing.contains(where: { $0.id != id && $0.draft.name == stored.draft.name })
            else {
                throw BackupError.nameTaken(stored.draft.name)
            }
            return stored
        }
    }

    func delete(_ id: ResourceID<Configuration>) async throws {
        _ = try await change { known in
            var stored = try self.stored(id, in: known)
            stored.isDeleted = true
            return stored
        }
    }

    /// Decides on the configuration to store, checks it, and answers it.
    private func change(
        _ decide: @escaping @Sendable (KnownConfigurations) throws -> StoredConfiguration
    ) async throws -> Configuration {
        let ofSettings = ofSettings.withLock { $0 }
        let last = try await catalog.lastCompleted()
        return try await catalog.configurations.change(now: now()) { stored in
            let changed = try decide(KnownConfigurations(ofSettings: ofSettings, stored: stored))
            let problems = changed.isDeleted ? [] : changed.draft.allProblems
            guard problems.isEmpty else {
                throw BackupError.invalidConfiguration(changed.draft.name, problems: problems)
            }
            return (changed, self.resource(changed, last))
        }
    }

    /// A configuration that can be changed. Throws `conflict` for one of the settings.
    private func stored(_ id: ResourceID<Configuration>, in known: KnownConfigurations) throws
        -> StoredConfiguration
    {
        let found = try known.configuration(id)
        guard ofSettings.withLock({ $0 }).drafts.contains(where: { $0.id == id }) else { return found }
        let place = settingsFile.map { "the file '\($0)'" } ?? "the settings"
        throw BackupError(
            .conflict,
            "configuration '\(found.draft.name)' stands in \(place) and cannot be changed here",
            fix: "Change it there, then open the site again."
        )
    }

    /// A new schedule begins now, in whole seconds (contract 1.6, 3.7); a client cannot say when.
    private func scheduled(_ draft: ConfigurationDraft, before: ConfigurationDraft?)
        -> ConfigurationDraft
    {
        var draft = draft
        let isSame =
            draft.schedule?.recurrence == before?.schedule?.recurrence
            && draft.schedule?.timeZone == before?.schedule?.timeZone
        draft.schedule?.start = isSame ? before?.schedule?.start : Timestamp(second: now().second)
        return draft
    }

    private func resource(
        _ configuration: StoredConfiguration,
        _ last: [ResourceID<Configuration>: ResourceID<Backup>]
    ) -> Configuration {
        var resource = configuration.draft.resource(
            id: configuration.id,
            agent: agent,
            lastCompleted: last[configuration.id]
        )
        resource.deleted = configuration.isDeleted
        // Where backups stay for ever there is nothing to say of when they go.
        let hasPolicy = RetentionPolicy(configuration.draft) != nil
        resource.cleanup = hasPolicy ? configuration.draft.cleanup ?? cleanup : nil
        return resource.withNextBackup(after: now())
    }
}

extension ConfigurationDraft {
    /// What breaks the contract, or else the schedule that cannot be followed here, as in a zone that is not known.
    fileprivate var allProblems: [String] {
        let found = problems
        guard found.isEmpty, let schedule, let problem = Recurrence.problem(of: schedule) else {
            return found
        }
        return [problem]
    }
}
