import ArgumentParser
import Foundation

struct Init: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Makes a site: moonkeep.yaml, a password file, a folder for scripts, and what editors need.",
        discussion: "Nothing that is there already is changed."
    )

    @Argument(help: "The folder; it is made when it is not there.")
    var folder = "."

    func validate() throws {
        if folder.isEmpty { throw ValidationError("The folder's path is empty.") }
    }

    func run() async throws {
        let path = Site.absolute(folder, from: FileManager.default.currentDirectoryPath)
        for file in try await SiteTemplate(folder: path).make() {
            Console.standardOutput.writeLine("made \(file)")
        }
        let option = folder == "." ? "" : "--site \(folder) "
        Console.standardOutput.writeLine(
            """

            Next: say in \(path)/\(Site.fileName) what to back up, then
              moonkeep run \(option)\(folder == "." ? "" : folder + "/")scripts/backup_all.lua
            Keep a copy of the password file elsewhere: without it no backup can be read.
            """
        )
    }
}
