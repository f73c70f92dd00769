extension LuaState {
    /// Objects that scripts of this state can reach, or that Lua has not collected yet.
    public var objectCount: Int { core.objects.entries.count }

    /// Makes an object gone for the scripts of this state: each use raises `the Counter is gone`. An object that is
    /// handed over again afterwards is a new one to them. Does nothing for an object that no script holds.
    public func invalidate(_ object: some LuaObject) {
        core.invalidate(object)
    }
}
