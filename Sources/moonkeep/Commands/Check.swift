import ArgumentParser
import BackupAPI
import LocalBackup
import LuaKit
import PluginHost
import ScriptTesting

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Looks for mistakes in scripts without running them.",
        discussion:
            """
            Finds wrong syntax, unknown globals and module functions, configurations that the site does not have, and \
            mistakes in the manifests of workflows. Without a file, all Lua files below the current folder are looked at; of a             folder that is named, all below it.
            """
    )

    @OptionGroup var site: SiteOptions

    @Argument(help: "The scripts' files, or folders with scripts.", completion: .file(extensions: ["lua"]))
    var scripts: [String] = ["."]

    func run() async throws {
        try await CommandError.naming {
            let site = try openSite()
            let (check, testCheck) = Self.checks(for: site)
            let inspector = try Site.makeInspector(of: site)
            var count = 0
            for script in try files() {
                let source = try ScriptFile.read(script)
                let found = (TestFiles.isTest(script) ? testCheck : check).problems(in: source)
                let problems = found + (try await inspector.problems(asWorkflow: source))
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

    private func files() throws -> [String] {
        let files = scripts.flatMap { LuaFiles.isFolder($0) ? LuaFiles.all(in: $0) : [$0] }
        guard files.isEmpty else { return files }
        throw CommandError(
            "there are no scripts in \(scripts.map { "'\($0)'" }.joined(separator: ", "))",
            fix: "Give the path of a Lua file."
        )
    }

    /// The check of scripts, and that of their tests: these see the functions of tests too, and have configurations of their
    /// own.
    private static func checks(for site: Site?) -> (ScriptCheck, ScriptCheck) {
        let modules = Library.allModules(of: site)
        let drafts = site?.file.configurations
        let check = ScriptCheck(
            modules: modules,
            configurations: drafts?.map(\.name),
            identifiers: drafts?.map {
                ($0.id ?? LocalBackupService.configurationID(forName: $0.name)).rawValue
            } ?? []
        )
        let (module, function) = ScriptTester.described
        let testCheck = ScriptCheck(
            modules: modules + [module],
            configurations: nil,
            globals: [function.name]
        )
        return (check, testCheck)
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
