extension LuaFunction: Codable {
    /// A function is read from a Lua value alone: ``LuaDecoder`` hands over the function itself.
    public convenience init(from decoder: any Decoder) throws {
        throw LuaConversionError("a function has no form outside Lua", path: decoder.codingPath.luaPath)
    }

    /// A function is written to a Lua value alone: ``LuaEncoder`` hands over the function itself.
    public func encode(to encoder: any Encoder) throws {
        try LuaValue.function(self).encode(to: encoder)
    }
}
