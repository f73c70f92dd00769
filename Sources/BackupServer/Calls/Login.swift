import BackupAPI

/// Identity v2.0: a user name and a key for a token (contract 1.3).
struct Login: Sendable {
    let tokens: any TokenStore
    let settings: ServerSettings
    let limit: LoginLimit

    /// Answers `POST /v2.0/tokens`. Throws a 400 for a body that is none, a 401 for wrong credentials, and a 429 when there were
    /// many of these.
    func answer(_ body: [UInt8], base: String, _ context: ServerContext) async throws -> Answer {
        if let wait = limit.wait(of: context.network) { throw Fault.tooMany("wrong logins", wait: wait) }
        guard let (user, key) = credentials(body) else {
            throw Fault.badRequest(
                "the body must be {\"auth\": {\"RAX-KSKEY:apiKeyCredentials\": {\"username\": …, \"apiKey\": …}}}"
            )
        }
        guard let token = try await tokens.logIn(user: user, apiKey: key) else {
            limit.failed(context.network)
            context.logRefusal("wrong login")
            throw Fault.unauthorized("the user name or the key is wrong", base: base)
        }
        limit.succeeded(context.network)
        return try .ok(Access(token, region: settings.region, base: base))
    }

    private func credentials(_ body: [UInt8]) -> (user: String, key: String)? {
        guard let json = try? JSONReader.read(body),
            let credentials = json["auth"]?["RAX-KSKEY:apiKeyCredentials"],
            let user = credentials["username"]?.stringValue, let key = credentials["apiKey"]?.stringValue
        else { return nil }
        return (user, key)
    }
}

/// The answer to a login.
private struct Access: Encodable {
    struct Token: Encodable {
        let id: String
        let expires: String
        let tenant: Tenant
        let methods: [String]

        private enum CodingKeys: String, CodingKey {
            case id, expires, tenant
            case methods = "RAX-AUTH:authenticatedBy"
        }
    }

    struct Tenant: Encodable {
        let id: String
        let name: String
    }

    struct CatalogEntry: Encodable {
        let name: String
        let type: String
        let endpoints: [Endpoint]
    }

    struct Endpoint: Encodable {
        let region: String
        let tenantId: String
        let publicURL: String
    }

    struct User: Encodable {
        let id: String
        let name: String
        let region: String
        let roles: [Role]

        private enum CodingKeys: String, CodingKey {
            case id, name
            case region = "RAX-AUTH:defaultRegion"
            case roles
        }
    }

    struct Role: Encodable {
        let id: String
        let name: String
        let description: String
        let tenantId: String
    }

    struct Content: Encodable {
        let token: Token
        let serviceCatalog: [CatalogEntry]
        let user: User
    }

    let access: Content

    init(_ issued: IssuedToken, region: String, base: String) {
        let principal = issued.principal
        let token = Token(
            id: issued.secret,
            // The one time of the contract with three fraction digits (1.6).
            expires: "\(issued.expires.description.dropLast(4))Z",
            tenant: Tenant(id: principal.project, name: principal.project),
            methods: ["APIKEY"]
        )
        let endpoint = Endpoint(
            region: region,
            tenantId: principal.project,
            publicURL: "\(base)/v2/\(principal.project.percentEncoded)"
        )
        let role = Role(
            id: principal.role.number,
            name: "cloudbackup:\(principal.role)",
            description: principal.role.explanation,
            tenantId: principal.project
        )
        access = Content(
            token: token,
            serviceCatalog: [CatalogEntry(name: "cloudBackup", type: "rax:backup", endpoints: [endpoint])],
            user: User(id: principal.name, name: principal.name, region: region, roles: [role])
        )
    }
}

extension Principal.Role {
    fileprivate var number: String {
        switch self {
        case .observer: "1"
        case .creator: "2"
        case .admin: "3"
        }
    }

    fileprivate var explanation: String {
        switch self {
        case .observer: "May read."
        case .creator: "May read, create and update."
        case .admin: "May read, create, update and delete."
        }
    }

    /// Whether the role may do what the method does (contract 1.12).
    func allows(_ method: String) -> Bool {
        switch method {
        case "GET", "HEAD": true
        case "DELETE": self == .admin
        default: self != .observer
        }
    }
}
