/// The source of a script or of a file that it required, kept so that a run can be resumed on what it began with.
public struct ScriptSource: Hashable, Sendable {
    /// The SHA-256 of the source's UTF-8, in hexadecimal.
    public var sha256: String
    /// The name under which it was first seen.
    public var name: String
    /// The source itself.
    public var text: String
    /// When it was first seen, in microseconds since 1970-01-01T00:00:00Z.
    public var firstSeen: Int64

    /// Makes a source.
    public init(sha256: String, name: String, text: String, firstSeen: Int64) {
        self.sha256 = sha256
        self.name = name
        self.text = text
        self.firstSeen = firstSeen
    }
}
