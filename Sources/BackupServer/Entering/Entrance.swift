import BackupAPI

/// Lets requests in whose token allows them, and finds out who asks.
struct Entrance: Sendable {
    let tokens: any TokenStore
    let project: String
    /// Of wrong tokens only: one that is valid is always let in.
    let limit: LoginLimit

    /// Who asks. Throws a 401 without a valid token, a 429 after many wrong ones, and a 403 for another project or a role
    /// that may not do it.
    func principal(
        token: String?,
        method: String,
        path: ResourcePath,
        base: String,
        _ context: ServerContext
    ) async throws -> Principal {
        guard let token, !token.isEmpty else {
            throw Fault.unauthorized("the request has no X-Auth-Token", base: base)
        }
        guard let principal = try await tokens.principal(ofToken: token) else {
            if let wait = limit.wait(of: context.network) { throw Fault.tooMany("wrong tokens", wait: wait) }
            limit.failed(context.network)
            context.logRefusal("wrong token")
            throw Fault.unauthorized("the token is unknown, revoked or expired", base: base)
        }
        limit.succeeded(context.network)
        let wanted = path.project ?? project
        guard principal.project == wanted, wanted == project else {
            throw Fault.forbidden("the token is not for the project '\(wanted)'")
        }
        guard principal.role.allows(method) else {
            throw Fault.forbidden("the role \(principal.role) does not allow \(method)")
        }
        return principal
    }
}
