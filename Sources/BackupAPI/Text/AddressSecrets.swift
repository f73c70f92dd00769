/// The address of a repository as restic takes it, and what of it nobody else may see.
///
/// Who writes a password into an address may write it wrongly, with a `/` or a blank in it. So everything up to the last `@` is
/// taken for a login, and of a query everything, whatever the rules of addresses say.
package struct AddressSecrets: Hashable, Sendable {
    /// The address with `***` in place of what is secret.
    package let shown: String
    /// What is secret, and its pieces, in every form that restic may write; the longest first.
    private let secrets: [String]

    /// Reads an address; a path has no secrets.
    package init(_ text: String) {
        let scheme = text.utf8.prefix { $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "/") }
        let rest = text.utf8.dropFirst(scheme.count + 1)
        guard text.utf8.dropFirst(scheme.count).first == UInt8(ascii: ":"), !scheme.isEmpty else {
            (shown, secrets) = (text, [])
            return
        }
        let parts = Parts(scheme: String(decoding: scheme, as: UTF8.self), rest: Array(rest))
        shown = parts.shown
        secrets = Self.forms(of: parts.secrets)
    }

    /// A text with `***` in place of the secrets of this address, and of the logins and queries of every other one.
    package func redact(_ text: String) -> String {
        secrets.reduce(text) { $0.replacing($1, with: "***") }.redacted
    }

    private static func forms(of secrets: [String]) -> [String] {
        var forms: Set<String> = []
        for secret in secrets where secret.utf8.count >= 2 {
            for form in SecretForms.all(of: Array(secret.utf8)) {
                forms.insert(String(decoding: form, as: UTF8.self))
            }
            // restic stops reading an address at a character that is not allowed there, and shows what it has read.
            forms.formUnion(
                secret.utf8.split { "/?#@:&=%;, ".utf8.contains($0) }.filter { $0.count >= 3 }
                    .map { String(decoding: $0, as: UTF8.self) }
            )
            if let decoded = secret.percentDecoded, decoded.utf8.count >= 3 { forms.insert(decoded) }
        }
        return forms.sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
    }
}

/// What stands in an address.
private struct Parts {
    var shown: String
    var secrets: [String] = []

    init(scheme: String, rest: [UInt8]) {
        shown = scheme + ":"
        var rest = rest[...]
        // `rest:http://`, `s3:https://`, `sftp://`
        if let slashes = rest.firstRange(of: Array("//".utf8)),
            rest[..<slashes.lowerBound].allSatisfy({ $0 != UInt8(ascii: "@") && $0 != UInt8(ascii: "/") })
        {
            shown += String(decoding: rest[..<slashes.upperBound], as: UTF8.self)
            rest = rest[slashes.upperBound...]
        } else if ["swift", "azure", "gs", "b2", "rclone"].contains(scheme) {
            // What stands before the path is a name, or, for rclone, the settings of a connection.
            let name = rest.lastIndex(of: UInt8(ascii: ":")).map { rest[..<$0] } ?? rest
            secrets.append(String(decoding: name, as: UTF8.self))
            shown += "***" + String(decoding: rest[name.endIndex...], as: UTF8.self)
            return
        }
        if let at = rest.lastIndex(of: UInt8(ascii: "@")) {
            let login = String(decoding: rest[..<at], as: UTF8.self)
            let password = login.utf8.firstIndex(of: UInt8(ascii: ":")).map {
                String(login[$0...].dropFirst())
            }
            if scheme == "sftp", password == nil {
                // The name of a user; there are no passwords.
                shown += login + "@"
            } else {
                secrets.append(login)
                // A token alone stands in the place of the user.
                if let password, !password.isEmpty { secrets.append(password) }
                shown += "***@"
            }
            rest = rest[(at + 1)...]
        } else {
            // A host has one colon, before its port: what stands between two is a password whose `@` was forgotten.
            let host = rest.prefix { $0 != UInt8(ascii: "/") }
            if !host.contains(UInt8(ascii: "[")), let first = host.firstIndex(of: UInt8(ascii: ":")),
                let last = host.lastIndex(of: UInt8(ascii: ":")), last > first + 1
            {
                secrets.append(String(decoding: host[(first + 1)..<last], as: UTF8.self))
                shown += String(decoding: host[...first], as: UTF8.self) + "***"
                rest = rest[last...]
            }
        }
        // In a path of SFTP they are characters like all others.
        if scheme != "sftp", let start = rest.firstIndex(where: { "?#;".utf8.contains($0) }),
            start + 1 < rest.endIndex
        {
            let mark = String(decoding: rest[start...start], as: UTF8.self)
            let query = String(decoding: rest[(start + 1)...], as: UTF8.self)
            secrets.append(query)
            secrets += query.utf8.split { "&;".utf8.contains($0) }.compactMap { pair in
                pair.firstIndex(of: UInt8(ascii: "=")).map { String(Substring(pair[$0...].dropFirst())) }
            }
            shown += String(decoding: rest[..<start], as: UTF8.self) + mark + "***"
            return
        }
        shown += String(decoding: rest, as: UTF8.self)
    }
}

extension String {
    /// The text without the logins and queries of the addresses in it: `//***@`, `?***`. What is known of an address is masked by
    /// ``AddressSecrets``; this is for addresses that nobody knows.
    package var redacted: String {
        replacing(#/(sftp:)?\/\/([^\s"'<>]*)@/#) { found in
            // The name of a user alone; restic takes no passwords for it.
            if let sftp = found.1, !found.2.utf8.contains(UInt8(ascii: ":")) { return "\(sftp)//\(found.2)@" }
            return "\(found.1 ?? "")//***@"
        }
        .replacing(#/(:\/\/[^\s"'<>?]*)\?[^\s"'<>]+/#) { "\($0.1)?***" }
    }

    /// The text that `%XX` stand for; `nil` where there are none.
    fileprivate var percentDecoded: String? {
        var bytes: [UInt8] = []
        var rest = Array(utf8)[...]
        var isDecoded = false
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(code)
                rest = rest.dropFirst(2)
                isDecoded = true
            } else {
                bytes.append(byte)
            }
        }
        return isDecoded ? String(decoding: bytes, as: UTF8.self) : nil
    }
}
