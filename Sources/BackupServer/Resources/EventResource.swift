import BackupAPI

/// An event, and what the contract shows in commands besides ids (3.4, 3.5).
struct EventResource: Encodable {
    /// No vault has a name here, and none is encrypted for clients.
    private struct Vault: Encodable {
        @Nullable var id: String?
        let encrypted = false
    }

    private struct AgentSubject: Encodable {
        let id: String?
        let vault: Vault?
    }

    private struct SourceAgent: Encodable {
        let vault = Vault(id: nil)
    }

    private struct Snapshot: Encodable {
        @Nullable var number: Int?

        private enum CodingKeys: String, CodingKey {
            case number = "snapshot_id"
        }
    }

    private struct RestoreSubject: Encodable {
        let id: String
        @Nullable var destinationPath: String?
        let overwriteFiles: Bool
        let inclusions: [PathRule]
        let exclusions: [PathRule]

        private enum CodingKeys: String, CodingKey {
            case id
            case destinationPath = "destination_path"
            case overwriteFiles = "overwrite_files"
            case inclusions, exclusions
        }
    }

    private let event: Event
    /// What was asked for, in `restore_start_request`.
    private var restore: RestoreSubject?
    private var snapshot: Snapshot?

    /// The events of a page; what was asked of restores is looked up.
    static func resources(of events: [Event], _ service: any BackupService) async throws -> [EventResource] {
        var resources: [EventResource] = []
        for event in events {
            var resource = EventResource(event: event)
            if event.event == "restore_start_request", let id = event.restore?.id {
                let restore = try await service.restore(ResourceID(id))
                resource.snapshot = Snapshot(number: try await service.backup(restore.backup.id).snapshotID)
                resource.restore = RestoreSubject(
                    id: id,
                    destinationPath: restore.destinationPath,
                    overwriteFiles: restore.overwriteFiles,
                    inclusions: restore.inclusions,
                    exclusions: restore.exclusions
                )
            }
            resources.append(resource)
        }
        return resources
    }

    private init(event: Event) {
        self.event = event
    }

    private enum CodingKeys: String, CodingKey {
        case id, time, event, agent
        case sourceAgent = "source_agent"
        case configuration, backup, restore, cleanup, mode
        case requestID = "request_id"
        case bytesCompleted = "bytes_completed"
        case bytesRemaining = "bytes_remaining"
        case totalBytes = "total_bytes"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(event.id, forKey: .id)
        try container.encode(event.time, forKey: .time)
        try container.encode(event.event, forKey: .event)
        let vault = event.event == "cleanup_start_request" ? Vault(id: nil) : nil
        try container.encodeIfPresent(
            event.agent.map { AgentSubject(id: $0.id, vault: vault) },
            forKey: .agent
        )
        if restore != nil { try container.encode(SourceAgent(), forKey: .sourceAgent) }
        try container.encodeIfPresent(event.configuration, forKey: .configuration)
        if let snapshot {
            try container.encode(snapshot, forKey: .backup)
        } else {
            try container.encodeIfPresent(event.backup, forKey: .backup)
        }
        if let restore {
            try container.encode(restore, forKey: .restore)
        } else {
            try container.encodeIfPresent(event.restore, forKey: .restore)
        }
        try container.encodeIfPresent(event.cleanup, forKey: .cleanup)
        try container.encodeIfPresent(event.mode, forKey: .mode)
        try container.encodeIfPresent(event.requestID, forKey: .requestID)
        try container.encodeIfPresent(event.bytesCompleted, forKey: .bytesCompleted)
        try container.encodeIfPresent(event.bytesRemaining, forKey: .bytesRemaining)
        try container.encodeIfPresent(event.totalBytes, forKey: .totalBytes)
    }
}
