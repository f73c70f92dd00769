import Foundation
import LuaKit
import PluginHost
import ScriptLibrary

extension Site {
    /// The site's workflows that run by themselves.
    func workflows() throws -> WorkflowCatalogue {
        WorkflowCatalogue(folder: folder, inspector: try Self.makeInspector(of: self)) { name in
            var source = try ScriptFile.read(path(name))
            source.name = name
            return source
        }
    }

    /// What tells the site from others: the host and the folder.
    var scheduleSeed: String { "\(ProcessInfo.processInfo.hostName):\(folder)" }

    /// What a workflow that runs by itself was granted; `nil` where it asks for nothing.
    ///
    /// Throws where another user may write its file, and, with the command that grants it, where something is missing.
    func grant(for workflow: ScheduledWorkflow) throws -> ScriptGrant? {
        let file = Script.path(of: path(workflow.name))
        try SiteTrust.check(granted: file)
        let wants = workflow.manifest.wants
        guard !wants.isEmpty else { return nil }
        let missing = try grants.missing(wants, for: file)
        guard missing.isEmpty else {
            throw CommandError(
                "it asks for what it was not granted: \(missing.listText)",
                fix: "Grant it with '\(command("allow", workflow.name))'.",
                status: ExitStatus.refused
            )
        }
        return ScriptGrant(script: file, needs: wants.map(\.description))
    }

    /// A command about a file of the site, as it is typed in the current folder.
    private func command(_ name: String, _ file: String) -> String {
        FileManager.default.currentDirectoryPath == folder
            ? "moonkeep \(name) \(file)" : "moonkeep \(name) --site \(folder) \(path(file))"
    }
}
