/// A place where secrets are kept.
public protocol SecretProvider: Sendable {
    /// Where it keeps a secret of this name, in words for the error when nobody has it: `the file '/srv/site/secrets/a'`.
    func place(of name: String) -> String

    /// The bytes of a secret; `nil` when it has none of this name. Throws ``ScriptError`` when it has one that cannot be
    /// used. Asked each time that the secret is used, so that a new value counts at once.
    func value(of name: String) async throws -> [UInt8]?
}

/// Where a host's secrets come from.
public struct SecretsSettings: Sendable {
    /// Asked in this order; the first that has a secret counts.
    public var providers: [any SecretProvider]

    /// Makes settings; without providers there are no secrets.
    public init(providers: [any SecretProvider] = []) {
        self.providers = providers
    }
}
