/// What has become of a start whose answer nobody has seen.
public enum StartFate: Hashable, Sendable {
    /// It happened: the id of the backup, restore or cleanup.
    case happened(id: String)
    /// It did not happen: asking for it again with its key starts one.
    case absent
    /// The service cannot tell. `reason` says why in one sentence; `candidates` are ids of what may have come of it, the
    /// newest first.
    case unknown(reason: String, candidates: [String])
}
