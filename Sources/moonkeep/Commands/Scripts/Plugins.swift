import ArgumentParser
import BackupAPI
import PluginHost

struct Plugins: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Lists the plugins of the site, or shows one, with what they may do and what is wrong with them.",
        discussion: """
            A plugin is a folder plugins/NAME with a plugin.lua; scripts reach it by require "NAME". A script that requires \
            it has to ask for the plugin's permissions in its own 'needs'.
            """
    )

    @OptionGroup var site: SiteOptions

    @Argument(help: "A plugin's name.")
    var name: String?

    func run() async throws {
        try await CommandError.naming {
            let catalogue = try site.open().plugins()
            guard let name else { return show(await catalogue.entries()) }
            guard let entry = await catalogue.entry(named: name) else {
                let known = await catalogue.entries().map(\.name)
                let hint = known.nearest(to: name).map { "Did you mean '\($0)'?" }
                throw CommandError(
                    "there is no plugin '\(name)'",
                    fix: hint ?? "'moonkeep plugins' lists them."
                )
            }
            show(entry)
        }
    }

    private func show(_ entries: [PluginCatalogue.Entry]) {
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
            for problem in entry.problems { console.writeLine("\(entry.name): \(problem)".printable) }
        }
    }

    private func show(_ entry: PluginCatalogue.Entry) {
        let console = Console.standardOutput
        console.writeLine([entry.name, entry.manifest?.version].compactMap { $0 }.joined(separator: " "))
        if let summary = entry.manifest?.summary { console.writeLine("\n" + summary) }
        if let manifest = entry.manifest {
            section("FUNCTIONS", manifest.functions.map { "  \(entry.name).\($0)" })
            section("PERMISSIONS", PermissionPrompt.lines(manifest.needs))
            let requirements = manifest.requires.sorted { $0.key < $1.key }
            section("REQUIRES", requirements.map { "  \($0.key) \($0.value)" })
        }
        section("PROBLEMS", entry.problems.map { "  " + $0 })
    }

    private func section(_ title: String, _ lines: [String]) {
        guard !lines.isEmpty else { return }
        Console.standardOutput.writeLine("\n\(title):")
        for line in lines { Console.standardOutput.writeLine(line.printable) }
    }
}
