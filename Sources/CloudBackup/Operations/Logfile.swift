public import BackupAPI

/// The logs of an agent, uploaded on request (contract 2.2.15).
public struct Logfile: Hashable, Sendable, Identifiable {
    /// The logfile's id.
    public var id: ResourceID<Logfile>
    /// When it was asked for; `nil` where the service does not say.
    public var date: Timestamp?
    /// `requested`, `started` or `completed`.
    public var state: String
    /// `self`; and `logfile` and `logfile_temp_url` once completed. The last is signed: whoever has it can read the logs.
    public var links: [Link]

    /// Makes a logfile.
    public init(id: ResourceID<Logfile>, date: Timestamp? = nil, state: String, links: [Link] = []) {
        self.id = id
        self.date = date
        self.state = state
        self.links = links
    }

    init(reading json: JSONValue) throws(Missing) {
        self.init(
            id: try json.id(),
            date: json["date"]?.time,
            state: try json.required("state"),
            links: json.links
        )
    }
}
