import BackupAPI

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

extension RunContext {
    /// What a report of this run says in its head. `duration` is how long the run took until now; `nil` takes the time to the
    /// end of the last of its backups, which is the same whenever the run is taken up.
    func facts(of blocks: [ReportBlock], duration: Duration? = nil) -> ReportFacts {
        let ends = blocks.compactMap { block -> Timestamp? in
            guard case .backup(let backup, _) = block else { return nil }
            return backup.endedTime
        }
        let lasted = ends.max().map { $0.since(began) }.flatMap { $0 > .zero ? $0 : nil }
        return ReportFacts(
            run: id,
            began: environment.timeText(began, "%Y-%m-%d %H:%M:%S %Z"),
            duration: duration ?? lasted,
            host: environment.hostName,
            site: environment.siteName
        )
    }
}
