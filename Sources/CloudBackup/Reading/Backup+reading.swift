import BackupAPI

extension Backup {
    /// Reads the object of contract 2.3; all but id and state may be missing.
    init(reading json: JSONValue) throws(Missing) {
        self.init(
            projectID: json.string("project_id"),
            id: try json.id(),
            agent: json.reference("agent"),
            configuration: json.reference("configuration"),
            state: try json.state(),
            startedTime: json["started_time"]?.time,
            endedTime: json["ended_time"]?.time,
            snapshotID: json["snapshot_id"]?.integer.flatMap(Int.init(exactly:)),
            errors: ErrorSummary(reading: json["errors"]),
            filesSearched: json.count("files_searched"),
            filesBackedUp: json.count("files_backed_up"),
            bytesSearched: json.bytes("bytes_searched"),
            bytesBackedUp: json.bytes("bytes_backed_up"),
            bytesInDB: json.bytes("bytes_in_db"),
            bandwidthAverage: json.bytes("bandwidth_avg_bps"),
            restorable: json["restorable"]?.isTrue ?? false,
            links: json.links
        )
    }
}

extension ErrorSummary {
    /// Reads a summary; without one, nothing went wrong.
    init(reading json: JSONValue?) {
        self.init(
            count: json?.count("count") ?? 0,
            reason: json?.string("reason") ?? "",
            diagnostics: json.map { $0["diagnostics"]?.text } ?? "",
            links: json?.links ?? []
        )
    }
}

extension ErrorList {
    /// Reads the object of contract 2.3.5.
    init(reading json: JSONValue) throws(Missing) {
        let items = try json.list("list") { item throws(Missing) in ErrorItem(reading: item) }
        self.init(
            count: json["count"]?.integer.flatMap(Int.init(exactly:)) ?? items.count,
            reason: json.string("reason"),
            diagnostics: json["diagnostics"]?.text,
            list: items,
            links: json.links
        )
    }
}

extension ErrorItem {
    fileprivate init(reading json: JSONValue) {
        self.init(
            index: json.count("index"),
            path: json.string("path"),
            type: json.string("type"),
            description: json["description"]?.text,
            exception: json["exception"].map {
                ErrorException(
                    code: $0.count("code"),
                    description: $0.string("description"),
                    details: $0.string("details")
                )
            }
        )
    }
}
