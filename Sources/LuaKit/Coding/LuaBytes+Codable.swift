extension LuaBytes: Codable {
    /// Reads a Lua string as it is, and a text from any other format.
    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }

    /// Writes a Lua string as it is, and a text to any other format; throws there when the bytes are no UTF-8.
    public func encode(to encoder: any Encoder) throws {
        try LuaValue.string(self).encode(to: encoder)
    }
}
