import BackupAPI

extension Restore {
    /// Reads the object of contract 2.5; all but id and state may be missing.
    init(reading json: JSONValue) throws(Missing) {
        self.init(
            projectID: json.string("project_id"),
            id: try json.id(),
            backup: json.reference("backup"),
            destinationAgent: json.reference("destination_agent"),
            destinationPath: json["destination_path"]?.text,
            overwriteFiles: json["overwrite_files"]?.isTrue ?? false,
            inclusions: json.rules("inclusions"),
            exclusions: json.rules("exclusions"),
            state: try json.state(),
            startedTime: json["started_time"]?.time,
            endedTime: json["ended_time"]?.time,
            errors: ErrorSummary(reading: json["errors"]),
            filesRestored: json.count("files_restored"),
            bytesRestored: json.bytes("bytes_restored"),
            links: json.links
        )
    }
}

extension Cleanup {
    /// Reads the object of contract 2.8; all but id and state may be missing.
    init(reading json: JSONValue) throws(Missing) {
        self.init(
            projectID: json.string("project_id"),
            id: try json.id(),
            agent: json.reference("agent"),
            state: try json.state(),
            startedTime: json["started_time"]?.time,
            endedTime: json["ended_time"]?.time,
            snapshotIDs: (json["snapshot_ids"]?.elements ?? []).compactMap {
                $0.integer.flatMap(Int.init(exactly:))
            },
            errors: ErrorSummary(reading: json["errors"]),
            bytesBefore: json.bytes("bytes_before"),
            bytesAfter: json.bytes("bytes_after"),
            links: json.links
        )
    }
}
