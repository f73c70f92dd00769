import NIOCore
package import NIOHTTP1
import NIOPosix
import Synchronization

/// A server on this machine that answers what a test says, also with faults, and notes what it was asked.
package final class LoopbackServer: Sendable {
    /// A request as it came.
    package struct Request: Sendable {
        package let method: String
        package let uri: String
        package let headers: HTTPHeaders
        package let body: String

        /// The path without the query.
        package var path: String { String(uri.prefix { $0 != "?" }) }
        /// `GET /v2/backups?limit=1`.
        package var line: String { "\(method) \(uri)" }

        /// The first header of a name.
        package func header(_ name: String) -> String? { headers.first(name: name) }

        /// The value of a name in the query.
        package func query(_ name: String) -> String? {
            uri.split(separator: "?").dropFirst().first?.split(separator: "&")
                .first { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1)) }
        }
    }

    /// What comes back.
    package enum Reply: Sendable {
        /// A whole answer.
        case answer(Int, [String: String] = [:], String = "")
        /// The begin of an answer; then the connection breaks.
        case cutOff(Int, [String: String] = [:], String)
        /// The connection breaks before an answer.
        case reset
        /// No answer ever.
        case silence
        /// An answer that goes on without an end, with no length announced.
        case endless

        package static func json(_ body: String, status: Int = 200) -> Reply {
            .answer(status, ["Content-Type": "application/json"], body)
        }
    }

    package typealias Script = @Sendable (Request) async -> Reply

    private let noted = Mutex<[Request]>([])
    private let listening: any Channel
    package let port: Int

    package var requests: [Request] { noted.withLock { $0 } }
    package var lines: [String] { requests.map(\.line) }

    /// How many requests of a method came.
    package func count(_ method: String) -> Int { requests.count { $0.method == method } }

    /// `http://127.0.0.1:PORT`.
    package var origin: String { "http://127.0.0.1:\(port)" }

    /// Runs a server for as long as `body` runs.
    package static func run<Value>(_ script: @escaping Script, _ body: (LoopbackServer) async throws -> Value)
        async throws
        -> Value
    {
        let server = try await LoopbackServer(script)
        do {
            let value = try await body(server)
            try await server.listening.close()
            return value
        } catch {
            try await server.listening.close()
            throw error
        }
    }

    private init(_ script: @escaping Script) async throws {
        let note = Note()
        let handled: Script = { request in
            note.add(request)
            return await script(request)
        }
        listening = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(ScriptHandler(script: handled))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = listening.localAddress?.port ?? 0
        note.server = self
    }

    /// Hands requests on to the server that is made after its handler.
    private final class Note: Sendable {
        private let target = Mutex<LoopbackServer?>(nil)

        var server: LoopbackServer? {
            get { target.withLock { $0 } }
            set { target.withLock { $0 = newValue } }
        }

        func add(_ request: Request) { server?.noted.withLock { $0.append(request) } }
    }
}

/// Answers the requests of one connection, one after another.
private final class ScriptHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let script: LoopbackServer.Script
    private var head: HTTPRequestHead?
    private var body = ""

    init(script: @escaping LoopbackServer.Script) {
        self.script = script
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = ""
        case .body(let part): body += String(buffer: part)
        case .end:
            guard let head else { return }
            let request = LoopbackServer.Request(
                method: head.method.rawValue,
                uri: head.uri,
                headers: head.headers,
                body: body
            )
            Self.answer(request, by: script, on: context.channel)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private static func answer(
        _ request: LoopbackServer.Request,
        by script: @escaping LoopbackServer.Script,
        on channel: any Channel
    ) {
        Task { await reply(await script(request), on: channel) }
    }

    private static func reply(_ reply: LoopbackServer.Reply, on channel: any Channel) async {
        switch reply {
        case .answer(let status, let headers, let body):
            await write(status, headers, body, length: body.utf8.count, on: channel)
            try? await channel.writeAndFlush(HTTPServerResponsePart.end(nil))
        case .cutOff(let status, let headers, let body):
            await write(status, headers, body, length: body.utf8.count + 1_000, on: channel)
            try? await channel.close()
        case .reset: try? await channel.close()
        case .silence: break
        case .endless:
            let head = HTTPResponseHead(version: .http1_1, status: .ok)
            try? await channel.writeAndFlush(HTTPServerResponsePart.head(head))
            let piece = ByteBuffer(repeating: 0x78, count: 1 << 16)
            while (try? await channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(piece)))) != nil {
            }
        }
    }

    private static func write(
        _ status: Int,
        _ headers: [String: String],
        _ body: String,
        length: Int,
        on channel: any Channel
    ) async {
        var fields = HTTPHeaders(headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        if status != 204 { fields.add(name: "Content-Length", value: "\(length)") }
        let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: fields)
        try? await channel.writeAndFlush(HTTPServerResponsePart.head(head))
        guard !body.isEmpty else { return }
        try? await channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: body))))
    }
}
