/// Which value that scripts keep.
public struct StateKey: Hashable, Sendable {
    /// Whose it is, for example a plugin's name.
    public var namespace: String
    /// The key in it.
    public var key: String

    /// Makes a key.
    public init(namespace: String, key: String) {
        self.namespace = namespace
        self.key = key
    }
}

/// A value that scripts keep from run to run.
public struct StateEntry: Hashable, Sendable {
    /// Which it is.
    public var key: StateKey
    /// The value, a JSON text.
    public var value: String
    /// When it was set, in microseconds since 1970-01-01T00:00:00Z.
    public var changed: Int64

    /// Makes an entry.
    public init(key: StateKey, value: String, changed: Int64) {
        self.key = key
        self.value = value
        self.changed = changed
    }
}
