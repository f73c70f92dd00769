public import BackupAPI

extension LocalBackupService {
    /// All configurations that are not deleted, those of the settings and those that were made here, in the order of
    /// their names.
    public func configurations() async throws -> [Configuration] {
        let known = try await knownConfigurations()
        let last = try await site.catalog.lastCompleted()
        return try known.existing.map { try resource($0, last) }
    }

    /// One configuration, also a deleted one. Throws `unknown_configuration`.
    public func configuration(_ id: ResourceID<Configuration>) async throws -> Configuration {
        let known = try await knownConfigurations()
        return try resource(known.configuration(id), try await site.catalog.lastCompleted())
    }

    /// Makes a configuration; see `BackupService`. Without an id of its own it gets one that depends on nothing but its
    /// name, or a random one where that was used before: what was backed up under an id stays with it.
    public func create(_ draft: ConfigurationDraft) async throws -> Configuration {
        let draft = scheduled(draft, before: nil)
        let used = try await site.catalog.usedConfigurationIDs()
        let byName = Self.configurationID(forName: draft.name)
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

    /// Changes a configuration that was made here; see `BackupService`. Throws `conflict` for one of the settings.
    public func update(_ id: ResourceID<Configuration>, _ changes: ConfigurationChanges) async throws
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

    /// Deletes a configuration that was made here; see `BackupService`. Throws `conflict` for one of the settings.
    public func delete(_ id: ResourceID<Configuration>) async throws {
        _ = try await change { known in
            var stored = try self.stored(id, in: known)
            stored.isDeleted = true
            return stored
        }
    }

    /// What can be started now, and what could.
    nonisolated func knownConfigurations() async throws -> KnownConfigurations {
        KnownConfigurations(
            ofSettings: configurationSet,
            stored: try await site.catalog.storedConfigurations()
        )
    }

    /// Decides on the configuration to store, checks it, and answers it.
    private nonisolated func change(
        _ decide: @escaping @Sendable (KnownConfigurations) throws -> StoredConfiguration
    ) async throws -> Configuration {
        let ofSettings = configurationSet
        let last = try await site.catalog.lastCompleted()
        return try await site.catalog.changeConfigurations(now: site.now()) { stored in
            let changed = try decide(KnownConfigurations(ofSettings: ofSettings, stored: stored))
            let problems = changed.isDeleted ? [] : changed.draft.allProblems
            guard problems.isEmpty else {
                throw BackupError.invalidConfiguration(changed.draft.name, problems: problems)
            }
            return (changed, try self.resource(changed, last))
        }
    }

    /// A configuration that can be changed. Throws `conflict` for one of the settings.
    private nonisolated func stored(_ id: ResourceID<Configuration>, in known: KnownConfigurations) throws
        -> StoredConfiguration
    {
        let found = try known.configuration(id)
        guard configurationSet.drafts.contains(where: { $0.id == id }) else { return found }
        let place = site.settings.configurationFile.map { "the file '\($0)'" } ?? "the settings"
        throw BackupError(
            .conflict,
            "configuration '\(found.draft.name)' stands in \(place) and cannot be changed here",
            fix: "Change it there, then open the site again."
        )
    }

    /// A new schedule begins now, in whole seconds (contract 1.6, 3.7); a client cannot say when.
    private nonisolated func scheduled(_ draft: ConfigurationDraft, before: ConfigurationDraft?)
        -> ConfigurationDraft
    {
        var draft = draft
        let isSame =
            draft.schedule?.recurrence == before?.schedule?.recurrence
            && draft.schedule?.timeZone == before?.schedule?.timeZone
        let now = Timestamp(second: site.now().second)
        draft.schedule?.start = isSame ? before?.schedule?.start : now
        return draft
    }

    private nonisolated func resource(
        _ configuration: StoredConfiguration,
        _ last: [ResourceID<Configuration>: ResourceID<Backup>]
    ) throws -> Configuration {
        var resource = configuration.draft.resource(
            id: configuration.id,
            agent: agent,
            lastCompleted: last[configuration.id]
        )
        resource.deleted = configuration.isDeleted
        return resource.withNextBackup(after: site.now())
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
