import BackupAPI
import Hummingbird

/// The health of the server and of its service (contract 2.1).
enum HealthOperations {
    static let routes = [
        Route("GET", "/ping") { _ in .noContent },
        Route("GET", "/health") { call in
            let isOnline = await isStorageOnline(call)
            return try answer(Health(isStorageOnline: isOnline, call), isOnline)
        },
        Route("GET", "/health/{group}/{system}") { call in
            try await system("\(call.parameters["group"] ?? "")/\(call.parameters["system"] ?? "")", call)
        },
        Route("GET", "/health/{system}") { call in try await system(call.parameters["system"] ?? "", call) },
    ]

    private static func system(_ name: String, _ call: Call) async throws -> Answer {
        let (segments, isOnline): ([String], Bool)
        switch name {
        case "cassandra", "storage/cassandra":
            (segments, isOnline) = (["health", "storage", "cassandra"], await isStorageOnline(call))
        case "pecan", "transport/pecan":
            (segments, isOnline) = (["health", "transport", "pecan"], true)
        case "rse", "event/rse":
            (segments, isOnline) = (["health", "event", "rse"], await isStorageOnline(call))
        default:
            throw Fault.notFound(
                "there is no system '\(name)'; there are storage/cassandra, transport/pecan and event/rse"
            )
        }
        let links = [Link(href: call.links.href(segments), rel: "self")]
        return try answer(Health.System(online: isOnline, links: links), isOnline)
    }

    /// A 503 has the document, too (contract 1.10).
    private static func answer(_ document: some Encodable, _ isOnline: Bool) throws -> Answer {
        Answer(
            status: isOnline ? 200 : 503,
            headers: isOnline ? [:] : [.retryAfter: "5"],
            body: try JSONText.encode(document)
        )
    }

    /// Whether a start would be taken now.
    private static func isStorageOnline(_ call: Call) async -> Bool {
        (try? await call.service.checkReadiness()) != nil
    }
}

/// The health document (contract 2.1.1), with its own names for the store and for the server.
private struct Health: Encodable {
    struct System: Encodable {
        let online: Bool
        let links: [Link]
    }

    struct Storage: Encodable {
        let cassandra: System
    }

    struct Pecan: Encodable {
        let online: Bool
        let node: String
        let links: [Link]
    }

    struct Transport: Encodable {
        let pecan: Pecan
    }

    struct Region: Encodable {
        let online: Bool
    }

    /// Events are in the service's store.
    struct Events: Encodable {
        let online: Bool
        let regions: [String: Region]
        let links: [Link]
    }

    struct EventGroup: Encodable {
        let rse: Events
    }

    /// The host's own settings: what is in force works, and the message says what is wrong beside it.
    struct Settings: Encodable {
        let online = true
        let message: String
        let links: [Link] = []
    }

    struct Site: Encodable {
        let settings: Settings
    }

    let event: EventGroup
    let storage: Storage
    let transport: Transport
    /// Beyond the contract, and there only when there is something to say.
    let site: Site?

    init(isStorageOnline: Bool, _ call: Call) {
        let links = call.links
        site = call.notice().map { Site(settings: Settings(message: $0)) }
        let region = call.settings.region.lowercased()
        event = EventGroup(
            rse: Events(
                online: isStorageOnline,
                regions: [region: Region(online: isStorageOnline)],
                links: [links.link("self", "health", "event", "rse")]
            )
        )
        let own = links.link("self", "health", "storage", "cassandra")
        storage = Storage(cassandra: System(online: isStorageOnline, links: [own]))
        let server = links.link("self", "health", "transport", "pecan")
        transport = Transport(pecan: Pecan(online: true, node: call.settings.node, links: [server]))
    }
}
