public import LuaKit

/// What a workflow says of itself: the table that its file returns, without the functions.
public struct Manifest: Hashable, Sendable {
    /// Its name; the file's, where the table has none.
    public var name: String
    /// What it does, in one sentence.
    public var summary: String?
    /// More about it.
    public var description: String?
    /// What it belongs to, for lists.
    public var category: String?
    /// What it asks to be allowed, in the manifest's order.
    public var needs: [Permission]
    /// The arguments that it takes: in the manifest's order where that is a list, else by name.
    public var arguments: [WorkflowArgument]
    /// When it is to run, as the manifest has it; `.nil` where it says nothing.
    public var schedule: LuaValue
    /// The script's name in messages.
    public var script: String

    /// The only version of the interface between hosts and workflows so far.
    public static let api = 1

    /// What it asks for beyond what every script may do.
    public var wants: [Permission] { needs.filter { !Permissions.standard.allow($0) } }
}

/// What a file is.
public enum ScriptKind: Hashable, Sendable {
    /// A plain script: its file is what runs.
    case script
    /// A workflow: its file returns a table whose `run` is what runs.
    case workflow(Manifest)
}
