import ArgumentParser
import BackupAPI
import LocalBackup
import LuaKit
import PluginHost

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Looks for mistakes in scripts without running them.",
        discussion:
            "Finds wrong syntax, unknown globals and module functions, and configurations that the site does not have."
    )

    @OptionGroup var site: SiteOptions

    @Argument(help: "The scripts' files.", completion: .file(extensions: ["lua"]))
    var scripts: [String]

    func run() async throws {
        try await CommandError.naming {
            let drafts = try configurations()
            let check = ScriptCheck(
                modules: PluginHost.standardModules,
                configurations: drafts?.map(\.name),
                identifiers: drafts?.map {
                    ($0.id ?? LocalBackupService.configurationID(forName: $0.name)).rawValue
                } ?? []
            )
            var count = 0
            for script in scripts {
                let problems = check.problems(in: try ScriptFile.read(script))
                for problem in problems { Console.standardOutput.writeLine(problem) }
                count += problems.count
            }
            guard count == 0 else {
                throw CommandError(
                    "\(count) \(count == 1 ? "problem" : "problems") found",
                    status: ExitStatus.failed
                )
            }
        }
    }

    /// The configurations that scripts may use; `nil` without a site, where they cannot be known.
    private func configurations() throws -> [ConfigurationDraft]? {
        do {
            return try site.open().file.configurations
        } catch let error as CommandError
            where site.site == nil && error.message.hasPrefix("there is no \(Site.fileName)")
        {
            return nil
        }
    }
}
