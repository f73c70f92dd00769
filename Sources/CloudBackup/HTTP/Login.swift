import BackupAPI
import NIOHTTP1

/// How a token and the service's address are found (contract 1.3).
struct Login: Sendable {
    let settings: CloudSettings
    /// The address that was given; `nil` where the catalog says it.
    let base: BaseURL?
    /// Where the login goes; `nil` for tokens from elsewhere.
    let identity: BaseURL?
    let sender: Sender
    let retry: Retry

    init(_ settings: CloudSettings, sender: Sender, retry: Retry) throws {
        self.settings = settings
        self.sender = sender
        self.retry = retry
        if case .baseURL(let text) = settings.endpoint {
            base = try BaseURL(text, allowsPlainHTTP: settings.allowsPlainHTTP)
                .appending(project: settings.projectID)
        } else {
            base = nil
        }
        switch settings.credentials.kind {
        case .apiKey(let text, _, _):
            identity = try BaseURL(text, allowsPlainHTTP: settings.allowsPlainHTTP)
        case .token:
            guard base != nil else {
                throw BackupError(
                    .invalidRequest,
                    "a region is looked up in the answer to a login, and a token needs none",
                    fix: "Give the base URL of the service with the token."
                )
            }
            identity = nil
        }
    }

    /// Gets a token, and the service's address. Throws `unauthorized` and what requests throw.
    func access(at now: Timestamp) async throws -> Access {
        switch settings.credentials.kind {
        case .token(let provider):
            guard let base else { throw BackupError.unsupported("find a region without a login") }
            return Access(token: try await secret("token", provider), base: base)
        case .apiKey(_, let userName, let provider):
            let key = try await secret("API key", provider)
            do {
                return try Self.access(
                    from: try await tokens(userName: userName, key: key),
                    in: self,
                    at: now
                )
            } catch var error as BackupError {
                error.hide(key)
                throw error
            }
        }
    }

    private func secret(_ name: String, _ provider: CloudCredentials.Provider) async throws -> String {
        let secret = try await provider()
        guard !secret.isEmpty, secret.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw BackupError(
                .unauthorized,
                "the \(name) is empty or has characters that none can have",
                fix: "Look for spaces and line ends at its begin and end."
            )
        }
        return secret
    }

    private func tokens(userName: String, key: String) async throws -> JSONValue {
        guard let identity else { throw BackupError.unsupported("log in without an identity service") }
        let request = try CloudRequest(.POST, "tokens").sending(LoginBody(userName: userName, key: key))
        let answer = try await retry.run(within: settings.deadlines.call) { remaining in
            try await sender.send(request, to: identity, headers: [:], accepting: [], within: remaining)
        }
        guard answer.status != 401 else {
            var error = BackupError.refused(request, answer)
            error.message =
                "the identity service does not accept the API key of '\(userName)': \(error.message)"
            error.fix = "Check the user name and the API key."
            throw error
        }
        guard let json = answer.json else { throw BackupError.unreadable(request, answer, "no JSON") }
        return json
    }
}

/// The body of the login.
private struct LoginBody: Encodable {
    struct Keys: Encodable {
        let username: String
        let apiKey: String
    }

    struct Wrapper: Encodable {
        let keys: Keys

        enum CodingKeys: String, CodingKey {
            case keys = "RAX-KSKEY:apiKeyCredentials"
        }
    }

    let auth: Wrapper

    init(userName: String, key: String) {
        auth = Wrapper(keys: Keys(username: userName, apiKey: key))
    }
}

extension BackupError {
    /// Takes a secret out of the text, where a service has sent it back.
    mutating func hide(_ secret: String) {
        guard !secret.isEmpty else { return }
        message = message.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "***")
    }
}
