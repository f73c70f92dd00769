import BackupAPI

extension Operations {
    static let health = [
        Route("GET", "/ping") { _ in .noContent },
        Route("GET", "/health") { call in
            let health = Health(
                isStorageOnline: await isStorageOnline(call),
                node: call.settings.node,
                call.links
            )
            return Answer(
                status: health.storage.cassandra.online ? 200 : 503,
                body: try JSONText.encode(health)
            )
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
        default:
            throw Fault.notFound(
                "there is no system '\(name)'; there are storage/cassandra and transport/pecan"
            )
        }
        let links = [Link(href: call.links.href(segments), rel: "self")]
        let body = Health.System(online: isOnline, links: links)
        return Answer(status: isOnline ? 200 : 503, body: try JSONText.encode(body))
    }

    /// Whether the service answers at all.
    private static func isStorageOnline(_ call: Call) async -> Bool {
        (try? await call.service.configurations()) != nil
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

    let storage: Storage
    let transport: Transport

    init(isStorageOnline: Bool, node: String, _ links: Links) {
        let own = links.link("self", "health", "storage", "cassandra")
        storage = Storage(cassandra: System(online: isStorageOnline, links: [own]))
        let server = links.link("self", "health", "transport", "pecan")
        transport = Transport(pecan: Pecan(online: true, node: node, links: [server]))
    }
}
