import AsyncHTTPClient
import BackupAPI
import Foundation
import LuaKit
import NIOCore
import NIOHTTP1
import PluginHost

/// A request that a script makes: with its redirects, its attempts, and what becomes of the answer.
struct WebCall {
    let run: RunContext
    let client: WebClient
    let keeper: SecretKeeper
    let method: HTTPMethod
    let options: HTTPOptions

    static let redirectLimit = 5

    /// Sends the request, and returns what came back, free of the secrets that the process knows.
    func answer(of target: WebTarget) async throws -> LuaValue {
        do {
            return await keeper.redactor().redact(try await accepted(target.address(keeper)))
        } catch {
            throw await keeper.redactor().redact(error)
        }
    }

    private func accepted(_ address: WebAddress) async throws -> LuaValue {
        var address = address
        if let path = options.path?.value { address.add(path: path) }
        if let query = options.query?.value, !query.isEmpty {
            let added = NamedTexts.encoded(query)
            address.query = address.query.map { $0.isEmpty ? added : "\($0)&\(added)" } ?? added
        }
        try permit(address)
        let body = try await content()
        var (last, answer) = try await attempts(address, body)
        // Before anything is cut off: a half of a secret would not be found.
        let redactor = await keeper.redactor()
        answer.body = redactor.redact(answer.body)
        answer.headers = HTTPHeaders(
            answer.headers.map { (redactor.redact($0.name), redactor.redact($0.value)) }
        )
        last.query = nil
        let isExpected = options.expect?.value.contains(answer.status) ?? (200...299).contains(answer.status)
        guard isExpected else { throw ScriptError.status(answer, method, last) }
        return answer.record(of: last)
    }

    /// Throws `permission_denied` unless the script may speak to the address. A permission may name a path too.
    private func permit(_ address: WebAddress) throws {
        let wanted = Permission("http", address.origin + address.path)
        guard run.permissions.allow(wanted) else {
            if let secret = address.secret { throw SecretAddressDenied(secret: secret, script: run.script) }
            throw PermissionDenied(permission: Permission("http", address.origin), script: run.script)
        }
    }

    // MARK: Attempts

    static func isIdempotent(_ method: HTTPMethod) -> Bool { ![.POST, .PATCH].contains(method) }

    private var isIdempotent: Bool { options.idempotent ?? Self.isIdempotent(method) }

    private func attempts(_ address: WebAddress, _ body: Content?) async throws -> (
        WebAddress, WebClient.Answer
    ) {
        let count = options.retry?.attempts ?? (options.retry == nil ? 1 : 3)
        var pause = options.retry?.base?.value ?? .seconds(1)
        let longest = options.retry?.max?.value ?? .seconds(30)
        for attempt in 1... {
            do {
                let (last, answer) = try await withinTime(address, body)
                guard attempt < count, isIdempotent, [429, 502, 503, 504].contains(answer.status) else {
                    return (last, answer)
                }
                let asked = answer.headers.first(name: "retry-after").flatMap(Int64.init).map {
                    Duration.seconds($0)
                }
                try await run.environment.clock.sleep(for: min(longest, max(pause, asked ?? .zero)))
            } catch let failure as WebClient.Failure {
                guard attempt < count, failure.mayBeRepeated(isIdempotent) else {
                    throw ScriptError.unreachable(failure, method, address, options.limit)
                }
                try await run.environment.clock.sleep(for: min(longest, pause))
            } catch let error as ScriptError where error.code == .timedOut {
                guard attempt < count, isIdempotent else { throw error }
                try await run.environment.clock.sleep(for: min(longest, pause))
            }
            pause = min(pause * 2, longest)
        }
        throw CancellationError()
    }

    private func withinTime(_ address: WebAddress, _ body: Content?) async throws -> (
        WebAddress, WebClient.Answer
    ) {
        let limit = options.timeout?.value ?? .seconds(30)
        let clock = run.environment.clock
        let answer = try await racing(
            { try await follow(address, body) },
            against: { try await clock.sleep(for: limit) }
        )
        if let answer { return answer }
        throw ScriptError(
            .timedOut,
            "\(method.rawValue) \(address.shown) was not answered within \(Figures.duration(limit))",
            isRetryable: true
        )
    }

