public import LuaKit

/// A plugin that has hooks, or that cannot be used.
public struct HookPlugin: Sendable {
    /// The plugin's name.
    public var name: String
    /// The file in which its hooks are.
    public var source: LuaSource
    /// What its hooks may do.
    public var permissions: Permissions
    /// Its hooks, in the order in which the file registers them.
    public var hooks: [HookDeclaration]
    /// Why it cannot be used, and so has no hooks: each run warns of it. `nil` where all is well.
    public var problem: String?

    /// Makes a plugin.
    public init(
        name: String,
        source: LuaSource,
        permissions: Permissions,
        hooks: [HookDeclaration],
        problem: String? = nil
    ) {
        self.name = name
        self.source = source
        self.permissions = permissions
        self.hooks = hooks
        self.problem = problem
    }

    /// The name under which a run keeps the source; no module has one like it.
    var keptName: String { Self.keptPrefix + name }

    static let keptPrefix = "hooks:"
}
