/// The text of a script and the name that errors call it by.
public struct LuaSource: Hashable, Sendable {
    /// The name in messages, usually the file's.
    public var name: String
    /// The text, in UTF-8 or any encoding that has ASCII's characters.
    public var bytes: [UInt8]

    /// Makes a source of bytes.
    public init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    /// Makes a source of a text.
    public init(name: String, text: String) {
        self.init(name: name, bytes: Array(text.utf8))
    }

    /// The name as Lua takes it: a leading `@` makes it show a file's name.
    var chunkName: String { "@" + name }
}
