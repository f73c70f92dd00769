import ArgumentParser
import BackupAPI
import LocalBackup
import LuaKit
import PluginHost
import ScriptLibrary
import ScriptTesting

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Looks for mistakes in scripts without running them, or checks the repository.",
        discussion:
            """
            Finds wrong syntax, unknown globals, functions and options, configurations that the site does not have, \
            permissions that are used and not asked for, host functions that are called while a file is loaded, and mistakes \
            in manifests. Notes, on what may not be meant, do not count as problems.

            Of a folder all Lua files below it are looked at, but for those that 'moonkeep types' has written; without a file, \
            all below the current folder.

            With --repository the site's repository is checked instead, by restic: that all that the backups need is there, \
            and with --read-data that it can be read. It waits until nothing else uses the repository. It is a run, which \
            'moonkeep runs' shows; damage is printed, and ends with 1.
            """
    )

    @OptionGroup var site: SiteOptions

    @OptionGroup(title: "The repository") var repositoryCheck: RepositoryCheckOptions

    @Argument(help: "The scripts' files, or folders with scripts.", completion: .file(extensions: ["lua"]))
    var scripts: [String] = ["."]

    func validate() throws {
        guard !repositoryCheck.repository || scripts == ["."] else {
            throw ValidationError("--repository and scripts exclude one another.")
        }
    }

    func run() async throws {
        if repositoryCheck.repository { return try await repositoryCheck.check(site) }
        try await CommandError.naming {
            let site = try openSite()
            let (check, testCheck) = Self.checks(for: site)
            let inspector = try Site.makeInspector(of: site)
            var count = 0
            for script in try files() {
                let source = try ScriptFile.read(script)
                // A test asks for nothing, and would do nothing but its cases.
                let isTest = TestFiles.isTest(script)
                let (role, findings) =
                    isTest
                    ? (.part, []) : try await inspector.examine(source, check: ScheduledWorkflow.check)
                let found = (isTest ? testCheck : check).findings(in: source, as: role)
                let all = (found + findings).inOrderOfLines
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

    private func files() throws -> [String] {
        let files = scripts.flatMap { path in
            LuaFiles.isFolder(path) ? LuaFiles.all(in: path).filter { !TypesFolder.hasWritten($0) } : [path]
        }
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
