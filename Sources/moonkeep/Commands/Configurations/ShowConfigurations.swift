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
                    configuration.name, configuration.id.rawValue, configuration.stay,
                    configuration.schedule?.recurrence.first ?? "by hand",
                    configuration.inclusions.map(\.path).joined(separator: ", "),
                ]
            }
        )
        for line in table.lines() { Console.standardOutput.writeLine(line) }
        let unasked = configurations.filter { $0.cleanup == .never }.map { "'\($0.name)'" }
        guard !unasked.isEmpty else { return }
        let note = """
            Nothing removes backups of \(unasked.joined(separator: ", ")) by itself: 'moonkeep cleanup' does, or say \
            'cleanup: after_backup' or 'cleanup: daily' in \(Site.fileName).
            """
        Console.standardOutput.writeLine("\n" + note.withoutControls)
    }

    private func show(_ configuration: Configuration) throws {
        if json {
            return Console.standardOutput.writeLine(
                try JSONText.encode(DetailedConfiguration(configuration), layout: .pretty)
            )
        }
        var facts = [
            ["name", configuration.name], ["id", configuration.id.rawValue],
            ["enabled", configuration.enabled ? "yes" : "no"],
            ["retention", configuration.stay],
        ]
        if let cleanup = configuration.cleanup { facts.append(["cleanup", cleanup.text]) }
        facts.append(["schedule", configuration.schedule?.recurrence.first ?? "by hand"])
        if let schedule = configuration.schedule { facts.append(["zone", schedule.timeZone]) }
        facts.append(["last backup", configuration.backups.lastCompleted?.id.rawValue ?? "none"])
        facts += configuration.inclusions.map { ["inclusion", "\($0.path) (\($0.type.rawValue))"] }
        facts += configuration.exclusions.map { ["exclusion", "\($0.path) (\($0.type.rawValue))"] }
        facts += configuration.exclusionPatterns.map { ["exclusion", "\($0) (pattern)"] }
        facts += configuration.notifications.map { ["notification", "\($0.type) \($0.destination)"] }
        for line in TextTable(columns: [], rows: facts).lines() { Console.standardOutput.writeLine(line) }
    }
}

extension Configuration {
    /// How long its backups stay.
    fileprivate var stay: String { keep?.text ?? retention.text }
}

extension CleanupTime {
    fileprivate var text: String {
        switch self {
        case .afterBackup: "after each backup"
        case .daily: "once a day"
        case .never: "only when asked for, as by 'moonkeep cleanup'"
        }
    }
}

extension Retention {
    fileprivate var text: String { days == 0 ? "for ever" : days == 1 ? "1 day" : "\(days) days" }
}
