/// What a report says of its run, in its head.
public struct ReportFacts: Hashable, Sendable {
    /// The run's id.
    public var run: String
    /// When it began, as people read it.
    public var began: String
    /// How long it took so far; `nil` while that is not known.
    public var duration: Duration?
    /// The host's name; empty where it is not known.
    public var host: String
    /// The site's folder; empty where there is none.
    public var site: String

    /// Makes the facts of a run.
    public init(run: String, began: String, duration: Duration? = nil, host: String = "", site: String = "") {
        (self.run, self.began, self.duration, self.host, self.site) = (run, began, duration, host, site)
    }

    /// Names and what they say, without what is not known.
    var rows: [(name: String, text: String)] {
        [
            ("began", began), ("took", duration.map(Figures.duration) ?? ""), ("host", host), ("site", site),
            ("run", run),
        ].filter { !$0.1.isEmpty }
    }
}
