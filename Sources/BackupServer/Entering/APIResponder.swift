import BackupAPI
import Hummingbird
import Logging

/// Answers every request: finds out who asks and for what, and turns all that is thrown into a fault.
struct APIResponder: HTTPResponder {
    let service: any BackupService
    let settings: ServerSettings
    let entrance: Entrance
    let login: Login
    let desk: BrowseDesk
    /// The console and its API; `nil` where no runs are served.
    let console: ConsoleDesk?
    let notice: @Sendable () -> String?
    let reading: BodyReading
    /// The address that links begin with where neither the settings nor a request say one.
    let fallbackBase: String

    func respond(to request: Request, context: ServerContext) async throws -> Response {
        let clock = ContinuousClock()
        let start = clock.now
        var trace = Trace()
        let answer: Answer
        do {
            answer = try await self.answer(request, context, &trace)
        } catch {
            answer = fault(of: error, to: request, trace, context).answer
        }
        let milliseconds = (clock.now - start) / .milliseconds(1)
        context.logger.info(
            "request",
            metadata: [
                "http.method": .string(request.method.rawValue),
                "http.path": .string(String(request.uri.path.prefix(200))),
                "http.status": .stringConvertible(answer.status),
                "http.milliseconds": .stringConvertible((milliseconds * 10).rounded() / 10),
                "client.address": .string(context.address),
                "user.name": .string(trace.principal?.name ?? "-"),
            ]
        )
        return response(answer, to: request, trace.body)
    }

    /// What is known of a request at the moment it is answered.
    private struct Trace {
        var principal: Principal?
        /// What became of the body.
        var body = BodyState.unread
        var bytes: [UInt8] = []
    }

    private enum BodyState {
        case unread, read
        /// Some of it may be left or may yet come, and cannot be told from the next request.
        case broken
    }

    private func read(
        _ request: Request,
        _ context: ServerContext,
        _ trace: inout Trace
    ) async throws -> [UInt8] {
        try reading.checkLength(of: request)
        if try RequestFraming.expectsContinue(request), reading.hasBody(request) {
            try await context.channel.triggerUserOutboundEvent(ConnectionCare.Continue()).get()
        }
        trace.body = .broken
        let body = try await reading.read(request)
        trace.body = .read
        trace.bytes = body
        return body
    }

    private func answer(
        _ request: Request,
        _ context: ServerContext,
        _ trace: inout Trace
    ) async throws -> Answer {
        trace.body = .broken
        try RequestFraming.check(request)
        // A client that waits for a word before it sends its body may send another request instead.
        trace.body = try RequestFraming.expectsContinue(request) ? .broken : .unread
        // An answer to HEAD is that to GET without its body.
        let method = request.method == .head ? "GET" : request.method.rawValue
        let base = base(of: request)
        let path = try ResourcePath(request.uri.path)
        if !path.hasVersion, path.segments == ["v2.0", "tokens"] {
            guard method == "POST" else {
                throw Fault.methodNotAllowed(method, path: "/v2.0/tokens", allowed: ["POST"])
            }
            let body = try await read(request, context, &trace)
            return try await login.answer(body, base: base, context)
        }
        // A load balancer has no token.
        if method == "GET", !path.hasVersion, path.segments == ["ping"] { return .noContent }
        if let console, !path.hasVersion, ConsoleDesk.serves(path.plain) {
            let body = try await read(request, context, &trace)
            return try await console.answer(
                ConsoleRequest(request, method, path.plain, base: base, body),
                context
            )
        }
        let token = request.headers.first("x-auth-token") ?? request.bearerToken
        let principal = try await entrance.principal(
            token: token,
            method: method,
            path: path,
            base: base,
            context
        )
        trace.principal = principal
        if let console, path.plain == ["metrics"] {
            guard method == "GET" else {
                throw Fault.methodNotAllowed(method, path: "/metrics", allowed: ["GET"])
            }
            return ConsoleMetrics(overview: try await console.lookout.overview()).answer
        }
        if let console, !path.hasVersion, path.plain.starts(with: ConsoleAPI.root) {
            let body = try await read(request, context, &trace)
            return try await ConsoleAPI(lookout: console.lookout, principal: principal).answer(
                ConsoleRequest(request, method, path.plain, base: base, body)
            )
        }
        guard path.hasVersion || path.segments.first == "health" || path.segments.first == "ping" else {
            throw Fault.notFound("there is no resource '/\(path.segments.joined(separator: "/"))'")
        }
        let (route, parameters) = try Operations.all.route(method, path.segments)
        let body = try await read(request, context, &trace)
        let call = Call(
            service: service,
            settings: settings,
            desk: desk,
            notice: notice,
            principal: principal,
            links: Links(base: base, path: path),
            parameters: parameters,
            query: Query(request),
            headers: request.headers,
            body: body
        )
        return try await route.handler(call)
    }