    // MARK: One attempt

    /// Sends a request and follows its redirects, each only where the script may go.
    private func follow(_ first: WebAddress, _ body: Content?) async throws -> (WebAddress, WebClient.Answer)
    {
        var (address, method, body, isOwn) = (first, method, body, true)
        for _ in 0...Self.redirectLimit {
            let request = try await request(address, method, body, isOwn: isOwn)
            let answer = try await client.send(request, limit: options.limit)
            guard [301, 302, 303, 307, 308].contains(answer.status),
                options.expect?.value.contains(answer.status) != true,
                let location = answer.headers.first(name: "location")
            else { return (address, answer) }
            var next: WebAddress
            do {
                next = try address.following(location)
            } catch {
                throw ScriptError(
                    .refused,
                    "\(address.shown) leads on to what is no address that can be followed"
                )
            }
            // A host's name is not in the letters of the secret that a server may have put there.
            next.secret =
                if let secret = address.secret { secret } else {
                    await keeper.redactor().name(inHost: next.host)
                }
            guard !(address.scheme == "https" && next.scheme == "http") else {
                throw ScriptError(
                    .refused,
                    "\(address.shown) leads on to \(next.shown), which is not encrypted"
                )
            }
            try permit(next)
            // As browsers do (RFC 9110, 15.4): a 303 always, and a POST of the older two, becomes a GET.
            if answer.status == 303 && method != .HEAD
                || [301, 302].contains(answer.status) && method == .POST
            {
                (method, body) = (.GET, nil)
            }
            // Not again on the way back either: the other server chose where that leads.
            isOwn = isOwn && next.origin == address.origin
            address = next
        }
        throw ScriptError(.refused, "\(first.shown) leads on more than \(Self.redirectLimit) times")
    }

    /// The request; what tells who asks goes only to the address that the script named.
    private func request(_ address: WebAddress, _ method: HTTPMethod, _ body: Content?, isOwn: Bool)
        async throws
        -> HTTPClientRequest
    {
        var request = HTTPClientRequest(url: address.text)
        request.method = method
        if let key = run.stepKey { request.headers.add(name: "Idempotency-Key", value: key) }
        if let body {
            request.body = .bytes(ByteBuffer(bytes: body.bytes))
            if let type = body.type { request.headers.replaceOrAdd(name: "Content-Type", value: type) }
        }
        for (name, text) in options.headers?.value ?? [] where isOwn || !Self.isPersonal(name) {
            request.headers.replaceOrAdd(name: name, value: text)
        }
        if !request.headers.contains(name: "User-Agent") {
            request.headers.add(name: "User-Agent", value: "moonkeep")
        }
        if isOwn, let way = options.auth?.value {
            let (name, value) = try await credentials(way)
            request.headers.replaceOrAdd(name: name, value: value)
        }
        return request
    }

    /// All but the harmless ones: a script may have put a key into any.
    private static func isPersonal(_ name: String) -> Bool {
        !["accept", "accept-language", "content-type", "user-agent"].contains(name.lowercased())
    }

    private func credentials(_ way: HTTPAuthentication.Way) async throws -> (name: String, value: String) {
        switch way {
        case .bearer(let secret): return ("Authorization", "Bearer \(try await secret.revealLine())")
        case .basic(let user, let secret):
            let pair = Data("\(user):\(try await secret.revealLine())".utf8).base64EncodedString()
            keeper.note(pair, as: secret.name)
            return ("Authorization", "Basic \(pair)")
        case .header(let name, let secret): return (name, try await secret.revealLine())
        }
    }

    // MARK: The body

    /// What is sent, with its type.
    struct Content: Sendable {
        var bytes: [UInt8]
        var type: String?
    }

    private func content() async throws -> Content? {
        if let json = options.json {
            return Content(
                bytes: Array(try await json.revealingSecrets().jsonText.utf8),
                type: "application/json"
            )
        }
        if let form = options.form?.value {
            return Content(
                bytes: Array(NamedTexts.encoded(form).utf8),
                type: "application/x-www-form-urlencoded"
            )
        }
        return options.body.map { Content(bytes: $0.value, type: nil) }
    }
}
