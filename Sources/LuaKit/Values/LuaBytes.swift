/// A Lua string: bytes with a length, in any encoding or none. NUL and invalid UTF-8 survive.
public struct LuaBytes: Hashable, Sendable {
    /// The bytes.
    public var bytes: [UInt8]

    /// Makes a Lua string of bytes.
    public init(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// Makes a Lua string of a text's UTF-8.
    public init(_ text: String) {
        self.bytes = Array(text.utf8)
    }

    /// The text, or `nil` when the bytes are not valid UTF-8.
    public var text: String? {
        String(validating: bytes, as: UTF8.self)
    }

    /// The text for people: invalid bytes become U+FFFD.
    public var lossyText: String {
        String(decoding: bytes, as: UTF8.self)
    }
}

extension LuaBytes: ExpressibleByStringLiteral {
    /// Makes a Lua string of a literal.
    public init(stringLiteral value: String) {
        self.init(value)
    }
}

extension LuaBytes: Comparable {
    /// Byte by byte, as Lua compares strings in the "C" locale.
    public static func < (left: LuaBytes, right: LuaBytes) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}
