import BackupAPI
import HostSystem

/// Takes snapshots in that this catalog does not know. Whoever uses it has the repository's lock, exclusively.
struct Adopter: Sendable {
    let site: RunSite
    let lock: FileLock
    let spool: Spool

    /// What a taking in did.
    struct Result: Sendable {
        /// Backups that are listed from now on.
        var added = 0
        /// Snapshots whose tags were changed, which gives them other ids.
        var marked = 0
    }

    /// Takes snapshots in as backups of a configuration. Throws `conflict` for one that is another's already, unless it is to
    /// be taken away from them.
    func adopt(_ ids: [String], as configuration: StoredConfiguration, takingFromOthers isForced: Bool)
        async throws
        -> Result
    {
        let all = try await snapshots()
        let wanted = Set(ids)
        // One that was taken in meanwhile has another id.
        let chosen = all.filter { wanted.contains($0.id) || wanted.contains($0.original ?? "") }
        guard !chosen.isEmpty else {
            throw BackupError(
                .conflict,
                "none of these \(ids.count) snapshots is in the repository any more",
                fix: "Look at the groups again."
            )
        }
        try await refuseOwn(in: chosen, configuration)
        if !isForced { try refuseOthers(in: chosen) }
        return try await take(chosen, agent: site.agent) { _ in configuration.id.rawValue }
    }

    /// Takes in all that an agent has made, each as a backup of the configuration that it was made for, and what this one has
    /// made and does not know of. Where nothing was begun here yet this machine becomes that agent, and no snapshot is changed.
    /// Of several repositories the first one decides that: `isResumed` is what came of it.
    func adoptAll(of agent: ResourceID<Agent>, isResumed: inout Bool?) async throws -> Result {
        let all = try await snapshots()
        let isAgent: Bool
        if let isResumed {
            isAgent = isResumed
        } else {
            isAgent = try await site.catalog.host.resume(agent, on: MachineID.current())
            isResumed = isAgent
        }
        let chosen = all.filter {
            $0.belongs(to: agent, host: site.hostName) || $0.belongs(to: site.agent, host: site.hostName)
        }
        return try await take(chosen, agent: isAgent ? agent : site.agent) { $0.tag("configuration") ?? "" }
    }

    /// Marks what is not marked yet, and lists all of it.
    private func take(
        _ chosen: [ResticSnapshot],
        agent: ResourceID<Agent>,
        configuration: (ResticSnapshot) -> String
    ) async throws -> Result {
        var result = Result()
        var failure: (any Error)?
        // Without an agent's tag one of our own host stays as it is.
        let strangers = chosen.filter {
            $0.tag("configuration") != configuration($0) || !$0.belongs(to: agent, host: site.hostName)
        }
        for (configuration, snapshots) in Dictionary(grouping: strangers, by: configuration)
        where failure == nil {
            do {
                try await mark(snapshots, agent: agent, configuration: configuration)
                result.marked += snapshots.count
            } catch {
                // What was marked until then is listed all the same.
                failure = error
            }
        }
        let meant = Set(chosen.map { $0.original ?? $0.id })
        let now = result.marked > 0 || failure != nil ? try await snapshots() : chosen
        let known = BackupIndex(try await site.restorableBackups())
        let names = try await names()
        let repository = try await site.tool.repositoryID(lock: lock)
        let ours = now.filter {
            meant.contains($0.original ?? $0.id) && $0.belongs(to: agent, host: site.hostName)
        }
        let rows = ours.filter { known.backup(of: $0) == nil }
            .compactMap { BackupRow(adopting: $0, in: repository, named: site.repository.name, names: names) }
            .sorted { $0.createdTime < $1.createdTime }
        // Those of a configuration that is not here any more are of the one that takes its place.
        let moved = ours.compactMap { snapshot -> BackupRow? in
            guard var row = known.backup(of: snapshot), let configuration = snapshot.tag("configuration"),
                row.configurationID != configuration
            else { return nil }
            row.configurationID = configuration
            row.configurationName = names[configuration] ?? configuration
            return row
        }
        result.added = try await site.catalog.adopt(rows, moving: moved)
        try await site.catalog.host.rememberRepository(site.repository.settings.address, now: site.now())
        if let failure { throw failure }
        return result
    }

    private func mark(_ snapshots: [ResticSnapshot], agent: ResourceID<Agent>, configuration: String)
        async throws
    {
        let adding = [
            ResticCommand.tag("configuration", configuration), ResticCommand.tag("agent", agent.rawValue),
        ]
        let removing = Set(snapshots.flatMap { $0.tags ?? [] }).subtracting(adding).filter {
            $0.hasPrefix("configuration:") || $0.hasPrefix("agent:")
        }
        // A thousand ids are 65 KB of arguments, which may have two megabytes.
        for start in stride(from: 0, to: snapshots.count, by: 1_000) {
            let some = snapshots[start..<min(start + 1_000, snapshots.count)].map(\.id)
            let arguments = ResticCommand.mark(some, adding: adding, removing: removing.sorted())
            let answer = try await site.tool.restic(arguments, deadline: .seconds(3_600), lock: lock)
            guard answer.exitCode == 0 else {
                throw await site.tool.failure(of: answer, activity: "adoption")
            }
        }
    }

    /// Throws where a snapshot is of another configuration that this site has.
    private func refuseOwn(in chosen: [ResticSnapshot], _ configuration: StoredConfiguration) async throws {
        let known = try await site.configurations.known().existing.filter { $0.id != configuration.id }
        let names = Dictionary(known.map { ($0.id.rawValue, $0.draft.name) }, uniquingKeysWith: { $1 })
        for snapshot in chosen where snapshot.belongs(to: site.agent, host: site.hostName) {
            guard let name = snapshot.tag("configuration").flatMap({ names[$0] }) else { continue }
            throw BackupError(
                .conflict,
                "snapshot '\(snapshot.id.prefix(8))' is of this site's configuration '\(name)'",
                fix: "It is listed, restored and cleaned up as one of that."
            )
        }
    }

    /// Throws where a snapshot is another site's.
    private func refuseOthers(in chosen: [ResticSnapshot]) throws {
        for snapshot in chosen where !snapshot.belongs(to: site.agent, host: site.hostName) {
            guard snapshot.tag("configuration") != nil || snapshot.tag("agent") != nil else { continue }
            let host = snapshot.hostname ?? ""
            let owner = snapshot.tag("agent").map { "agent '\($0)' on host '\(host)'" } ?? "host '\(host)'"
            throw BackupError(
                .conflict,
                "snapshot '\(snapshot.id.prefix(8))' belongs to another site, to \(owner), which may go on with it and clean it up",
                fix: "If that site is gone for good, take its snapshots away from it with --from-others."
            )
        }
    }

    /// The names that configurations have, or had at their last backup.
    private func names() async throws -> [String: String] {
        let known = try await site.configurations.known().all.map { ($0.id.rawValue, $0.draft.name) }
        return try await site.catalog.configurationNames().merging(known) { $1 }
    }

    private func snapshots() async throws -> [ResticSnapshot] {
        try await site.tool.snapshots(in: spool, activity: "adoption")
    }
}
