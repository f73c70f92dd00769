import BackupAPI
import Hummingbird

/// A request of a known principal to one operation, and all that answers it.
struct Call: Sendable {
    let service: any BackupService
    let settings: ServerSettings
    let desk: BrowseDesk
    let notice: @Sendable () -> String?
    let principal: Principal
    let links: Links
    /// The values of the path's parameters.
    let parameters: [String: String]
    let query: Query
    let headers: HTTPFields
    let body: [UInt8]

    /// The id in the path.
    func id<Resource>(_ name: String, of type: Resource.Type = Resource.self) -> ResourceID<Resource> {
        ResourceID(parameters[name] ?? "")
    }

    /// One agent. Throws `unknown_agent`.
    func agent(_ id: ResourceID<Agent>) async throws -> Agent {
        guard let found = try await service.agents().first(where: { $0.id == id }) else {
            throw BackupError.unknownAgent(id.rawValue)
        }
        return found
    }

    /// A list of configurations, which is not paged.
    func list(_ configurations: [Configuration]) throws -> Answer {
        let items = configurations.map {
            ConfigurationItem(configuration: links.shown($0, project: principal.project))
        }
        return try .ok(PageBody(name: "configurations", items: items))
    }

    /// The body as JSON. Throws a 400 that says where it is none.
    func json() throws(Fault) -> JSONValue {
        guard !body.isEmpty else { throw .badRequest("the request has no body") }
        do { return try JSONReader.read(body) } catch {
            throw .badRequest("the body is no JSON: \(error)")
        }
    }

    /// The body as a JSON object, read by `read`. Throws a 400 with every problem that was found.
    func object<Value>(_ read: (inout ObjectReader) -> Value?) throws(Fault) -> Value {
        let json = try json()
        guard case .object = json else {
            throw .badRequest("the body is \(json.kind), and must be an object")
        }
        var reader = ObjectReader(json)
        let value = read(&reader)
        guard let value, reader.problems.isEmpty else { throw .validation(reader.problems) }
        return value
    }

    /// The key that makes a start happen once; `nil` when there is none.
    ///
    /// Keys belong to the project and to whom the token is for: what another client happens to call the same is another start,
    /// and a new token of the same name finds the starts of the old one. None is that of a run or a slot of this host.
    func idempotencyKey() throws(Fault) -> String? {
        guard let key = headers.first("idempotency-key") else { return nil }
        guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw .badRequest("Idempotency-Key must have 1 to 255 visible ASCII characters")
        }
        return "http:\(principal.project.percentEncoded):\(principal.name.percentEncoded):\(key)"
    }
}

extension HTTPFields {
    /// The value of a header by its lower-case name; of one that is there twice, the first counts.
    func first(_ name: String) -> String? {
        first { $0.name.canonicalName == name }?.value
    }
}
