public import LuaKit

/// A secret as scripts hold it: a handle that has the name and never the bytes.
///
/// `tostring`, logs, reports and the journal show `<secret NAME>`. It cannot be concatenated, encoded or compared for its
/// content. The host reads the bytes only where they are used.
public final class Secret: LuaObject, Sendable {
    /// The secret's name.
    public let name: String
    private let keeper: SecretKeeper

    /// The text of each secret is its placeholder.
    public static let luaType = LuaObjectType<Secret>("Secret") { type in
        type.text { Secret.placeholder(of: $0.name) }
        type.property("name") { $0.name }
    }

    init(_ name: String, keeper: SecretKeeper) {
        self.name = name
        self.keeper = keeper
    }

    /// What stands for a secret wherever it is written down.
    public static func placeholder(of name: String) -> String { "<secret \(name)>" }

    /// The bytes, for the one use of them. Throws `unknown_secret`.
    public func reveal() async throws -> [UInt8] {
        try await keeper.reveal(name)
    }

    /// The bytes as one line of text, for a header or a variable. Throws `unknown_secret` for other bytes.
    public func revealLine() async throws -> String {
        let bytes = try await reveal()
        guard let text = String(validating: bytes, as: UTF8.self),
            !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f })
        else {
            throw ScriptError(
                .unknownSecret,
                "the secret '\(name)' is not one line of text, which is needed where it is used"
            )
        }
        return text
    }
}

extension LuaValue {
    /// The secret that a value is; `nil` for all else.
    var secret: Secret? {
        if case .object(let object) = self { object.object as? Secret } else { nil }
    }
}
