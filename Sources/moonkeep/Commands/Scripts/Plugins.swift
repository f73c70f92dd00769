import ArgumentParser
import BackupAPI
import PluginHost

struct Plugins: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugins",
        abstract: "Lists the plugins of the site, shows one, or adds one.",
        subcommands: [ShowPlugins.self, AddPlugin.self],
        defaultSubcommand: ShowPlugins.self
    )
}

struct ShowPlugins: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract:
            "Lists the plugins of the site, or shows one, with what they may do and what is wrong with them.",
        discussion: """
            A plugin is a folder plugins/NAME with a plugin.lua; scripts reach it by require "NAME". A script that requires \
            it has to ask for the plugin's permissions in its own 'needs'. One that has a function 'send' delivers the messages \
            of notify.send("NAME:ADDRESS", …). Hooks are called in the order of this list. Both may do what 'moonkeep allow \
            plugins/NAME/plugin.lua' granted.
            """
    )

    @OptionGroup var site: SiteOptions

    @Argument(help: "A plugin's name.")
    var name: String?

    func run() async throws {
        try await CommandError.naming {
            let site = try site.open()
            let catalogue = try site.plugins()
            guard let name else { return show(await catalogue.entries(), of: site) }
            guard let entry = await catalogue.entry(named: name) else {
                let known = await catalogue.entries().map(\.name)
                let hint = known.nearest(to: name).map { "Did you mean '\($0)'?" }
                throw CommandError(
                    "there is no plugin '\(name)'",
                    fix: hint ?? "'moonkeep plugins' lists them."
                )
            }
            show(entry, of: site)
        }
    }

    private func show(_ entries: [PluginCatalogue.Entry], of site: Site) {
        let console = Console.standardOutput
        guard !entries.isEmpty else { return console.writeLine("There are no plugins yet.") }
        let rows = entries.map { entry in
            [
                (entry.problems.isEmpty ? "✓ " : "✗ ") + entry.name, entry.manifest?.version ?? "–",
                entry.manifest?.summary ?? "",
                entry.manifest?.needs.map(\.words).joined(separator: ", ") ?? "",
            ]
        }
        let table = TextTable(columns: ["  plugin", "version", "summary", "permissions"], rows: rows)
        for line in table.lines() { console.writeLine(line) }
        for entry in entries {
            for problem in problems(of: entry, in: site) {
                console.writeLine("\(entry.name): \(problem)".printable)
            }
        }
        let names = entries.map(\.name)
        for name in site.file.plugins.keys.sorted() where !names.contains(name) {
            let hint = names.nearest(to: name).map { "Did you mean '\($0)'?" } ?? "There is no such plugin."
            console.writeLine("\(Site.fileName): settings for '\(name)'. \(hint)".printable)
        }
    }

    /// What is wrong with a plugin, and what it was not granted that acts by itself.
    private func problems(of entry: PluginCatalogue.Entry, in site: Site) -> [String] {
        let missing = entry.manifest.map(site.missingGrants) ?? []
        guard !missing.isEmpty else { return entry.problems }
        return entry.problems + [
            "it was not granted \(missing.listText). Grant it with 'moonkeep allow plugins/\(entry.name)/plugin.lua'."
        ]
    }

    private func show(_ entry: PluginCatalogue.Entry, of site: Site) {
        let console = Console.standardOutput
        console.writeLine(
            [entry.name, entry.manifest?.version].compactMap { $0?.printable }.joined(separator: " ")
        )
        if let summary = entry.manifest?.summary { console.writeLine("\n" + summary.printable) }
        if let manifest = entry.manifest {
            section("FUNCTIONS", manifest.functions.map { "  \(entry.name).\($0)" })
            section("HOOKS", manifest.hooks.map(\.shown))
            if manifest.isNotifier { section("DELIVERS", ["  notify.send(\"\(entry.name):ADDRESS\", …)"]) }
            section("PERMISSIONS", PermissionPrompt.lines(manifest.needs))
            section("SETTINGS", WorkflowArgument.lines(ofSettings: manifest.settings))
            let requirements = manifest.requires.sorted { $0.key < $1.key }
            section("REQUIRES", requirements.map { "  \($0.key) \($0.value)" })
        }
        section("PROBLEMS", problems(of: entry, in: site).map { "  " + $0 })
    }

    private func section(_ title: String, _ lines: [String]) {
        guard !lines.isEmpty else { return }
        Console.standardOutput.writeLine("\n\(title):")
        for line in lines { Console.standardOutput.writeLine(line.printable) }
    }
}

extension HookDeclaration {
    /// `backup.finished, 30 s at most, on failure: warn`
    fileprivate var shown: String {
        "  \(event), \(Figures.duration(timeout)) at most, on failure: \(onError.rawValue)"
    }
}