    private func fault(
        of error: any Error,
        to request: Request,
        _ trace: Trace,
        _ context: ServerContext
    ) -> Fault {
        if let fault = error as? Fault { return fault }
        if let error = error as? BackupError {
            let sent = "\(request.uri) \(String(decoding: trace.bytes, as: UTF8.self))"
            let fault = Fault(error, hint: hint(context), sent: sent)
            if fault.status >= 500 {
                context.logger.error("service failed", metadata: ["error": .string(error.description)])
            }
            return fault
        }
        context.logger.error("request failed", metadata: ["error": .string("\(error)")])
        if let error = error as? ServerError, error.code == .tokenFileBusy {
            return Fault(
                status: 503,
                message: "the server's tokens are in use by another program; \(hint(context))",
                headers: [.retryAfter: "5"]
            )
        }
        return Fault(status: 500, message: "the request failed; \(hint(context))")
    }

    /// Where its operator finds what a client is not told.
    private func hint(_ context: ServerContext) -> String {
        "the server's log says why\(context.requestID.map { " at request \($0)" } ?? "")"
    }

    private func response(_ answer: Answer, to request: Request, _ state: BodyState) -> Response {
        var headers = answer.headers
        let status = HTTPResponse.Status(code: answer.status)
        if answer.body != nil || answer.stream != nil { headers[.contentType] = answer.type }
        if state == .broken { headers[.connection] = "close" }
        if let stream = answer.stream, request.method == .get {
            return Response(status: status, headers: headers, body: stream)
        }
        var buffer = ByteBuffer(string: answer.body ?? "")
        if request.method == .head {
            headers[.contentLength] = String(buffer.readableBytes)
            buffer.clear()
        }
        guard state != .read else {
            return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: buffer))
        }
        let reading = reading
        let body = ResponseBody(contentLength: buffer.readableBytes) { [buffer] writer in
            if buffer.readableBytes > 0 { try await writer.write(buffer) }
            try await writer.finish(nil)
            // Throwing is the way to close a connection here.
            guard state == .unread else { throw CancellationError() }
            try await reading.drain(request)
        }
        return Response(status: status, headers: headers, body: body)
    }

    private func base(of request: Request) -> String {
        if let base = settings.baseURL { return base.hasSuffix("/") ? String(base.dropLast()) : base }
        guard let authority = request.head.authority, Self.isAuthority(authority) else { return fallbackBase }
        return (settings.tls == nil ? "http://" : "https://") + authority
    }

    /// Whether the text is a host with or without a port, and nothing that would make other links of it.
    private static func isAuthority(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 255
            && text.utf8.allSatisfy { $0.isUnreserved || ":[]".utf8.contains($0) }
    }
}

extension Request {
    /// The token of `Authorization: Bearer`, which is how a collector of metrics sends one.
    fileprivate var bearerToken: String? {
        guard let value = headers[.authorization], value.lowercased().hasPrefix("bearer ") else { return nil }
        return String(value.dropFirst(7))
    }
}

extension ConsoleRequest {
    fileprivate init(
        _ request: Request,
        _ method: String,
        _ segments: [String],
        base: String,
        _ body: [UInt8]
    ) {
        self.init(
            method: method,
            segments: segments,
            query: Query(request),
            headers: request.headers,
            base: base,
            body: body
        )
    }
}

extension Query {
    fileprivate init(_ request: Request) {
        var values: [String: String] = [:]
        for (name, value) in request.uri.queryParameters where values[String(name)] == nil {
            values[String(name)] = String(value)
        }
        self.init(values)
    }
}
