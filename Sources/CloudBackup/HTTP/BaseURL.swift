import BackupAPI
import Foundation

/// Scheme, host and port: where a token may go.
struct Origin: Hashable, Sendable, CustomStringConvertible {
    let scheme: String
    let host: String
    let port: Int

    /// `nil` for what is no URL of HTTP.
    init?(_ components: URLComponents) {
        guard let scheme = components.scheme?.lowercased(), ["http", "https"].contains(scheme),
            let host = components.host?.lowercased(), !host.isEmpty
        else { return nil }
        self.scheme = scheme
        self.host = host
        port = components.port ?? (scheme == "https" ? 443 : 80)
    }

    var description: String { "\(scheme)://\(host):\(port)" }

    /// Whether what is sent there leaves this machine.
    var isLoopback: Bool {
        ["localhost", "::1", "[::1]"].contains(host) || host.wholeMatch(of: #/127(\.[0-9]{1,3}){3}/#) != nil
    }
}

/// The address that every request begins with; the token goes to its origin only.
struct BaseURL: Hashable, Sendable, CustomStringConvertible {
    /// Without a slash at the end.
    let text: String
    let origin: Origin

    var description: String { text }

    /// Checks an address; the error does not show one that may hold a password. Throws `invalid_request`.
    init(_ text: String, allowsPlainHTTP: Bool) throws {
        guard let components = URLComponents(string: text), let origin = Origin(components) else {
            throw BackupError(
                .invalidRequest,
                "the service's address is no URL of HTTP",
                fix: "Give an address such as https://HOST/v2/PROJECT."
            )
        }
        guard components.user == nil, components.password == nil, components.query == nil,
            components.fragment == nil
        else {
            throw BackupError(
                .invalidRequest,
                "the service's address at \(origin) has more than scheme, host, port and path",
                fix: "Give a name or password with the credentials, not in the address."
            )
        }
        guard origin.scheme == "https" || origin.isLoopback || allowsPlainHTTP else {
            throw BackupError(
                .invalidRequest,
                "the token would go to \(origin) without TLS",
                fix: "Use https, or allow plain HTTP in the settings."
            )
        }
        var text = text
        while text.hasSuffix("/") { text.removeLast() }
        self.text = text
        self.origin = origin
    }

    /// The address with the project at its end, where it ends in the version (contract 1.2).
    func appending(project: String?) throws -> BaseURL {
        guard let project, text.hasSuffix("/v2") else { return self }
        guard let segment = CloudRequest.encoded(segment: project) else {
            throw BackupError(.invalidRequest, "the project '\(project)' cannot be part of an address")
        }
        return try BaseURL("\(text)/\(segment)", allowsPlainHTTP: true)
    }

    /// Where a `Location` of an answer to `address` leads; `nil` for what is no URL of HTTP.
    static func resolve(_ location: String, from address: String) -> (address: String, origin: Origin)? {
        guard let url = URL(string: location, relativeTo: URL(string: address))?.absoluteURL,
            let components = URLComponents(url: url, resolvingAgainstBaseURL: true),
            let origin = Origin(components)
        else { return nil }
        return (url.absoluteString, origin)
    }
}
