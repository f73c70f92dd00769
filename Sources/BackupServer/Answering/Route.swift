/// One operation of the API: its method, its path after the project, and what answers it.
struct Route: Sendable {
    typealias Handler = @Sendable (Call) async throws -> Answer

    let method: String
    /// Literal segments, and names of parameters in braces.
    let pattern: [Substring]
    let handler: Handler

    init(_ method: String, _ path: String, _ handler: @escaping Handler) {
        self.method = method
        pattern = path.split(separator: "/")
        self.handler = handler
    }

    /// An operation of the contract that this server leaves out; it answers 501 and says why.
    static func leftOut(_ method: String, _ path: String, _ why: String) -> Route {
        Route(method, path) { _ in throw Fault.notServed("\(method) \(path)", why: why) }
    }

    /// The parameters' values; `nil` when the segments are not of this route's form.
    func parameters(of segments: [String]) -> [String: String]? {
        guard segments.count == pattern.count else { return nil }
        var found: [String: String] = [:]
        for (part, segment) in zip(pattern, segments) {
            if part.hasPrefix("{") {
                found[String(part.dropFirst().dropLast())] = segment
            } else if part != segment {
                return nil
            }
        }
        return found
    }
}

extension [Route] {
    /// The route of a request and the values of its parameters. Throws a 404 or a 405.
    func route(_ method: String, _ segments: [String]) throws(Fault) -> (Route, [String: String]) {
        var allowed: [String] = []
        for route in self {
            guard let parameters = route.parameters(of: segments) else { continue }
            if route.method == method { return (route, parameters) }
            allowed.append(route.method)
        }
        let path = "/" + segments.joined(separator: "/")
        guard !allowed.isEmpty else { throw .notFound("there is no resource '\(path)'") }
        throw .methodNotAllowed(method, path: path, allowed: allowed)
    }
}
