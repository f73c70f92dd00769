import ArgumentParser
import BackupAPI
import PluginHost

struct Configurations: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "configurations",
        abstract: "Lists the configurations of the site, shows, makes or changes one.",
        subcommands: [
            ShowConfigurations.self, CreateConfiguration.self, EditConfiguration.self,
            EnableConfiguration.self, DisableConfiguration.self, DeleteConfiguration.self,
        ],
        defaultSubcommand: ShowConfigurations.self
    )
}

struct ShowConfigurations: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Lists the configurations of the site, or shows one."
    )

    @OptionGroup var site: SiteOptions

    @Flag(help: "JSON with the keys of the Cloud Backup API, for programs.")
    var json = false

    @Argument(help: "A configuration's id or name.")
    var name: String?

    func run() async throws {
        try await CommandError.naming {
            let service = try await site.open().openService()
            if let name {
                try show(try await service.configuration(idOrName: name))
            } else {
                try show(try await service.configurations())
            }
            await service.shutdown()
        }
    }

    private func show(_ configurations: [Configuration]) throws {
        if json {
            return Console.standardOutput.writeLine(
                try JSONText.encode(configurations.map(DetailedConfiguration.init), layout: .pretty)
            )
        }
        guard !configurations.isEmpty else {
            return Console.standardOutput.writeLine(
                "There are no configurations yet; add them to moonkeep.yaml, or see 'moonkeep configurations create'."
            )
        }
        let table = TextTable(
            columns: ["name", "id", "retention", "schedule", "paths"],
            rows: configurations.map { configuration in
                [
                    configuration.name, configuration.id.rawValue, configuration.retention.text,
                    configuration.schedule?.recurrence.first ?? "by hand",
                    configuration.inclusions.map(\.path).joined(separator: ", "),
                ]
            }
        )
        for line in table.lines() { Console.standardOutput.writeLine(line) }
    }

    private func show(_ configuration: Configuration) throws {
        if json {
            return Console.standardOutput.writeLine(
                try JSONText.encode(DetailedConfiguration(configuration), layout: .pretty)
            )
        }
        let facts =
            [
                ["name", configuration.name], ["id", configuration.id.rawValue],
                ["enabled", configuration.enabled ? "yes" : "no"],
                ["retention", configuration.retention.text],
                ["schedule", configuration.schedule?.recurrence.first ?? "by hand"],
            ]
            + (configuration.schedule.map { [["zone", $0.timeZone]] } ?? []) + [
                ["last backup", configuration.backups.lastCompleted?.id.rawValue ?? "none"]
            ] + configuration.inclusions.map { ["inclusion", "\($0.path) (\($0.type.rawValue))"] }
            + configuration.exclusions.map { ["exclusion", "\($0.path) (\($0.type.rawValue))"] }
            + configuration.exclusionPatterns.map { ["exclusion", "\($0) (pattern)"] }
            + configuration.notifications.map { ["notification", "\($0.type) \($0.destination)"] }
        for line in TextTable(columns: [], rows: facts).lines() { Console.standardOutput.writeLine(line) }
    }
}

extension Retention {
    fileprivate var text: String { days == 0 ? "for ever" : days == 1 ? "1 day" : "\(days) days" }
}
