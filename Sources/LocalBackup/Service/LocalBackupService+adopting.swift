public import BackupAPI
import HostSystem

/// What a person takes in of a repository that another tool, another site, or a lost machine has written.
extension LocalBackupService {
    /// What came of taking snapshots in.
    public struct Adoption: Encodable, Sendable {
        /// Backups that are listed from now on.
        public let added: Int
        /// Snapshots whose tags were changed; restic gives those other ids.
        public let marked: Int
    }

    /// The snapshots of a repository in groups, whoever's they are; the one with the newest snapshot first.
    ///
    /// Throws `repository_locked`, `repository_missing`, `wrong_password` and `tool_missing`.
    public func snapshotGroups(in repository: String? = nil) async throws -> [SnapshotGroup] {
        try await lookAround()
        let site = try site.at(repository)
        let all = try await reading("adoption", in: site) { spool in
            try await site.tool.snapshots(in: spool, activity: "look at the snapshots")
        }
        return SnapshotGroup.all(
            in: all,
            agent: agent,
            host: site.hostName,
            listed: BackupIndex(try await site.restorableBackups())
        )
    }

    /// Takes snapshots in as backups of a configuration: they are listed, browsed, restored and cleaned up as its own ones.
    ///
    /// They get the tags by which the site knows its snapshots, which gives them other ids; what is in them stays as it is. One
    /// that was taken in already is left alone. Throws `conflict` for snapshots of another agent unless they are to be
    /// taken from it, and for those of another configuration of this site; `repository_locked` while this site uses the
    /// repository; and `unknown_configuration`.
    public func adopt(
        _ snapshots: [String],
        as configuration: ResourceID<Configuration>,
        in repository: String? = nil,
        takingFromOthers: Bool = false
    ) async throws -> Adoption {
        let known = try await site.configurations.known()
        _ = try known.draft(configuration)
        let stored = try known.configuration(configuration)
        try await lookAround()
        let result = try await adopting(in: repository) { adopter in
            try await adopter.adopt(snapshots, as: stored, takingFromOthers: takingFromOthers)
        }
        return Adoption(added: result.added, marked: result.marked)
    }

    /// Takes in all that an agent has made, each as a backup of the configuration that it was made for: after the state of a site
    /// was lost, all that the repository has of it.
    ///
    /// Where nothing was begun with this state folder yet, this machine becomes that agent, from the next time that
    /// a service is opened, and no snapshot is changed; else those of the agent are taken from it. Throws as `adopt`.
    public func adoptAll(of agent: ResourceID<Agent>) async throws -> Adoption {
        try await lookAround()
        var whole = Adopter.Result()
        var isResumed: Bool?
        for repository in site.repositories.names {
            let result = try await adopting(in: repository) { adopter in
                try await adopter.adoptAll(of: agent, isResumed: &isResumed)
            }
            whole.added += result.added
            whole.marked += result.marked
        }
        return Adoption(added: whole.added, marked: whole.marked)
    }

    /// The host's name as its snapshots have it.
    public var snapshotHost: String { site.hostName }

    private func adopting(in repository: String?, _ work: (Adopter) async throws -> Adopter.Result)
        async throws
        -> Adopter.Result
    {
        let result = try await using(repository, .exclusive) { site, lock in
            try await site.tool.removeLostLocks(lock: lock, activity: "adoption")
            return try await site.folder.withSpool("adopt-" + Self.randomID()) { spool in
                try await work(Adopter(site: site, lock: lock, spool: spool))
            }
        }
        site.bell.ring()
        return result
    }
}
