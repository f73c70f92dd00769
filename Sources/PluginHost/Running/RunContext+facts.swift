import BackupAPI

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
