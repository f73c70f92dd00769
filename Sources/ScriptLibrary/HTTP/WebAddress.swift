import Foundation
import LuaKit
import PluginHost

/// An address that a script gives: `https://host[:port]/path?query`, read strictly, so that what is checked is what is asked.
///
/// Names and passwords in it, spaces, backslashes, other characters than ASCII's and ways upwards in the path are wrong: two
/// programs could read them differently.
struct WebAddress: Hashable, Sendable {
    /// `http` or `https`.
    let scheme: String
    /// In small letters; an address of IPv6 in brackets.
    let host: String
    /// The one that the scheme has when none is written.
    let port: Int
    /// Begins with a slash.
    private(set) var path: String
    /// Without the question mark; `nil` for none.
    var query: String?
    /// The name of the secret that the address is, or leads on from; `nil` for one that may be shown.
    var secret: String?

    init(_ text: String) throws(LuaConversionError) {
        guard text.utf8.allSatisfy({ (0x21...0x7e).contains($0) && !#""<>\^`{|}"#.utf8.contains($0) }) else {
            throw Self.wrong(text, "it has characters that must be written as %XX")
        }
        let lower = text.lowercased()
        guard let scheme = ["https", "http"].first(where: { lower.hasPrefix($0 + "://") }) else {
            throw Self.wrong(text, "it begins with neither 'https://' nor 'http://'")
        }
        let rest = text.dropFirst(scheme.count + 3).prefix { $0 != "#" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@") else {
            throw Self.wrong(nil, "it has a name or password in it; use 'auth'")
        }
        self.scheme = scheme
        (host, port) = try Self.place(
            authority.lowercased(),
            standard: scheme == "https" ? 443 : 80,
            of: text
        )
        let target = rest[authority.endIndex...]
        let path = target.prefix { $0 != "?" }
        self.path = path.isEmpty ? "/" : String(path)
        query = path.endIndex < target.endIndex ? String(target[target.index(after: path.endIndex)...]) : nil
        guard !Self.leadsUpwards(self.path) else {
            throw Self.wrong(text, "its path has '.' or '..' as a part")
        }
    }

    /// `https://host` or `https://host:8443`, as permissions write it.
    var origin: String {
        "\(scheme)://\(host)" + (port == (scheme == "https" ? 443 : 80) ? "" : ":\(port)")
    }

    /// The whole, for the request.
    var text: String { origin + path + (query.map { "?\($0)" } ?? "") }

    /// For messages: without the query, which may have a key in it, and a secret one by its name alone.
    var shown: String { secret.map(Secret.placeholder) ?? origin + path }

    /// Adds what ``PathSuffix`` has read to the path.
    mutating func add(path added: String) {
        path = (path.hasSuffix("/") ? String(path.dropLast()) : path) + added
    }

    /// Where a redirect leads: a whole address, or a part of one that is read from this one on.
    func following(_ location: String) throws(LuaConversionError) -> WebAddress {
        let lower = location.lowercased()
        if lower.hasPrefix("http:") || lower.hasPrefix("https:") { return try WebAddress(location) }
        if location.hasPrefix("//") { return try WebAddress("\(scheme):\(location)") }
        guard !location.prefix(while: { $0 != "/" && $0 != "?" }).contains(":") else {
            throw Self.wrong(location, "it begins with neither 'https://' nor 'http://'")
        }
        if location.hasPrefix("/") { return try WebAddress(origin + location) }
        if location.hasPrefix("?") { return try WebAddress(origin + path + location) }
        return try WebAddress(origin + path[...(path.lastIndex(of: "/") ?? path.startIndex)] + location)
    }

    private static func place(_ text: String, standard: Int, of address: String)
        throws(LuaConversionError) -> (host: String, port: Int)
    {
        let isSix = text.hasPrefix("[")
        let host =
            isSix
            ? text.prefix(through: text.lastIndex(of: "]") ?? text.startIndex) : text.prefix { $0 != ":" }
        let inner = isSix ? host.dropFirst().dropLast() : host
        let letters = isSix ? "0123456789abcdef:." : "abcdefghijklmnopqrstuvwxyz0123456789.-_"
        guard !inner.isEmpty, inner.allSatisfy(letters.contains), inner.utf8.count <= 253 else {
            throw wrong(address, "it has no host")
        }
        let end = text[host.endIndex...]
        guard !end.isEmpty else { return (String(host), standard) }
        guard end.hasPrefix(":"), let port = Int(end.dropFirst()), (1...65_535).contains(port),
            end.dropFirst().allSatisfy(\.isNumber)
        else {
            throw wrong(address, "its port is no number from 1 to 65535")
        }
        return (String(host), port)
    }

    private static func leadsUpwards(_ path: String) -> Bool {
        path.split(separator: "/").contains { part in
            [".", ".."].contains(part.lowercased().replacing("%2e", with: "."))
        }
    }

    private static func wrong(_ text: String?, _ problem: String) -> LuaConversionError {
        // The query may have a key in it, and what stands before an '@' a password.
        let shown = text.map { " \"\($0.prefix { $0 != "?" && $0 != "@" }.prefix(80))\"".printable } ?? ""
        return LuaConversionError(
            "an address such as \"https://example.org/path\" expected:\(shown) \(problem)"
        )
    }
}
