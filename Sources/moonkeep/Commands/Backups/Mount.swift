import ArgumentParser
import BackupAPI
import Foundation
import Glibc
import LocalBackup
import PluginHost

struct Mount: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mount",
        abstract: "Shows the backups as folders, until Ctrl-C.",
        discussion: """
            restic shows all snapshots of the site's repository in an empty folder, to look at and to copy from. It needs FUSE. \
            It is restic that runs, in the place of this command: its lock keeps cleanups and checks waiting meanwhile, and its \
            exit code is the command's.
            """
    )

    @OptionGroup var site: SiteOptions

    @Argument(help: "An empty folder.", completion: .directory)
    var folder: String

    func validate() throws {
        if folder.isEmpty { throw ValidationError("The folder's path is empty.") }
    }

    func run() async throws {
        let mount = try await CommandError.naming {
            let service = try await site.open().openLocalService()
            let path = Site.absolute(folder, from: FileManager.default.currentDirectoryPath)
            let mount = try await service.mount(at: path)
            await service.shutdown()
            Console.standardError.writeLine("the backups are shown in '\(path.printable)' until Ctrl-C")
            return mount
        }
        throw CommandError(
            "'\(mount.program)' could not be executed: \(mount.execute())",
            status: ExitStatus.failed
        )
    }
}

extension RepositoryMount {
    /// Puts the program in the place of this process. Returns why that was not possible.
    fileprivate func execute() -> String {
        let words = ([program] + arguments).map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in words + variables { free(text) } }
        // This thread may block the signals that are to end the program, which would inherit that.
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
        signal(SIGPIPE, SIG_DFL)
        execve(program, words, variables)
        return String(cString: strerror(errno))
    }
}
