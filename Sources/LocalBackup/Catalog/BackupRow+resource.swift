import BackupAPI

extension BackupRow {
    /// The contract's resource, with links from the API's root.
    func resource(agent: ResourceID<Agent>) -> Backup {
        Backup(
            id: ResourceID(id),
            agent: Reference(id: agent, links: [Link(href: "/v2/agents/\(agent)", rel: "full")]),
            configuration: Reference(
                id: ResourceID(configurationID),
                links: [Link(href: "/v2/configurations/\(configurationID)", rel: "full")]
            ),
            state: activityState,
            startedTime: startedTime.map(Timestamp.init(microseconds:)),
            endedTime: endedTime.map(Timestamp.init(microseconds:)),
            snapshotID: snapshotNumber,
            errors: ErrorSummary(
                count: errorCount,
                reason: errorReason,
                diagnostics: errorDiagnostics,
                links: [Link(href: "/v2/backups/\(id)/errors", rel: "full")]
            ),
            filesSearched: filesSearched,
            filesBackedUp: filesBackedUp,
            bytesSearched: bytesSearched,
            bytesBackedUp: bytesBackedUp,
            bandwidthAverage: bandwidth,
            restorable: snapshotNumber != nil,
            links: [
                Link(href: "/v2/backups/\(id)", rel: "self"),
                Link(href: "/v2/backups/\(id)/events", rel: "events"),
            ],
            local: details
        )
    }

    private var details: LocalDetails {
        LocalDetails(
            configurationName: configurationName,
            createdTime: Timestamp(microseconds: createdTime),
            resticSnapshotID: resticSnapshot,
            exitCode: exitCode,
            resticVersion: resticVersion,
            processID: processID.map(Int.init),
            key: startKey
        )
    }
}
