/// Who asks: a user with an API key, or a token that someone else renews. Its description tells no secret.
public struct CloudCredentials: Sendable {
    /// Answers a secret; asked anew for every login, so that a changed secret is used without a restart.
    public typealias Provider = @Sendable () async throws -> String

    /// The address of the identity service that the contract names (1.3).
    public static let publicIdentityURL = "https://identity.api.rackspacecloud.com/v2.0"

    enum Kind: Sendable {
        case apiKey(identityURL: String, userName: String, key: Provider)
        case token(Provider)
    }

    let kind: Kind

    /// A login with user name and API key at an identity service v2.0; its URL ends before `/tokens`.
    public static func apiKey(
        userName: String,
        identityURL: String = publicIdentityURL,
        key: @escaping Provider
    ) -> CloudCredentials {
        CloudCredentials(kind: .apiKey(identityURL: identityURL, userName: userName, key: key))
    }

    /// A token from elsewhere. The provider is asked once, and once more whenever the service refuses the token.
    public static func token(_ provider: @escaping Provider) -> CloudCredentials {
        CloudCredentials(kind: .token(provider))
    }

    /// A token that does not change.
    public static func fixedToken(_ token: String) -> CloudCredentials {
        .token { token }
    }
}

extension CloudCredentials: CustomStringConvertible {
    /// The way of the login and the user's name.
    public var description: String {
        switch kind {
        case .apiKey(_, let userName, _): "the API key of '\(userName)'"
        case .token: "a token"
        }
    }
}
