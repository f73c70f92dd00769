import BackupAPI
import LuaKit
import PluginHost

/// The options of `http`'s functions.
struct HTTPOptions: OptionTable {
    var json: LuaValue?
    var form: OptionValue<NamedTexts>?
    var body: OptionValue<ByteText>?
    var headers: OptionValue<HeaderTable>?
    var path: OptionValue<PathSuffix>?
    var query: OptionValue<NamedTexts>?
    var auth: OptionValue<HTTPAuthentication>?
    var timeout: OptionValue<TimeSpan>?
    var retry: HTTPRetry?
    var idempotent: Bool?
    var expect: OptionValue<ExpectedStatus>?
    var maxBytes: OptionValue<ByteSize>?
    var onUnknown: OptionValue<UnknownFate>?

    enum CodingKeys: String, CodingKey {
        case json, form, body, headers, path, query, auth, timeout, retry, idempotent, expect
        case maxBytes = "max_bytes"
        case onUnknown = "on_unknown"
    }

    private static let words = "table of (string or number or boolean)"

    static let fields = [
        option(
            "json",
            "any",
            "The body, sent as JSON; a Secret in it is sent as its text. Default: no body."
        ),
        option("form", words, "The body, sent as a form: texts by name. Default: no body."),
        option("body", "string", "The body as it is; say 'content-type' in 'headers'. Default: no body."),
        option("headers", words, "Headers by name: texts or numbers. Default: none of the script's own."),
        option(
            "path",
            "string",
            "What is added to the address's path, for example \"/start\" to a secret address. Default: nothing."
        ),
        option("query", words, "What is added to the address after '?': texts by name. Default: nothing."),
        option(
            "auth",
            "Authentication",
            "Who asks, with secrets of secrets.get. Default: nobody."
        ),
        option("timeout", "duration", "How long one attempt may take, with its redirects. Default: 30s."),
        option(
            "retry",
            "RetryPolicy",
            "Tries again, with growing pauses, after a broken connection or the status 429, 502, 503 or 504. A POST or PATCH is only tried again with 'idempotent = true', or where nothing was sent. Default: one attempt."
        ),
        option("idempotent", "boolean", "Twice is as good as once. Default: for all but POST and PATCH."),
        option(
            "expect",
            "integer or list of integers or \"any\"",
            "The statuses that are no failure, or \"any\". Default: 200 to 299."
        ),
        option("max_bytes", "size", "Break off when the answer is longer. Default: 8MiB; at most 32MiB."),
        option(
            "on_unknown",
            UnknownFate.field.type,
            "What a resumed run does when nobody knows whether a request was answered: \"park\" asks a person, \"retry\" sends it again with the same 'Idempotency-Key', \"skip\" goes on without. Default: retry if it is idempotent, else park."
        ),
    ]

    private static func option(_ name: String, _ type: String, _ summary: String) -> ParameterDescription {
        ParameterDescription(name, type, summary, isOptional: true)
    }
}

/// How often a request is tried.
struct HTTPRetry: Decodable, Sendable {
    var attempts: Int?
    var base: OptionValue<TimeSpan>?
    var max: OptionValue<TimeSpan>?

    enum CodingKeys: String, CodingKey, CaseIterable { case attempts, base, max }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        for name in try decoder.singleValueContainer().decode(LuaValue.self).names
        where CodingKeys(rawValue: name) == nil {
            throw LuaConversionError(
                "there is no '\(name.printable)'; known are: attempts, base, max",
                path: "retry"
            )
        }
        attempts = try container.decodeIfPresent(Int.self, forKey: .attempts)
        base = try container.decodeIfPresent(OptionValue<TimeSpan>.self, forKey: .base)
        max = try container.decodeIfPresent(OptionValue<TimeSpan>.self, forKey: .max)
        guard (1...20).contains(attempts ?? 1) else {
            throw LuaConversionError("1 to 20 expected", path: "retry.attempts")
        }
    }
}

extension LuaValue {
    /// A table's text keys, sorted.
    var names: [String] {
        if case .table(let table) = self { table.fields.keys.compactMap(\.text).sorted() } else { [] }
    }
}

/// Texts by name, in the names' order.
enum NamedTexts: ParameterKind {
    static var typeName: String { "table" }

