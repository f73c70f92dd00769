import BackupAPI
import NIOHTTP1

/// What came back for a request: at least a status.
struct CloudAnswer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    var body: [UInt8]
    /// Why the body is not whole; `nil` when it is.
    var bodyFailure: (any Error)?

    var isSuccess: Bool { (200..<300).contains(status) }

    /// The JSON of the body; `nil` when it is empty or none.
    var json: JSONValue? {
        guard bodyFailure == nil else { return nil }
        return (try? JSONReader.read(body)).map(JSONValue.init)
    }

    /// What the service says of a refusal: `message`, then the single `errors` (contract 1.10); `nil` for no words.
    var words: String? {
        guard let json else { return nil }
        // Identity wraps its faults in one more object.
        let fault = json["message"] == nil ? json.firstMember ?? json : json
        let parts = [fault["message"]?.text] + (fault["errors"]?.elements ?? []).map(\.text)
        let text = parts.compactMap(\.self).filter { !$0.isEmpty }
        guard let summary = text.first else { return nil }
        return ([summary] + (text.count > 1 ? [text.dropFirst().joined(separator: "; ")] : []))
            .joined(separator: ": ")
    }

    /// The last segment of `Location`, which is the id of what was made (contract 6.1.2).
    var createdID: String? {
        headers.first(name: "Location")?.split(separator: "?").first?.split(separator: "/").last.map(
            String.init
        )
    }

    /// How long the service wants to be left alone; `nil` where it does not say so in seconds.
    var retryAfter: Duration? {
        headers.first(name: "Retry-After").flatMap { Int($0.filter { $0 != " " }) }
            .flatMap { (0...86_400).contains($0) ? .seconds($0) : nil }
    }

    /// The media type, without its parameters.
    var mediaType: String {
        headers.first(name: "Content-Type")?.split(separator: ";").first.map(String.init) ?? "no media type"
    }
}

extension JSONValue {
    fileprivate var firstMember: JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first?.value
    }
}
