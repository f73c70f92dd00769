import BackupAPI
import NIOHTTP1

// The requests for single resources, each with what a 404 of it means.

extension CloudRequest {
    static func configuration(_ id: ResourceID<Configuration>, _ method: HTTPMethod = .GET) -> CloudRequest {
        CloudRequest(method, "configurations", id.rawValue) { .unknownConfiguration(id) }
    }

    static func backup(_ id: ResourceID<Backup>, _ method: HTTPMethod = .GET) -> CloudRequest {
        CloudRequest(method, "backups", id.rawValue) { .unknownBackup(id.rawValue) }
    }

    static func restore(_ id: ResourceID<Restore>, _ method: HTTPMethod = .GET) -> CloudRequest {
        CloudRequest(method, "restores", id.rawValue) { .unknownRestore(id.rawValue) }
    }

    static func cleanup(_ id: ResourceID<Cleanup>, _ method: HTTPMethod = .GET) -> CloudRequest {
        CloudRequest(method, "cleanups", id.rawValue) { .unknownCleanup(id.rawValue) }
    }

    static func agent(_ id: ResourceID<Agent>, _ method: HTTPMethod = .GET) -> CloudRequest {
        CloudRequest(method, "agents", id.rawValue) { .unknownAgent(id.rawValue) }
    }

    static func events(of subject: EventSubject) -> CloudRequest {
        switch subject {
        case .project: CloudRequest(.GET, "events")
        case .agent(let id): agent(id).below("events")
        case .configuration(let id): configuration(id).below("events")
        case .backup(let id): backup(id).below("events")
        case .restore(let id): restore(id).below("events")
        case .cleanup(let id): cleanup(id).below("events")
        }
    }
}

extension BackupError {
    /// No configuration has this id, and there is no list to find the nearest in.
    static func unknownConfiguration(_ id: ResourceID<Configuration>) -> BackupError {
        BackupError(
            .unknownConfiguration,
            "no configuration has the id '\(id)'",
            fix: "List the configurations to see their ids."
        )
    }
}