    static func read(_ value: LuaValue) throws -> [(name: String, text: String)] {
        guard case .table(let table) = value, table.items.isEmpty else {
            throw LuaConversionError("table with names expected, got \(value.shape)")
        }
        return try table.fields
            .map { key, value in
                guard let name = key.text else {
                    throw LuaConversionError("a name expected, got \(key.shown)")
                }
                if case .boolean(let flag) = value { return (name, "\(flag)") }
                guard let text = try? Text.read(value) else {
                    throw LuaConversionError(
                        "\(name.printable): text, number or boolean expected, got \(value.shape)"
                    )
                }
                return (name, text)
            }
            .sorted { $0.0 < $1.0 }
    }

    /// As a query or a form writes them.
    static func encoded(_ texts: [(name: String, text: String)]) -> String {
        texts.map { "\($0.name.percentEncoded)=\($0.text.percentEncoded)" }.joined(separator: "&")
    }
}

/// Headers that a script may set.
enum HeaderTable: ParameterKind {
    static var typeName: String { "table" }

    /// What belongs to the connection, and to the host.
    private static let own: Set<String> = [
        "host", "content-length", "transfer-encoding", "connection", "keep-alive", "upgrade", "te", "trailer",
        "proxy-authorization", "proxy-connection", "expect", "idempotency-key",
    ]
    private static let limit = 64

    static func read(_ value: LuaValue) throws -> [(name: String, text: String)] {
        let headers = try NamedTexts.read(value)
        guard headers.count <= limit else { throw LuaConversionError("at most \(limit) headers expected") }
        for (name, text) in headers {
            try check(name: name)
            guard isValue(text) else {
                throw LuaConversionError("\(name): one line of text expected, got control characters")
            }
        }
        return headers
    }

    static func check(name: String) throws {
        guard isName(name) else {
            throw LuaConversionError("a header's name expected, got \"\(name.printable.prefix(40))\"")
        }
        guard !own.contains(name.lowercased()) else {
            throw LuaConversionError("the header '\(name)' is the host's own and cannot be set")
        }
    }

    /// A token of RFC 9110, 5.6.2.
    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 100
            && name.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII
                    && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                        || "!#$%&'*+-.^_`|~".unicodeScalars.contains(scalar))
            }
    }

    static func isValue(_ text: String) -> Bool {
        text.utf8.count <= 8_000 && text.utf8.allSatisfy { $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7f) }
    }
}

/// Who asks.
enum HTTPAuthentication: ParameterKind {
    /// Where the secret goes.
    enum Way: Sendable {
        case bearer(Secret)
        case basic(user: String, Secret)
        case header(String, Secret)
    }

    static var typeName: String { "table" }

    static func read(_ value: LuaValue) throws -> Way {
        let names = value.names
        switch names {
        case ["bearer"]: return .bearer(try secret("bearer", value))
        case ["password", "user"]:
            guard let user = value["user"].text, !user.contains(":"), HeaderTable.isValue(user) else {
                throw LuaConversionError("user: a name without ':' expected, got \(value["user"].shown)")
            }
            return .basic(user: user, try secret("password", value))
        case ["header", "value"]:
            guard let name = value["header"].text else {
                throw LuaConversionError("header: a header's name expected, got \(value["header"].shown)")
            }
            try HeaderTable.check(name: name)
            return .header(name, try secret("value", value))
        default:
            throw LuaConversionError(
                "{ bearer = secret }, { user = name, password = secret } or { header = name, value = secret } expected"
            )
        }
    }

    private static func secret(_ name: String, _ value: LuaValue) throws -> Secret {
        guard let secret = value[name].secret else {
            throw LuaConversionError(
                "\(name): a Secret expected, got \(value[name].kind); 'secrets.get' answers one, and texts would be in the journal"
            )
        }
        return secret
    }
}

/// Statuses that are no failure.
enum ExpectedStatus: ParameterKind {
    static var typeName: String { "integer or list" }

    static func read(_ value: LuaValue) throws -> Set<Int> {
        if value == "any" { return Set(100...599) }
        let items: [LuaValue] =
            switch value {
            case .table(let table) where table.fields.isEmpty && !table.items.isEmpty: table.items
            default: [value]
            }
        return Set(
            try items.map { item in
                guard case .integer(let status) = item, (100...599).contains(status) else {
                    throw LuaConversionError(
                        "statuses from 100 to 599, or \"any\", expected, got \(item.shown)"
                    )
                }
                return Int(status)
            }
        )
    }
}
