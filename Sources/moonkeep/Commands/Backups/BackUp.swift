import ArgumentParser
import BackupAPI
import LuaKit
import PluginHost

struct BackUp: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Backs up configurations of the site, and reports them.",
        discussion: """
            It is a run like that of a script: 'moonkeep runs' shows it, and 'moonkeep resume' goes on with it when it was \
            killed. One that fails does not keep the others from being backed up; the exit code is that of the worst. Ctrl-C \
            stops the backups; a second one leaves them running.
            """
    )

    @OptionGroup var site: SiteOptions

    @OptionGroup var output: RunOutput

    @Flag(help: "All configurations, but for those that are disabled.")
    var all = false

    @Argument(help: "The names or ids of configurations.")
    var names: [String] = []

    func validate() throws {
        guard !all || names.isEmpty else { throw ValidationError("--all and names exclude one another.") }
        guard names.count <= 1_000 else { throw ValidationError("At most 1000 names are taken; use --all.") }
    }

    func run() async throws {
        try await site.use { site, service in
            let names = try await chosen(from: try await service.configurations())
            let result = try await site.run(
                .backup,
                .array(names.map { .string($0) }),
                on: service,
                showing: output
            )
            throw ExitStatus.of(result, isCleanedUp: await site.cleanUpWhatIsDue(service))
        }
    }

    /// The names of what is backed up, each once; all are known before anything begins.
    private func chosen(from configurations: [Configuration]) async throws -> [String] {
        let known = configurations.map(\.name)
        guard all || !names.isEmpty else {
            throw CommandError(
                "there is no configuration to back up: none is named",
                fix: known.isEmpty
                    ? "Add one to \(Site.fileName), or see 'moonkeep configurations create'."
                    : "Name some of \(known.prefix(20).map { "'\($0)'" }.joined(separator: ", ")), or say --all."
            )
        }
        guard !all else {
            let enabled = configurations.filter(\.enabled).map(\.name)
            guard enabled.isEmpty else { return enabled }
            throw CommandError(
                "there is no configuration that is enabled",
                fix: known.isEmpty
                    ? "Add one to \(Site.fileName), or see 'moonkeep configurations create'."
                    : "'moonkeep configurations enable NAME' enables one."
            )
        }
        var chosen: [String] = []
        for name in names {
            let found = try configurations.configuration(idOrName: name)
            if !chosen.contains(found.name) { chosen.append(found.name) }
        }
        return chosen
    }
}
