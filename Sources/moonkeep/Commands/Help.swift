import ArgumentParser
import BackupAPI
import PluginHost

struct Help: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Explains a command, or a module or function that scripts use: moonkeep help backup.start."
    )

    @Argument(help: "A command, a module, or module.function.")
    var topics: [String] = []

    func run() throws {
        let modules = PluginHost.standardModules
        guard let topic = topics.first else {
            let lines =
                ["", "MODULES OF SCRIPTS:"]
                + TextTable(columns: [], rows: modules.map { ["  " + $0.name, $0.summary] }).lines()
            return Console.standardOutput.writeLine(
                Moonkeep.helpMessage() + "\n" + lines.joined(separator: "\n")
            )
        }
        if let command = Moonkeep.configuration.subcommands.first(where: { $0._commandName == topic }) {
            return Console.standardOutput.writeLine(Moonkeep.helpMessage(for: command))
        }
        if let text = ModuleHelp(modules: modules).text(about: topic) {
            return Console.standardOutput.writeLine(text)
        }
        let known =
            ModuleHelp(modules: modules).topics + Moonkeep.configuration.subcommands.map { $0._commandName }
        let hint =
            known.nearest(to: topic).map { "Did you mean '\($0)'?" }
            ?? "'moonkeep help' lists commands and modules."
        throw CommandError("there is no help on '\(topic)'", fix: hint)
    }
}
