import BackupAPI

/// The configurations of the settings together with those of the catalog. Where both have one id, that of the settings
/// counts.
struct KnownConfigurations: Sendable {
    /// In the order of their names.
    let all: [StoredConfiguration]

    init(ofSettings settings: ConfigurationSet, stored: [StoredConfiguration]) {
        let fixed = settings.drafts.map { StoredConfiguration(id: $0.id, draft: $0.draft, isDeleted: false) }
        let ids = Set(fixed.map(\.id))
        all = (fixed + stored.filter { !ids.contains($0.id) }).sorted { $0.draft.name < $1.draft.name }
    }

    /// Those that are not deleted.
    var existing: [StoredConfiguration] { all.filter { !$0.isDeleted } }

    /// Those that are not deleted and have one of these ids; all of them for none. Throws `unknown_configuration`.
    func existing(_ ids: [ResourceID<Configuration>]) throws -> [StoredConfiguration] {
        guard !ids.isEmpty else { return existing }
        for id in ids { _ = try draft(id) }
        return existing.filter { ids.contains($0.id) }
    }

    /// One of them, also a deleted one. Throws `unknown_configuration`.
    func configuration(_ id: ResourceID<Configuration>) throws -> StoredConfiguration {
        guard let found = all.first(where: { $0.id == id }) else { throw unknown(id) }
        return found
    }

    /// What can be started. Throws `unknown_configuration`, for a deleted one too.
    func draft(_ id: ResourceID<Configuration>) throws -> ConfigurationDraft {
        let found = try configuration(id)
        guard !found.isDeleted else { throw unknown(id) }
        return found.draft
    }

    func unknown(_ id: ResourceID<Configuration>) -> BackupError {
        BackupError.unknownConfiguration(id.rawValue, known: existing.map(\.draft.name))
    }
}
