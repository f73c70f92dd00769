import BackupAPI
import LocalBackup
import PluginHost

/// Brings back what the repository has of a site whose state folder was lost.
struct LostSite {
    private let site: Site
    private let service: LocalBackupService
    private let groups: [SnapshotGroup]
    private let answer: (String) throws -> Bool
    private let json: Bool

    init(
        _ site: Site,
        _ service: LocalBackupService,
        _ groups: [SnapshotGroup],
        answer: @escaping (String) throws -> Bool,
        json: Bool
    ) {
        (self.site, self.service, self.groups) = (site, service, groups)
        (self.answer, self.json) = (answer, json)
    }

    /// Takes in what an agent has made; without its id that of the one agent whose host and configurations are this site's.
    func adopt(_ named: String?) async throws {
        guard try !ServeNotice.isServed(site.stateFolder) else {
            throw CommandError(
                "'moonkeep serve' runs on this site",
                fix: "Stop it first: it goes on as the agent that the site is without its lost state.",
                status: ExitStatus.failed
            )
        }
        let own = try await service.agents().first?.id
        guard let agent = try await agent(named, own: own) ?? own else { return }
        let meant = groups.filter { $0.agent == agent || $0.owner == .this }
        if !json { try GroupTable(meant).show(json: false) }
        guard
            try answer(
                "Is the site that made these gone, or was this it, and shall this machine go on as it (agent \(agent))?"
            )
        else { throw ExitStatus.failed }
        let done = try await service.adoptAll(of: agent)
        if json { return Console.standardOutput.writeLine(try JSONText.encode(done, layout: .pretty)) }
        Console.standardOutput.writeLine(
            "\(done.added) \(done.added == 1 ? "backup is" : "backups are") listed again"
        )
        Console.standardOutput.writeLine(Self.lost)
    }

    /// Which agent this site was; `nil` where only its own snapshots are not listed.
    private func agent(_ named: String?, own: ResourceID<Agent>?) async throws -> ResourceID<Agent>? {
        let agents = Set(groups.compactMap(\.agent))
        if let named {
            let found = agents.first { $0.rawValue == named }
            guard let found else {
                throw CommandError(
                    "the repository has no snapshots of agent '\(named)'",
                    fix: known(agents, own)
                )
            }
            return found
        }
        let hosts = Dictionary(
            try await service.configurations().map { ($0.id, $0.options.host ?? service.snapshotHost) },
            uniquingKeysWith: { first, _ in first }
        )
        let alike = groups.filter { group in
            group.owner == .other && group.configuration.flatMap { hosts[$0] } == group.host
        }
        let candidates = Set(alike.compactMap(\.agent))
        if candidates.count == 1 { return candidates.first }
        if candidates.isEmpty, groups.contains(where: { $0.owner == .this }) { return nil }
        throw CommandError(
            candidates.isEmpty
                ? "no snapshot in the repository was made on host '\(service.snapshotHost)' for a configuration of this site"
                : "\(candidates.count) sites have made snapshots on host '\(service.snapshotHost)' for configurations of these ids",
            fix: known(candidates.isEmpty ? agents : candidates, own)
        )
    }

    private func known(_ agents: Set<ResourceID<Agent>>, _ own: ResourceID<Agent>?) -> String {
        let others = agents.filter { $0 != own }.sorted { $0.rawValue < $1.rawValue }
        guard !others.isEmpty else {
            return "'moonkeep adopt' shows what it has; groups of plain restic are taken in with --as."
        }
        let lines = others.prefix(10).map { agent in
            let own = groups.filter { $0.agent == agent }
            let hosts = Set(own.map(\.host)).sorted().joined(separator: ", ")
            let newest = own.compactMap(\.newest).max()?.local ?? "unknown"
            return
                "\(agent) (host \(hosts), \(own.map(\.snapshots.count).reduce(0, +)) snapshots, newest \(newest))"
        }
        return "Name one with --agent: \(lines.joined(separator: "; "))."
    }

    private static let lost = """
        Not in the repository, and so not back: backups that failed, were stopped, skipped or missed; which backups ended with \
        errors, and what these were; events, reports, runs and their journals, restores and cleanups; configurations that \
        were not in \(Site.fileName). Of snapshots by restic before 0.17 also when they ended, and how much was new.
        """
}
