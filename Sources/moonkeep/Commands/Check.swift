import ArgumentParser
import BackupAPI
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
            let names = try configurationNames()
            var count = 0
            for script in scripts {
                let problems = ScriptCheck(modules: PluginHost.standardModules, configurations: names)
                    .problems(in: try ScriptFile.read(script))
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

    /// The names and ids that scripts may use; `nil` without a site, where they cannot be known.
    private func configurationNames() throws -> [String]? {
        do {
            return try site.open().file.configurations.flatMap { draft in
                [draft.name] + (draft.id.map { [$0.rawValue] } ?? [])
            }
        } catch let error as CommandError
            where site.site == nil && error.message.hasPrefix("there is no \(Site.fileName)")
        {
            return nil
        }
    }
}
