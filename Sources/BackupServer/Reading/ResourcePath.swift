import Foundation

/// The path of a request, read with the tolerance that the contract asks of servers (6.1).
///
/// Slashes may be doubled, the path may end in `.json` (1.5), the project's segment may be missing, and the version and project may be there twice, as
/// they are when a client appends `/v2/PROJECT` to an address that already ends so.
struct ResourcePath {
    /// The project that the path names; `nil` when it names none.
    let project: String?
    /// Whether the path begins with the version.
    let hasVersion: Bool
    /// All segments, decoded.
    let plain: [String]
    /// What follows the version and the project, decoded; browse and vault requests are in the plural.
    let segments: [String]

    /// Reads a path. Throws a 400 for an escape that is none.
    init(_ text: String) throws(Fault) {
        var rest: [String] = []
        for part in text.split(separator: "/") {
            let decoded = part.utf8.contains(UInt8(ascii: "%")) ? part.removingPercentEncoding : String(part)
            guard let decoded, !decoded.utf8.contains(0) else {
                throw .badRequest("the path has a '%' that begins no UTF-8 character")
            }
            rest.append(decoded)
        }
        plain = rest
        if let last = rest.last, last.hasSuffix(".json"), last.utf8.count > 5 {
            rest[rest.count - 1] = String(last.dropLast(5))
        }
        var project: String?
        hasVersion = rest.first == "v2"
        while rest.first == "v2" {
            rest.removeFirst()
            if let first = rest.first, !Self.collections.contains(first), first != "v2" {
                project = first
                rest.removeFirst()
            }
        }
        self.project = project
        segments = rest.map { Self.singulars.contains($0) ? $0 + "s" : $0 }
    }

    private static let collections: Set<String> = [
        "activities", "agents", "backups", "cleanups", "configurations", "events", "health", "ping",
        "restores",
        "settings",
    ]

    private static let singulars: Set<String> = [
        "browse-request", "vault-encryption-request", "vault-password-verification-request",
    ]
}
