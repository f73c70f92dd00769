import BackupAPI

extension BackupRow {
    /// The contract's resource, with links from the API's root.
    func resource(agent: ResourceID<Agent>) -> Backup {
        Backup(
            id: ResourceID(id),
            agent: Reference(agent.rawValue, in: "agents"),
            configuration: Reference(configurationID, in: "configurations"),
            state: activityState,
            startedTime: startedTime.map(Timestamp.init(microseconds:)),
            endedTime: knownEnd.map(Timestamp.init(microseconds:)),
            snapshotID: snapshotNumber,
            errors: errorSummary,
            filesSearched: filesSearched,
            filesBackedUp: filesBackedUp,
            bytesSearched: bytesSearched,
            bytesBackedUp: bytesBackedUp,
            bandwidthAverage: bandwidth,
            restorable: isRestorable,
            links: links,
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
            key: startKey,
            adopted: adopted
        )
    }

    /// When it was over; `nil` also for a snapshot that was taken in and does not say.
    private var knownEnd: Int64? { adopted?.hasSummary == false ? nil : endedTime }
}
