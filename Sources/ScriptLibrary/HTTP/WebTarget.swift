import Foundation
import LuaKit
import PluginHost

/// Where a request goes: an address, or a secret that is one, as the addresses of webhooks are.
enum WebTarget: Sendable {
    case address(WebAddress)
    case secret(Secret)

    /// The address; a secret is read now. What of it a server could repeat is known from here on.
    func address(_ keeper: SecretKeeper) async throws -> WebAddress {
        switch self {
        case .address(let address): return address
        case .secret(let secret):
            guard var address = try? WebAddress(try await secret.revealLine()) else {
                throw ScriptError(
                    .unknownSecret,
                    "the secret '\(secret.name)' is no address such as \"https://example.org/path\", which is needed where it is used"
                )
            }
            for part in address.tellingParts { keeper.note(part, as: secret.name) }
            address.secret = secret.name
            return address
        }
    }
}

extension WebAddress {
    /// What makes an address a secret when a server repeats it: the path, the query, and what they consist of, without
    /// what is too short or looks like a word.
    fileprivate var tellingParts: Set<String> {
        let query = query ?? ""
        let parts = (path.split(separator: "/") + query.split { $0 == "&" || $0 == "=" }).filter {
            $0.utf8.count >= 16 || $0.contains(where: \.isNumber)
        }
        let written = [query.isEmpty ? path : "\(path)?\(query)", path, query] + parts.map(String.init)
        // As servers read it.
        let read = (written + written.map { $0.replacing("+", with: " ") }).compactMap(
            \.removingPercentEncoding
        )
        return Set((written + read).filter { $0.utf8.count >= 8 })
    }
}

/// The parameter of an address, or of a secret that is one.
enum WebTargetParameter: ParameterKind {
    static var typeName: String { "address or Secret" }

    static func read(_ value: LuaValue) throws -> WebTarget {
        if let secret = value.secret { return .secret(secret) }
        guard let text = value.text, text.utf8.count <= 8_000 else {
            throw LuaConversionError(
                "an address such as \"https://example.org/path\", or a secret that is one, expected, got \(value.kind)"
            )
        }
        return .address(try WebAddress(text))
    }
}

/// The rest of an address's path.
enum PathSuffix: ParameterKind {
    static var typeName: String { "string" }

    static func read(_ value: LuaValue) throws -> String {
        guard let text = value.text, text.hasPrefix("/"), text.utf8.count <= 2_000,
            let address = try? WebAddress("https://host" + text), address.path == text, address.query == nil
        else {
            throw LuaConversionError(
                "the rest of an address's path, such as \"/start\", expected, got \(value.shown)"
            )
        }
        return text
    }
}

extension LuaValue {
    /// The value with the text of each secret in its place, for the body of a request.
    func revealingSecrets() async throws -> LuaValue {
        if let secret { return .string(try await secret.revealLine()) }
        guard case .table(var table) = self else { return self }
        for index in table.items.indices {
            table.items[index] = try await table.items[index].revealingSecrets()
        }
        for (key, value) in table.fields { table.fields[key] = try await value.revealingSecrets() }
        return .table(table)
    }
}
