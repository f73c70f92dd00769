import BackupAPI

/// What not every version of restic knows with which the service works.
struct ResticFeature: Hashable, Sendable {
    /// What asks for it, as in `'read_concurrency' of the configuration 'web'`.
    var place: String
    /// The oldest version that knows it.
    var since: ResticVersion

    init(_ key: String, of owner: String, since numbers: Int...) {
        place = "'\(key)' of \(owner)"
        since = ResticVersion(numbers: numbers)
    }

    /// What a configuration's options ask for.
    static func needed(by draft: ConfigurationDraft) -> [ResticFeature] {
        let owner = "the configuration '\(draft.name)'"
        var needed: [ResticFeature] = []
        if draft.options.readConcurrency != nil {
            needed.append(ResticFeature("read_concurrency", of: owner, since: 0, 15, 0))
        }
        if draft.options.skipIfUnchanged {
            needed.append(ResticFeature("skip_if_unchanged", of: owner, since: 0, 17, 0))
        }
        return needed
    }
}
