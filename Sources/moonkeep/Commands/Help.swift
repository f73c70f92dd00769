import ArgumentParser
import BackupAPI
import PluginHost
import ScriptTesting

struct Help: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "help",
        abstract: "Explains a command, or a module, function or type of scripts: moonkeep help backup.start."
    )

    @Flag(help: "Write the reference of all modules as Markdown.")
    var markdown = false

    @Argument(help: "A command, a module, module.function or a type.")
    var topics: [String] = []

    func run() throws {
        let modules = Library.allModules(of: nil)
        if markdown { return Console.standardOutput.write(ModuleReference(modules: modules).markdown) }
        guard let topic = topics.first else {
            let lines =
                ["", "MODULES OF SCRIPTS:"] + Self.lines(on: modules)
            return Console.standardOutput.writeLine(
                Moonkeep.helpMessage() + "\n" + lines.joined(separator: "\n")
            )
        }
        let explained = ModuleHelp(modules: modules + [ScriptTester.described.module])
        // A word may be both: 'run' is a command and a module.
        let command = Moonkeep.configuration.subcommands.first { $0._commandName == topic }
        let texts = [
            command.map { Moonkeep.helpMessage(for: $0) }, explained.text(about: topic),
        ].compactMap { $0 }
        guard texts.isEmpty else {
            return Console.standardOutput.writeLine(texts.joined(separator: "\n"))
        }
        let known =
            explained.topics + Moonkeep.configuration.subcommands.map { $0._commandName }
        // Who means a module does not mean the type of the same letters.
        let names = known.filter { $0.first?.isUppercase == false }
        let hint =
            (names.nearest(to: topic) ?? known.nearest(to: topic)).map { "Did you mean '\($0)'?" }
            ?? "'moonkeep help' lists commands and modules."
        throw CommandError("there is no help on '\(topic)'", fix: hint)
    }

    /// A line a module: its name, and what it is for.
    static func lines(on modules: [Module]) -> [String] {
        TextTable(columns: [], rows: modules.map { ["  " + $0.name, $0.firstSentence] }).lines()
    }
}

extension Module {
    /// What it is for; the rest is in its own help.
    fileprivate var firstSentence: String {
        summary.firstRange(of: ". ").map { summary[..<$0.lowerBound] + "." } ?? summary
    }
}
