import ArgumentParser
import BackupAPI
import LocalBackup
import PluginHost

/// Which groups of snapshots are meant.
struct GroupChoice: ParsableArguments {
    @Argument(help: "Ids of groups.")
    var ids: [String] = []

    @Option(help: ArgumentHelp("Those of this host.", valueName: "name"))
    var host: String?

    @Option(
        name: .customLong("path"),
        help: ArgumentHelp("With --host: those of just these paths; once for each.", valueName: "path")
    )
    var paths: [String] = []

    func validate() throws {
        if !paths.isEmpty, host == nil { throw ValidationError("--path goes with --host.") }
        if (ids + [host].compactMap { $0 } + paths).contains("") {
            throw ValidationError("An id, a host or a path is empty.")
        }
    }

    var isEmpty: Bool { ids.isEmpty && host == nil }

    /// The groups that are meant, each once. Throws where one is meant that is not there.
    func chosen(from groups: [SnapshotGroup]) throws -> [SnapshotGroup] {
        var wanted: Set<String> = []
        for id in ids {
            guard let found = groups.first(where: { $0.id == id }) else {
                throw CommandError(
                    "the repository has no group of snapshots '\(id)'",
                    fix: groups.map(\.id).nearest(to: id).map { "Did you mean '\($0)'?" }
                        ?? "'moonkeep adopt' shows them."
                )
            }
            wanted.insert(found.id)
        }
        if let host {
            let ofHost = groups.filter { $0.host == host }
            let found = paths.isEmpty ? ofHost : ofHost.filter { $0.paths == paths.sorted() }
            guard !found.isEmpty else { throw missing(host, ofHost, groups) }
            wanted.formUnion(found.map(\.id))
        }
        return groups.filter { wanted.contains($0.id) }
    }

    private func missing(_ host: String, _ ofHost: [SnapshotGroup], _ groups: [SnapshotGroup]) -> CommandError
    {
        guard ofHost.isEmpty else {
            let known = Set(ofHost.map { $0.paths.joined(separator: " and ") }).sorted()
            return CommandError(
                "host '\(host)' has no snapshots of just \(paths.map { "'\($0)'" }.joined(separator: " and "))",
                fix: "It has some of \(known.prefix(5).joined(separator: "; "))."
            )
        }
        let hosts = Set(groups.map(\.host)).sorted()
        return CommandError(
            "the repository has no snapshots of host '\(host)'",
            fix: hosts.nearest(to: host).map { "Did you mean '\($0)'?" }
                ?? (hosts.isEmpty
                    ? "It has none at all." : "It has some of \(hosts.prefix(10).joined(separator: ", ")).")
        )
    }
}

/// Groups of snapshots as a person, or a program, gets them.
struct GroupTable {
    private let groups: [SnapshotGroup]

    init(_ groups: [SnapshotGroup]) {
        self.groups = groups
    }

    func show(json: Bool) throws {
        if json { return Console.standardOutput.writeLine(try JSONText.encode(groups, layout: .pretty)) }
        guard !groups.isEmpty else {
            return Console.standardOutput.writeLine("The repository has no snapshot.")
        }
        let table = TextTable(
            columns: ["group", "host", "snapshots", "listed", "newest", "whose", "tags", "paths"],
            rows: groups.map { group in
                [
                    group.id, group.host, "\(group.snapshots.count)", "\(group.listed)",
                    group.newest?.local ?? "", group.owner.text,
                    group.tags.joined(separator: ", "), group.paths.joined(separator: ", "),
                ]
                .map(\.printable)
            },
            rightAligned: [2, 3]
        )
        for line in table.lines() { Console.standardOutput.writeLine(line) }
    }
}

extension SnapshotGroup.Owner {
    fileprivate var text: String {
        switch self {
        case .nobody: "nobody's"
        case .this: "this site's"
        case .other: "another site's"
        }
    }
}
