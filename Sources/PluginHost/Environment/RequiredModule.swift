public import LuaKit

/// A module that a script requires and the host does not have itself.
public struct RequiredModule: Sendable {
    /// Its source.
    public var source: LuaSource
    /// What it asks to be allowed: the script that requires it has to have all of it.
    public var needs: [Permission]

    /// Makes a module.
    public init(_ source: LuaSource, needs: [Permission] = []) {
        self.source = source
        self.needs = needs
    }
}
