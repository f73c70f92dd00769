/// Which runs a list shall have; everything is optional.
public struct RunFilter: Hashable, Sendable {
    /// Only those of the script with this name.
    public var script: String?
    /// Only those that stand so; `nil` for any.
    public var statuses: Set<RunStatus>?
    /// Only those that began at or after this moment, in microseconds since 1970-01-01T00:00:00Z.
    public var since: Int64?
    /// Only those that began before this moment, in microseconds since 1970-01-01T00:00:00Z.
    public var before: Int64?
    /// Only those that follow this one in the list; nothing follows one that is not known.
    public var marker: RunRecord.ID?
    /// At most so many.
    public var limit: Int

    /// Makes a filter.
    public init(
        script: String? = nil,
        statuses: Set<RunStatus>? = nil,
        since: Int64? = nil,
        before: Int64? = nil,
        marker: RunRecord.ID? = nil,
        limit: Int = 100
    ) {
        self.script = script
        self.statuses = statuses
        self.since = since
        self.before = before
        self.marker = marker
        self.limit = limit
    }
}
