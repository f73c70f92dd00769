public import LuaKit
public import PluginHost

/// The workflows of a site that run by themselves: those below `scripts` whose manifest has a schedule.
public struct WorkflowCatalogue: Sendable {
    let folder: WorkflowFolder
    private let inspector: ScriptInspector
    private let read: @Sendable (String) throws -> LuaSource

    /// A file that is one of them, or that nobody can tell of.
    public enum Entry: Sendable {
        /// It runs by itself.
        case workflow(ScheduledWorkflow)
        /// It cannot be loaded, or its manifest is wrong.
        case broken(String, problem: String)
    }

    /// Makes a catalogue of a site's folder. Files are loaded in `inspector`, in which nothing is done; `read` returns the source
    /// of a file by its path in the folder, which is the source's name.
    public init(
        folder: String,
        inspector: ScriptInspector,
        read: @escaping @Sendable (String) throws -> LuaSource
    ) {
        self.folder = WorkflowFolder(folder: folder)
        self.inspector = inspector
        self.read = read
    }

    /// All of them, by path. Throws `CancellationError` alone.
    public func entries() async throws -> [Entry] {
        var all: [Entry] = []
        for name in folder.scriptNames {
            if let entry = try await entry(name) { all.append(entry) }
        }
        return all
    }

    /// A file by its path in the folder; `nil` for one that does not run by itself. Throws `CancellationError` alone.
    func entry(_ name: String) async throws -> Entry? {
        do {
            let source = try read(name)
            guard let manifest = try await inspector.workflow(source), manifest.schedule != .nil else {
                return nil
            }
            return .workflow(try ScheduledWorkflow(name: name, source: source, manifest: manifest))
        } catch {
            // Loading is given up then.
            try Task.checkCancellation()
            return .broken(name, problem: "\(error)".printable)
        }
    }
}
