import BackupAPI
import Hummingbird

/// What a request is answered with.
struct Answer {
    var status: Int
    /// Beyond `Content-Type` and `Content-Length`.
    var headers = HTTPFields()
    /// The text; `nil` for no body.
    var body: String?
    /// What the text is.
    var type = "application/json"
    /// Writes the body piece by piece, in place of a text.
    var stream: ResponseBody?

    /// 200 with a body.
    static func ok(_ body: some Encodable) throws -> Answer {
        Answer(status: 200, body: try JSONText.encode(body))
    }

    /// 201 with a body, and where the new resource is.
    static func created(_ body: some Encodable, at location: String) throws -> Answer {
        Answer(status: 201, headers: [.location: location], body: try JSONText.encode(body))
    }

    /// 202 without a body.
    static func accepted(at location: String? = nil) -> Answer {
        Answer(status: 202, headers: location.map { [.location: $0] } ?? [:])
    }

    /// 204.
    static let noContent = Answer(status: 204)
}
