import ArgumentParser
import BackupAPI
import LocalBackup
import PluginHost

struct Adopt: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt",
        abstract:
            "Shows what the repository has, and takes snapshots of restic, of another tool or of a lost site in.",
        discussion: """
            Without --as it shows the snapshots in groups: each host's with the same paths and tags. With --as those of the \
            chosen groups become backups of that configuration: they are listed, browsed, restored, and cleaned up by its \
            rules, together with its own as one history. They get this site's tags, which gives them other ids; what is in them \
            stays as it is.

            With --all-of-this-site, after the state folder was lost, all comes back that the repository has of this site: keep \
            the repository, its password and \(Site.fileName), and no more is needed.
            """
    )

    @OptionGroup var site: SiteOptions

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp("The configuration that they become backups of.", valueName: "configuration")
    )
    var target: String?

    @OptionGroup var choice: GroupChoice

    @Flag(help: "Take in all that this site made before its state folder was lost.")
    var allOfThisSite = false

    @Option(
        help: ArgumentHelp(
            "With --all-of-this-site: who this site was, where that is not clear by its host and configurations.",
            valueName: "id"
        )
    )
    var agent: String?

    @Flag(help: "Take snapshots away from another site, which is gone for good.")
    var fromOthers = false

    @Flag(help: "Take them in without asking.")
    var yes = false

    @Flag(help: "JSON, for programs.")
    var json = false

    func validate() throws {
        if allOfThisSite, target != nil || !choice.isEmpty || fromOthers {
            throw ValidationError(
                "--all-of-this-site goes with no group, --host, --path, --as and --from-others."
            )
        }
        if agent != nil, !allOfThisSite { throw ValidationError("--agent goes with --all-of-this-site.") }
        if target != nil, choice.isEmpty {
            throw ValidationError("--as needs groups: their ids, or --host.")
        }
        if target == nil, fromOthers { throw ValidationError("--from-others goes with --as.") }
    }

    func run() async throws {
        try await CommandError.naming {
            let site = try site.open()
            let service = try await site.openLocalService()
            do {
                let groups = try await service.snapshotGroups()
                if allOfThisSite {
                    try await LostSite(site, service, groups, answer: answer, json: json).adopt(agent)
                } else if let target {
                    try await adopt(choice.chosen(from: groups), as: target, service)
                } else {
                    try GroupTable(choice.isEmpty ? groups : choice.chosen(from: groups)).show(json: json)
                }
            } catch {
                await service.shutdown()
                throw error
            }
            await service.shutdown()
        }
    }

    private func adopt(_ groups: [SnapshotGroup], as target: String, _ service: LocalBackupService)
        async throws
    {
        let configuration = try await service.configuration(idOrName: target)
        let count = groups.map(\.snapshots.count).reduce(0, +)
        if !json {
            try GroupTable(groups).show(json: false)
            let places = Set(groups.map { [$0.host] + $0.paths })
            if places.count > 1 {
                Console.standardOutput.writeLine(
                    "They are of \(places.count) places and become one history: 'keep' and 'retention' count all of them together."
                )
            }
        }
        let what = count == 1 ? "this snapshot" : "these \(count) snapshots"
        guard try answer("Shall \(what) become backups of '\(configuration.name)'?") else {
            throw ExitStatus.failed
        }
        let done = try await service.adopt(
            groups.flatMap(\.snapshots),
            as: configuration.id,
            takingFromOthers: fromOthers
        )
        if json { return Console.standardOutput.writeLine(try JSONText.encode(done, layout: .pretty)) }
        Console.standardOutput.writeLine(
            "\(done.added) \(done.added == 1 ? "backup" : "backups") more of '\(configuration.name)'"
                .withoutControls
        )
        if configuration.keep != nil || configuration.retention.days > 0 {
            Console.standardOutput.writeLine(
                "Its rules count for them too: 'moonkeep cleanup --plan' shows what a cleanup would remove."
            )
        }
    }

    /// Asks the person at the terminal, unless it was said that nobody is to be asked. Throws where nobody can be.
    private func answer(_ question: String) throws -> Bool {
        if yes { return true }
        guard !json, QuestionPrompt.canAsk else {
            throw CommandError(
                "nobody can be asked whether to take them in",
                fix: "Look at what is shown without --as; if it is what you mean, run this with --yes."
            )
        }
        Console.standardError.write("\(question.printable) [y/N] ")
        return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
    }
}
