import ArgumentParser
import BackupAPI
import PluginHost
import ScriptTesting

struct Help: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "help",
        abstract:
            "Explains a command, the site file, or a module, function or type of scripts: moonkeep help backup.start."
    )

    @Flag(help: "Write the reference of all modules as Markdown.")
    var markdown = false

    @Argument(
        help:
            "A command with its subcommand, \(Site.fileName) with a key, a module, module.function or a type."
    )
    var topics: [String] = []

    func run() throws {
        let modules = Library.allModules(of: nil)
        let described = ScriptTester.described
        if markdown { return Console.standardOutput.write(ModuleReference(modules: modules).markdown) }
        guard let topic = topics.first else {
            let lines =
                ["", "MODULES OF SCRIPTS:"] + Self.lines(on: modules) + [
                    "", "ALSO EXPLAINED:",
                    "  "
                        + (ModuleHelp.authorsTopics + [
                            described.function.name, described.module.name, Site.fileName,
                        ])
                        .joined(separator: ", "),
                ]
            return Console.standardOutput.writeLine(
                Moonkeep.helpMessage() + "\n" + lines.joined(separator: "\n")
            )
        }
        let texts = try text(about: topic, more: Array(topics.dropFirst()), modules)
        Console.standardOutput.writeLine(texts.joined(separator: "\n"))
    }

    /// All that there is on a topic: a word may be both a command and a module, as 'run' is.
    private func text(about topic: String, more: [String], _ modules: [Module]) throws -> [String] {
        if topic == Site.fileName || topic.hasPrefix(Site.fileName + ".") {
            let first = topic == Site.fileName ? [] : [String(topic.dropFirst(Site.fileName.count + 1))]
            return [try SiteKeysHelp(first + more).text]
        }
        let command = try CommandPath(topic)?.descending(more)
        let explained = ModuleHelp(
            modules: modules + [ScriptTester.described.module],
            globals: [ScriptTester.described.function]
        )
        let texts = [command?.help, more.isEmpty ? explained.text(about: topic) : nil].compactMap { $0 }
        guard texts.isEmpty else { return texts }
        guard more.isEmpty || explained.text(about: topic) == nil else {
            throw CommandError(
                "there is no help on '\(more.joined(separator: " "))' of '\(topic)'",
                fix: "'moonkeep help \(topic)' says what it has."
            )
        }
        let known = explained.topics + CommandPath.names + [Site.fileName]
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

/// A command, or a command of a command: `configurations create`.
private struct CommandPath {
    private let words: [String]
    private let command: any ParsableCommand.Type

    static var names: [String] { Moonkeep.configuration.subcommands.map { $0._commandName } }

    /// The command of this name; `nil` where there is none.
    init?(_ name: String) {
        guard let found = Moonkeep.configuration.subcommands.first(where: { $0._commandName == name }) else {
            return nil
        }
        (words, command) = ([name], found)
    }

    private init(_ words: [String], _ command: any ParsableCommand.Type) {
        (self.words, self.command) = (words, command)
    }

    /// The command to which more words lead. Throws for a word that is none of its commands.
    func descending(_ more: [String]) throws -> CommandPath {
        guard let word = more.first else { return self }
        let subcommands = command.configuration.subcommands
        guard let found = subcommands.first(where: { $0._commandName == word }) else {
            let names = subcommands.map { $0._commandName }
            let command = words.joined(separator: " ")
            throw CommandError(
                "'moonkeep \(command)' has no command '\(word)'",
                fix: names.isEmpty
                    ? "It has no commands; 'moonkeep help \(command)' explains it."
                    : names.nearest(to: word).map { "Did you mean '\($0)'?" }
                        ?? "It has: \(names.joined(separator: ", "))."
            )
        }
        return try CommandPath(words + [word], found).descending(Array(more.dropFirst()))
    }

    var help: String { Moonkeep.helpMessage(for: command) }
}
