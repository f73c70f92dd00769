public import LuaKit

extension LuaValue {
    /// The value of a JSON text, as `json.decode` answers it. Throws what is wrong with the text and where.
    public init(json text: String) throws {
        self = try JSONReader.read(text)
    }
}
