import BackupAPI

extension Agent {
    /// Reads the object of contract 2.2; all but the id may be missing.
    init(reading json: JSONValue) throws(Missing) {
        self.init(
            projectID: json.string("project_id"),
            id: try json.id(),
            name: json.string("name"),
            version: json.string("version"),
            host: json["host"].map { AgentHost(reading: $0) },
            enabled: json["enabled"]?.isTrue ?? true,
            logLevel: json.string("log_level"),
            registeredTime: json["registered_time"]?.time,
            links: json.links
        )
    }
}

extension AgentHost {
    fileprivate init(reading json: JSONValue) {
        let os = json["os"]
        self.init(
            flavor: json.string("flavor"),
            region: json["region"]?.text,
            os: OperatingSystem(
                name: os?.string("name") ?? "",
                version: os?.string("version") ?? "",
                architecture: os?.string("architecture") ?? ""
            )
        )
    }
}

extension Activity {
    /// Reads an item of contract 2.6. Without a state it counts as running, and without a time as never changed:
    /// 1970.
    init(reading json: JSONValue) throws(Missing) {
        let type = try json.required("type")
        self.init(
            id: try json.id(),
            type: type,
            lastUpdatedTime: json["last_updated_time"]?.time ?? Timestamp(microseconds: 0),
            state: ActivityState(rawValue: json["state"]?.text ?? "unknown"),
            agent: json.reference("agent"),
            configuration: json.optionalReference("configuration"),
            links: json.links
        )
    }
}

extension Event {
    /// Reads an event of contract 3.5; one without a time is of 1970.
    init(reading json: JSONValue) throws(Missing) {
        self.init(
            id: try json.id(),
            time: json["time"]?.time ?? Timestamp(microseconds: 0),
            event: try json.required("event"),
            agent: json.subject("agent"),
            configuration: json.subject("configuration"),
            backup: json.subject("backup"),
            restore: json.subject("restore"),
            cleanup: json.subject("cleanup"),
            mode: json["mode"]?.text,
            requestID: json["request_id"]?.text,
            bytesCompleted: json["bytes_completed"]?.integer,
            bytesRemaining: json["bytes_remaining"]?.integer,
            totalBytes: json["total_bytes"]?.integer
        )
    }
}

extension JSONValue {
    fileprivate func subject(_ key: String) -> Event.Subject? {
        self[key].map { Event.Subject(id: $0["id"]?.text) }
    }
}

extension BrowseItem {
    /// Reads an entry of contract 2.2.8.
    init(reading json: JSONValue) throws(Missing) {
        self.init(
            name: try json.required("name"),
            encodedName: json["name_encoded"]?.text,
            bytes: json.bytes("bytes"),
            mimeType: json["mime_type"]?.text ?? BrowseItem.fileType
        )
    }
}
