extension LuaState {
    /// The names that every script can use without a module of the host's.
    public static let globalNames = [
        "_G", "_VERSION", "assert", "coroutine", "error", "getmetatable", "ipairs", "load", "math", "next",
        "pairs",
        "pcall", "print", "rawequal", "rawget", "rawlen", "rawset", "require", "select", "setmetatable",
        "string",
        "table", "tonumber", "tostring", "type", "utf8", "xpcall",
    ]
}
