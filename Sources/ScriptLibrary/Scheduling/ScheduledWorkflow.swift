public import LuaKit
public import PluginHost

/// A workflow that runs by itself.
public struct ScheduledWorkflow: Sendable {
    /// Its path in the site's folder, `scripts/nightly.lua`: the name of its schedule and of its runs.
    public let name: String
    /// Its text.
    public let source: LuaSource
    /// What it says of itself.
    public let manifest: Manifest
    /// When it runs.
    public let schedule: WorkflowSchedule
    /// What its runs are given: the defaults of its arguments.
    public let arguments: LuaValue

    /// Reads a workflow's schedule and arguments. Throws `bad_manifest` and `bad_arguments`.
    init(name: String, source: LuaSource, manifest: Manifest) throws {
        self.name = name
        self.source = source
        self.manifest = manifest
        do {
            schedule = try WorkflowSchedule(manifest.schedule)
        } catch let problem as ArgumentProblem {
            throw WorkflowError.badSchedule(problem, script: name)
        }
        if let argument = manifest.arguments.first(where: { $0.isRequired && $0.defaultValue == .nil }) {
            throw WorkflowError.required(argument, script: name)
        }
        arguments = try manifest.complete(.record([:]))
    }

    /// Throws what keeps a workflow with a schedule from running by itself; nothing for one without.
    public static func check(_ manifest: Manifest) throws {
        guard manifest.schedule != .nil else { return }
        let source = LuaSource(name: manifest.script, bytes: [])
        _ = try ScheduledWorkflow(name: manifest.script, source: source, manifest: manifest)
    }
}

extension ScheduledWorkflow: Equatable {
    /// Compares what they are made of.
    public static func == (left: ScheduledWorkflow, right: ScheduledWorkflow) -> Bool {
        left.name == right.name && left.source == right.source && left.manifest == right.manifest
    }
}
