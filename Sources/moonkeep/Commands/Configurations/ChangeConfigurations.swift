import ArgumentParser
import BackupAPI

struct CreateConfiguration: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Makes a configuration.",
        discussion: "It lives in the service, beside those of moonkeep.yaml."
    )

    @OptionGroup var site: SiteOptions

    @Argument(help: "Its name.")
    var name: String

    @OptionGroup var options: ConfigurationOptions

    @Flag(help: "The schedule does not start it until it is enabled.")
    var disabled = false

    func run() async throws {
        try options.check(site)
        try await site.use { _, service in
            let changes = try options.changes()
            let made = try await service.create(
                ConfigurationDraft(
                    name: name,
                    enabled: !disabled,
                    schedule: changes.schedule ?? nil,
                    retention: Retention(days: changes.retentionDays ?? 0),
                    inclusions: changes.inclusions ?? [],
                    exclusions: changes.exclusions ?? [],
                    notifications: changes.notifications ?? []
                )
            )
            Console.standardOutput.writeLine(
                "made the configuration '\(made.name)', \(made.id)".withoutControls
            )
        }
    }
}

struct EditConfiguration: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract:
            "Changes a configuration; what is not named stays. A list that is named is replaced as a whole."
    )

    @OptionGroup var site: SiteOptions

    @Argument(help: "Its id or name.")
    var name: String

    @Option(name: .customLong("name"), help: ArgumentHelp("Its new name.", valueName: "name"))
    var newName: String?

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        try options.check(site)
        try await site.change(name, "changed") { found in
            var changes = try options.changes(of: found)
            changes.name = newName
            guard changes != ConfigurationChanges() else {
                throw CommandError(
                    "nothing to change was named",
                    fix: "See 'moonkeep configurations edit --help'."
                )
            }
            return changes
        }
    }
}

struct EnableConfiguration: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable",
        abstract: "Lets the schedule start a configuration."
    )

    @OptionGroup var site: SiteOptions

    @Argument(help: "Its id or name.")
    var name: String

    func run() async throws {
        try await site.change(name, "enabled") { _ in ConfigurationChanges(enabled: true) }
    }
}

struct DisableConfiguration: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Keeps the schedule from starting a configuration."
    )

    @OptionGroup var site: SiteOptions

    @Argument(help: "Its id or name.")
    var name: String

    func run() async throws {
        try await site.change(name, "disabled") { _ in ConfigurationChanges(enabled: false) }
    }
}

struct DeleteConfiguration: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Deletes a configuration; its backups stay."
    )

    @OptionGroup var site: SiteOptions

    @Argument(help: "Its id or name.")
    var name: String

    func run() async throws {
        try await site.use { _, service in
            let found = try await service.configuration(idOrName: name)
            try await service.delete(found.id)
            Console.standardOutput.writeLine(
                "deleted the configuration '\(found.name)'; its backups stay".withoutControls
            )
        }
    }
}

extension SiteOptions {
    fileprivate func change(
        _ name: String,
        _ done: String,
        _ decide: (Configuration) throws -> ConfigurationChanges
    ) async throws {
        try await use { _, service in
            let found = try await service.configuration(idOrName: name)
            let changed = try await service.update(found.id, try decide(found))
            Console.standardOutput.writeLine("\(done) the configuration '\(changed.name)'".withoutControls)
        }
    }
}
