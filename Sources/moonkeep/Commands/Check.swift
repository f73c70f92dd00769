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
            Finds wrong syntax, unknown globals, functions and options, configurations that the site does not have, \
            permissions that are used and not asked for, host functions that are called while a file is loaded, and mistakes \
            in manifests. Notes, on what may not be meant, do not count as problems.
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
                let (role, findings) = try await inspector.examine(source)
                let all = (check.findings(in: source, as: role) + findings).inOrderOfLines
                for finding in all { Console.standardOutput.writeLine(finding.description.printable) }
                count += all.count { $0.kind == .problem }
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
