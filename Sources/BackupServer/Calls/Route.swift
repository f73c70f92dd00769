/// One operation of the API: its method, its path after the project, and what answers it.
struct Route: Sendable {
    typealias Handler = @Sendable (Call) async throws -> Answer

    /// A segment of a path.
    private enum Part {
        case literal(String)
        case parameter(String)
    }

    let method: String
    private let pattern: [Part]
    let handler: Handler

    /// The path has literal segments, and names of parameters in braces.
    init(_ method: String, _ path: String, _ handler: @escaping Handler) {
        self.method = method
        pattern = path.split(separator: "/").map { part in
            part.hasPrefix("{") ? .parameter(String(part.dropFirst().dropLast())) : .literal(String(part))
        }
        self.handler = handler
    }

    /// An operation of the contract that this server leaves out; it answers 501 and says why.
    static func leftOut(_ method: String, _ path: String, _ why: String) -> Route {
        Route(method, path) { _ in throw Fault.notServed("\(method) \(path)", why: why) }
    }

    /// Whether the segments are of this route's form.
    func fits(_ segments: [String]) -> Bool {
        guard segments.count == pattern.count else { return false }
        return zip(pattern, segments).allSatisfy { part, segment in
            if case .literal(let literal) = part { literal == segment } else { true }
        }
    }

    /// The parameters' values in segments that fit.
    func parameters(of segments: [String]) -> [String: String] {
        var found: [String: String] = [:]
        for case (.parameter(let name), let segment) in zip(pattern, segments) { found[name] = segment }
        return found
    }
}

extension [Route] {
    /// The route of a request and the values of its parameters. Throws a 404 or a 405.
    func route(_ method: String, _ segments: [String]) throws(Fault) -> (Route, [String: String]) {
        var allowed: [String] = []
        for route in self where route.fits(segments) {
            if route.method == method { return (route, route.parameters(of: segments)) }
            allowed.append(route.method)
        }
        let path = "/" + segments.joined(separator: "/")
        guard !allowed.isEmpty else { throw .notFound("there is no resource '\(path)'") }
        throw .methodNotAllowed(method, path: path, allowed: allowed)
    }
}
