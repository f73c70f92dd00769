import BackupAPI

/// What not every version of restic knows with which the service works.
struct ResticFeature: Hashable, Sendable {
    /// What asks for it, as in `'read_concurrency' of the configuration 'web'`.
    var place: String
    /// The oldest version that knows it.
    var since: ResticVersion

    init(_ key: String, of owner: String, since numbers: Int...) {
        self.init(key, of: owner, since: ResticVersion(numbers: numbers))
    }

    init(_ key: String, of owner: String, since: ResticVersion) {
        place = "'\(key)' of \(owner)"
        self.since = since
    }

    /// What a configuration's options and its repository ask for.
    static func needed(by draft: ConfigurationDraft, in repository: RepositorySettings) -> [ResticFeature] {
        let owner = "the configuration '\(draft.name)'"
        var needed = ConnectionVariable.needed(by: repository)
        if repository.options.keys.contains("sftp.args") {
            needed.append(
                ResticFeature("sftp.args", of: "the repository '\(repository.name)'", since: 0, 16, 1)
            )
        }
        if draft.options.readConcurrency != nil {
            needed.append(ResticFeature("read_concurrency", of: owner, since: 0, 15, 0))
        }
        if draft.options.skipIfUnchanged {
            needed.append(ResticFeature("skip_if_unchanged", of: owner, since: 0, 17, 0))
        }
        return needed
    }
}
