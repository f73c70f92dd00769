import ArgumentParser
import Foundation

struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Makes a workflow, a plugin or a notifier, with a test.",
        discussion: """
            A workflow is NAME.lua with test/NAME_test.lua beside it; a plugin, which may be a notifier, is a folder plugins/NAME. \
            Both are made in the current folder, or in the one named with --in. No file that is there is changed. 'moonkeep \
            test' runs the test.
            """
    )

    @Argument(help: "What to make: workflow, plugin or notifier.")
    var kind: ScriptTemplate.Kind

    @Argument(help: "Its name: letters, digits and '_'; that of a workflow may have '-'.")
    var name: String

    @Option(name: .customLong("in"), help: "The folder in which it is made, instead of the current one.")
    var folder = "."

    func validate() throws {
        if folder.isEmpty { throw ValidationError("--in takes the path of a folder.") }
    }

    func run() throws {
        let template = ScriptTemplate(kind: kind, name: name)
        try template.checkName()
        let root = Site.absolute(folder, from: FileManager.default.currentDirectoryPath)
        let made = try NewFiles(folder: root, shown: folder == "." ? "" : folder + "/").make(template.files)
        for file in made { Console.standardOutput.writeLine("made \(file)") }
        Console.standardOutput.writeLine(
            """

            Next:
              moonkeep check \(made[0])
              moonkeep test \(folder)
            """
        )
        let isInSite = FileManager.default.fileExists(atPath: root + "/" + Site.fileName)
        guard kind == .workflow, isInSite else { return }
        Console.standardOutput.writeLine(
            "'moonkeep serve' runs by itself what has a schedule and is in 'scripts': make it there with --in."
        )
    }
}

extension ScriptTemplate.Kind: ExpressibleByArgument {}

/// Files that are made all together, or not at all.
struct NewFiles {
    let folder: String
    /// What stands before the names in messages.
    let shown: String

    /// Makes the files and returns their paths for people. Throws when one of them is there already; nothing is changed then.
    func make(_ files: [(name: String, text: String)]) throws -> [String] {
        for file in files where (try? FileManager.default.attributesOfItem(atPath: path(file.name))) != nil {
            throw CommandError(
                "'\(shown)\(file.name)' is there already",
                fix: "Nothing was changed; choose another name, or another folder with --in."
            )
        }
        for file in files { try write(file.text, to: file.name) }
        return files.map { shown + $0.name }
    }

    private func path(_ name: String) -> String { "\(folder)/\(name)" }

    private func write(_ text: String, to name: String) throws {
        let parent = URL(filePath: path(name)).deletingLastPathComponent().path
        do {
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        } catch {
            throw CommandError(
                "the folder of '\(shown)\(name)' could not be made: \(error.localizedDescription)"
            )
        }
        // Exclusively: what has come meanwhile is not written over.
        let descriptor = open(path(name), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw CommandError("'\(shown)\(name)' could not be made: \(String(cString: strerror(errno)))")
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try file.write(contentsOf: Data(text.utf8))
        } catch {
            throw CommandError("'\(shown)\(name)' could not be written: \(error.localizedDescription)")
        }
    }
}
