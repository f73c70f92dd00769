import BackupAPI
import Hummingbird

/// A request that is answered with a fault (contract 1.10).
struct Fault: Error {
    var status: Int
    var message: String
    /// The single problems of a request that breaks several rules, or may.
    var errors: [String] = []
    var headers = HTTPFields()

    /// The fault's answer: `message`, and `errors` where there are some.
    var answer: Answer {
        struct Body: Encodable {
            let message: String
            let errors: [String]?
        }
        let body = Body(message: message, errors: errors.isEmpty ? nil : errors)
        return Answer(status: status, headers: headers, body: try? JSONText.encode(body))
    }
}

extension Fault {
    static func badRequest(_ message: String) -> Fault {
        Fault(status: 400, message: message)
    }

    /// The contract's own words for a body that breaks rules, and each of them.
    static func validation(_ errors: [String]) -> Fault {
        Fault(status: 400, message: "validation failed", errors: errors)
    }

    static func unauthorized(_ message: String, base: String) -> Fault {
        Fault(
            status: 401,
            message: message,
            headers: [.wwwAuthenticate: "Keystone uri=\"\(base)/v2.0\""]
        )
    }

    static func forbidden(_ message: String) -> Fault {
        Fault(status: 403, message: message)
    }

    static func notFound(_ message: String) -> Fault {
        Fault(status: 404, message: message)
    }

    static func methodNotAllowed(_ method: String, path: String, allowed: [String]) -> Fault {
        Fault(
            status: 405,
            message: "\(method) is not a method of '\(path)'",
            headers: [.allow: allowed.joined(separator: ", ")]
        )
    }

    static func tooMany(_ what: String, wait: Int) -> Fault {
        Fault(
            status: 429,
            message: "too many \(what) came from this address; try again in \(wait) s",
            headers: [.retryAfter: "\(wait)"]
        )
    }

    static func tooLarge(limit: Int) -> Fault {
        Fault(status: 413, message: "the body has more than \(limit) bytes")
    }

    static func tooSlow(_ limit: Duration) -> Fault {
        Fault(status: 408, message: "the body did not arrive within \(limit)")
    }

    static func notServed(_ operation: String, why: String) -> Fault {
        Fault(status: 501, message: "\(operation) is not served: \(why)")
    }

    /// A key that comes again with another body: what it stands for is not what is asked for now.
    static func keyTaken(_ what: String, _ id: String) -> Fault {
        Fault(
            status: 422,
            message: "the Idempotency-Key was used with another body, for \(what) '\(id)'; use a new key"
        )
    }
}
