import ArgumentParser
import BackupAPI
import Foundation
import LocalBackup
import PluginHost

struct Init: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract:
            "Makes a site: moonkeep.yaml, a password file, a folder for scripts, and what editors need.",
        discussion: """
            Nothing that is there already is changed. The repository is made by the first backup, where it is known that \
            nothing is there; elsewhere, as in a bucket of S3, --repository makes it.
            """
    )

    @Flag(help: "Make the repositories of the site that is there, where nothing is yet.")
    var repository = false

    @Argument(help: "The folder; it is made when it is not there.")
    var folder = "."

    func validate() throws {
        if folder.isEmpty { throw ValidationError("The folder's path is empty.") }
    }

    func run() async throws {
        let path = Site.absolute(folder, from: FileManager.default.currentDirectoryPath)
        if repository { return try await makeRepository(of: path) }
        for file in try await SiteTemplate(folder: path).make() {
            Console.standardOutput.writeLine("made \(file)")
        }
        let option = folder == "." ? "" : "--site \(folder) "
        Console.standardOutput.writeLine(
            """

            Next: say in \(path)/\(Site.fileName) what to back up, then
              moonkeep run \(option)\(folder == "." ? "" : folder + "/")scripts/backup_all.lua
            Keep copies of the password file and of \(Site.fileName) elsewhere. Without the password no backup can be read; with \
            both and the repository, 'moonkeep adopt --all-of-this-site' brings a lost machine's backups back.
            """
        )
    }

    private func makeRepository(of folder: String) async throws {
        try await CommandError.naming {
            let site = try Site(folder: folder)
            let service = try await site.openLocalService()
            var problem: BackupError?
            for repository in site.file.repositories {
                do {
                    try await service.createRepository(repository.name)
                    Console.standardOutput.writeLine(
                        "made the repository \(repository.address.redacted.printable)"
                    )
                } catch let error as BackupError
                    where site.file.repositories.count > 1 && error.code == .conflict
                {
                    Console.standardOutput.writeLine(error.message.printable)
                } catch let error as BackupError {
                    problem = problem ?? error
                }
            }
            await service.shutdown()
            if let problem { throw problem }
        }
    }
}
