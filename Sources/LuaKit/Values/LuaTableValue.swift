/// The contents of a Lua table: the elements 1…n, and all other keys.
public struct LuaTableValue: Sendable {
    /// What a table is: a list or a record.
    public enum Kind: Sendable {
        /// It has elements 1…n and no other keys.
        case list
        /// It has keys and no elements.
        case record
    }

    /// The elements 1…n; holes are `.nil`.
    public var items: [LuaValue]
    /// All other keys: strings, numbers and booleans.
    public var fields: [LuaValue: LuaValue]
    /// What it is while it is empty; `nil` when nobody said, as in a table that a script made.
    ///
    /// An empty Swift array is a list and an empty dictionary a record, and both stay so in Lua and back, until the
    /// script puts something in. To the script such a table is one like any other, but `getmetatable` returns `false`
    /// until `setmetatable` gives it another metatable, which drops the mark.
    public var mark: Kind?

    /// Makes a table.
    public init(items: [LuaValue] = [], fields: [LuaValue: LuaValue] = [:], mark: Kind? = nil) {
        self.items = items
        self.fields = fields
        self.mark = mark
    }

    /// Whether it has neither elements nor keys.
    public var isEmpty: Bool { items.isEmpty && fields.isEmpty }

    /// What it is by its contents, or by its mark when it is empty; `nil` when it has both elements and keys, or is
    /// empty and nobody said what it is.
    public var kind: Kind? {
        switch (items.isEmpty, fields.isEmpty) {
        case (true, true): mark
        case (false, true): .list
        case (true, false): .record
        case (false, false): nil
        }
    }
}

extension LuaTableValue: Hashable {
    /// Compares the contents. The mark does not count: an empty table is equal to any other.
    public static func == (left: LuaTableValue, right: LuaTableValue) -> Bool {
        left.items == right.items && left.fields == right.fields
    }

    /// Hashes the contents.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(items)
        hasher.combine(fields)
    }
}
