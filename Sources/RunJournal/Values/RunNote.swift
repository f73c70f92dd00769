/// Something that happened to a run beside its steps.
public struct RunNote: Hashable, Sendable {
    /// When, in microseconds since 1970-01-01T00:00:00Z.
    public var time: Int64
    /// What kind of thing, for a program: `resumed`, `parked`, `limit`.
    public var kind: String
    /// What happened, for people.
    public var message: String

    /// Makes a note.
    public init(time: Int64, kind: String, message: String) {
        self.time = time
        self.kind = kind
        self.message = message
    }
}
