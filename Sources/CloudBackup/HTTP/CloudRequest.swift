import BackupAPI
import NIOHTTP1

/// One request, without its base URL and without a token.
struct CloudRequest: Sendable {
    /// What a 404 means, by the resource that is asked for.
    typealias Missing = @Sendable () -> BackupError

    /// Whether it may be sent again when it is not known what became of it.
    enum Repetition: Sendable {
        /// Twice is as good as once.
        case harmless
        /// It begins something; sent again, it may begin a second one.
        case begins(String)
    }

    var method: HTTPMethod = .GET
    /// Encoded segments; `nil` where one of them is none, so that nothing can have this path.
    private(set) var path: String?
    var query: [(name: String, value: String)] = []
    var body: String?
    var contentType = "application/json"
    var key: String?
    var repetition = Repetition.harmless
    /// What a 404 means.
    var missing: Missing?

    /// A request for the resource below the base URL that these segments name.
    init(_ method: HTTPMethod, _ segments: String..., missing: Missing? = nil) {
        self.method = method
        self.missing = missing
        let encoded = segments.compactMap(Self.encoded(segment:))
        path = encoded.count == segments.count ? encoded.map { "/\($0)" }.joined() : nil
    }

    /// Method and path, as errors show them.
    var title: String { "\(method.rawValue) \(path ?? "nothing")" }

    /// Path and query.
    var target: String {
        guard !query.isEmpty else { return path ?? "" }
        let pairs = query.map { "\($0.name)=\($0.value.percentEncoded)" }
        return "\(path ?? "")?\(pairs.joined(separator: "&"))"
    }

    /// A text as one segment of a path; `nil` for those that change the path's meaning.
    static func encoded(segment: String) -> String? {
        guard !["", ".", ".."].contains(segment) else { return nil }
        return segment.percentEncoded
    }
}

extension CloudRequest {
    /// The request for what lies below its path.
    func below(_ segments: String..., method: HTTPMethod = .GET) -> CloudRequest {
        var request = self
        let encoded = segments.compactMap(Self.encoded(segment:))
        request.path =
            encoded.count == segments.count ? path.map { ([$0] + encoded).joined(separator: "/") } : nil
        request.method = method
        return request
    }

    /// The request with a body of JSON.
    func sending(_ body: some Encodable) throws -> CloudRequest {
        var request = self
        request.body = try JSONText.encode(body)
        return request
    }

    /// The request with the operations of a JSON Patch (RFC 6902, contract 4.1).
    func patching(_ operations: [PatchOperation]) throws -> CloudRequest {
        var request = try sending(operations)
        request.contentType = "application/json-patch+json"
        return request
    }

    /// The request as one that begins a thing, with the caller's key.
    func beginning(_ what: String, key: String?) -> CloudRequest {
        var request = self
        request.repetition = .begins(what)
        request.key = key
        return request
    }

    /// The request for a part of a list. The sort direction is always said, since the defaults differ (contract 6.4.3).
    func listing(after marker: String?, limit: Int, isAscending: Bool) -> CloudRequest {
        var request = self
        if let marker { request.query.append(("marker", marker)) }
        request.query.append(("limit", "\(max(1, limit))"))
        request.query.append(("sort_dir", isAscending ? "asc" : "desc"))
        return request
    }
}

/// One operation of a JSON Patch; `replace` is the only one that every resource takes (contract 4.1).
struct PatchOperation: Encodable, Sendable {
    let path: String
    /// `nil` is written as null.
    let value: (any Encodable & Sendable)?

    private enum CodingKeys: String, CodingKey {
        case op, path, value
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode("replace", forKey: .op)
        try container.encode(path, forKey: .path)
        if let value {
            try container.encode(value, forKey: .value)
        } else {
            try container.encodeNil(forKey: .value)
        }
    }

    /// Asks for a stop of a backup, a restore or a cleanup (contract 4.3).
    static let stop = PatchOperation(path: "/state", value: ActivityState.stopRequested)
}
