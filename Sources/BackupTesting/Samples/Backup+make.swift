public import BackupAPI

extension Timestamp {
    /// The moment at which samples begin, `2014-08-05T18:22:22.000000Z`.
    public static let sample = Timestamp(microseconds: 1_407_262_942_000_000)
}

extension Backup {
    /// A record of the contract's shape in any state, with the times and figures that fit the state.
    ///
    /// Before it runs it has no times and only zeros; one that ended well has a snapshot and can be restored.
    public static func make(
        id: ResourceID<Backup> = .make(1),
        configuration: ResourceID<Configuration> = "nightly",
        state: ActivityState = .startRequested,
        started: Timestamp = .sample,
        ended: Timestamp = Timestamp.sample.advanced(by: .seconds(60)),
        snapshotID: Int = 1_111,
        errors: ErrorSummary? = nil,
        local: LocalDetails? = nil
    ) -> Backup {
        let hasBegun = state == .inProgress || state.isFinal
        let endedWell = state == .completed || state == .completedWithErrors
        var errors = errors ?? .make(state)
        errors.links = [Link(href: "/v2/backups/\(id)/errors", rel: "full")]
        return Backup(
            id: id,
            agent: .make(),
            configuration: Reference(
                id: configuration,
                links: [Link(href: "/v2/configurations/\(configuration)", rel: "full")]
            ),
            state: state,
            startedTime: hasBegun ? started : nil,
            endedTime: state.isFinal ? ended : nil,
            snapshotID: endedWell ? snapshotID : nil,
            errors: errors,
            filesSearched: endedWell ? 1_222 : 0,
            filesBackedUp: endedWell ? 6 : 0,
            bytesSearched: endedWell ? 3_700_000_000 : 0,
            bytesBackedUp: endedWell ? 127_000_000 : 0,
            bytesInDB: endedWell ? 49_340_871 : 0,
            bandwidthAverage: endedWell ? 16_628_982 : 0,
            restorable: endedWell,
            links: [
                Link(href: "/v2/backups/\(id)", rel: "self"),
                Link(href: "/v2/backups/\(id)/events", rel: "events"),
            ],
            local: local
        )
    }
}

extension ErrorSummary {
    /// What a backup in this state says of its errors.
    public static func make(_ state: ActivityState) -> ErrorSummary {
        switch state {
        case .completedWithErrors:
            ErrorSummary(
                count: 1,
                reason: "unable_to_process_some_files",
                diagnostics: "1 file could not be read"
            )
        case .failed:
            ErrorSummary(count: 1, reason: "unable_to_read_source", diagnostics: "the source cannot be read")
        default: ErrorSummary()
        }
    }
}
