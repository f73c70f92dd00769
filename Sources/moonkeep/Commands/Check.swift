import ArgumentParser
import BackupAPI
import LocalBackup
import LuaKit
import PluginHost

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Looks for mistakes in scripts without running them.",
        discussion:
            """
            Finds wrong syntax, unknown globals and module functions, configurations that the site does not have, and \
            mistakes in the manifests of workflows.
            """
    )

    @OptionGroup var site: SiteOptions

    @Argument(help: "The scripts' files.", completion: .file(extensions: ["lua"]))
    var scripts: [String]

    func run() async throws {
        try await CommandError.naming {
            let site = try openSite()
            let drafts = site?.file.configurations
            let inspector = try Site.makeInspector(of: site)
            let check = ScriptCheck(
                modules: Library.allModules(of: site),
                configurations: drafts?.map(\.name),
                identifiers: drafts?.map {
                    ($0.id ?? LocalBackupService.configurationID(forName: $0.name)).rawValue
                } ?? []
            )
            var count = 0
            for script in scripts {
                let source = try ScriptFile.read(script)
                let problems = check.problems(in: source) + (try await inspector.problems(asWorkflow: source))
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

    /// The site, whose configurations scripts may use; `nil` without one, where they cannot be known.
    private func openSite() throws -> Site? {
        do {
            return try site.open()
        } catch let error as CommandError
            where site.site == nil && error.message.hasPrefix("there is no \(Site.fileName)")
        {
            return nil
        }
    }
}
