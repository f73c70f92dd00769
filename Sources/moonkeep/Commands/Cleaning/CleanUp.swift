import ArgumentParser
import BackupAPI
import LocalBackup
import LuaKit
import PluginHost

struct CleanUp: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cleanup",
        abstract: "Removes the backups that the rules of their configurations do not keep, or shows which.",
        discussion: """
            What stays is said by 'keep' or 'retention' of each configuration; the newest complete backup of one always stays, \
            and so does what another site or tool has made. Then the data goes that no backup needs any more. It is a run \
            like that of a script: 'moonkeep runs' shows it, and 'moonkeep resume' goes on with it when it was killed.

            With --plan nothing is changed: it shows what would go, and why the others stay, in restic's words.
            """
    )

    @OptionGroup var site: SiteOptions

    @Flag(help: "JSON, for programs: the cleanup with the keys of the Cloud Backup API, or the plan.")
    var json = false

    @Flag(help: "Only show what would go and what stays; nothing is changed.")
    var plan = false

    @Argument(help: "The names or ids of configurations; all of them without one.")
    var names: [String] = []

    func validate() throws {
        guard names.count <= 1_000 else { throw ValidationError("At most 1000 names are taken.") }
    }

    func run() async throws {
        try await site.use { site, service in
            let chosen = try await configurations(of: service)
            if plan {
                guard let local = service as? LocalBackupService else {
                    throw CommandError(
                        "the service of this site does not say what a cleanup would do",
                        fix: "Only that of a repository of its own does."
                    )
                }
                return try CleanupPlanTable(try await local.cleanupPlans(of: chosen.map(\.id))).show(
                    json: json
                )
            }
            var arguments = LuaTableValue()
            if !chosen.isEmpty { arguments.fields["names"] = .array(chosen.map { .string($0.id.rawValue) }) }
            var output = RunOutput()
            (output.json, output.quiet) = (false, true)
            let result = try await site.run(
                .cleanup,
                .table(arguments),
                on: service,
                showing: output,
                hasSummary: false
            )
            if let id = result.values.first?["id"].text {
                let errors = try await service.errors(ofCleanup: ResourceID(id))
                try show(try await service.cleanup(ResourceID(id)), errors)
            }
            throw ExitStatus.of(result)
        }
    }

    /// Those that are named, each once. Throws for one whose backups stay for ever: nothing of it can go.
    private func configurations(of service: any BackupService) async throws -> [Configuration] {
        var chosen: [Configuration] = []
        for name in names {
            let found = try await service.configuration(idOrName: name)
            guard plan || found.keep != nil || found.retention.days > 0 else {
                throw CommandError(
                    "the backups of '\(found.name)' stay for ever, and nothing of it can be cleaned up",
                    fix:
                        "Give it 'keep' or 'retention': 'moonkeep help \(Site.fileName) configurations.keep' says how."
                )
            }
            if !chosen.contains(where: { $0.id == found.id }) { chosen.append(found) }
        }
        return chosen
    }

    private func show(_ cleanup: Cleanup, _ errors: ErrorList) throws {
        guard !json else {
            return Console.standardOutput.writeLine(try JSONText.encode(cleanup, layout: .pretty))
        }
        let count = cleanup.snapshotIDs.count
        let removed = count == 0 ? "no backup" : count == 1 ? "1 backup" : "\(count) backups"
        let freed = max(0, cleanup.bytesBefore - cleanup.bytesAfter)
        Console.standardOutput.writeLine(
            "removed \(removed), \(Figures.bytes(freed)) of the repository freed"
        )
        for line in (errors.diagnostics ?? "").split(separator: "\n") {
            Console.standardOutput.writeLine("  \(String(line).printable)")
        }
    }
}
