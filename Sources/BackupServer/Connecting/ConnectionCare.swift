import NIOCore
import NIOHTTP1

/// Keeps a connection's times, and makes of each request what the rest of the server expects of one.
///
/// Its place is right behind the decoder of requests.
final class ConnectionCare: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// What is told when bytes arrive, of which no request may have come yet.
    struct BytesArrived: Sendable {}

    /// Asks for a `100 Continue`: the client waits for it before it sends its body (RFC 9110, 10.1.1).
    struct Continue: Sendable {}

    private let limits: ConnectionPhase.Limits
    private let connections: Connections
    private let id: Int
    private var phase: ConnectionPhase
    private var timer: (deadline: NIODeadline, task: Scheduled<Void>)?

    init(limits: ConnectionPhase.Limits, connections: Connections, id: Int, now: NIODeadline) {
        self.limits = limits
        self.connections = connections
        self.id = id
        phase = ConnectionPhase(at: now)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        changed(context)
    }

    func channelActive(context: ChannelHandlerContext) {
        changed(context)
        context.fireChannelActive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is BytesArrived else { return context.fireUserInboundEventTriggered(event) }
        phase.receivedBytes(at: context.eventLoop.now)
        changed(context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            phase.receivedHead(at: context.eventLoop.now)
            changed(context)
            context.fireChannelRead(wrapInboundOut(.head(Self.modern(head))))
        case .body: context.fireChannelRead(data)
        case .end:
            phase.receivedEnd(at: context.eventLoop.now)
            changed(context)
            context.fireChannelRead(data)
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head) where head.status.code >= 200:
            phase.beganAnswer(at: context.eventLoop.now)
            changed(context)
            context.write(data, promise: promise)
        case .end:
            let promise = promise ?? context.eventLoop.makePromise()
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            promise.futureResult.whenSuccess {
                let (care, context) = bound.value
                care.phase.answered(at: context.eventLoop.now)
                care.changed(context)
            }
            context.write(data, promise: promise)
        default: context.write(data, promise: promise)
        }
    }

    func triggerUserOutboundEvent(
        context: ChannelHandlerContext,
        event: Any,
        promise: EventLoopPromise<Void>?
    ) {
        guard event is Continue else {
            return context.triggerUserOutboundEvent(event, promise: promise)
        }
        let head = HTTPResponseHead(version: .http1_1, status: .continue)
        context.writeAndFlush(wrapOutboundOut(.head(head)), promise: promise)
    }

    private func changed(_ context: ChannelHandlerContext) {
        connections.changed(id, waitingSince: phase.waitingSince)
        guard context.channel.isActive, let deadline = phase.deadline(limits) else { return }
        if let timer, timer.deadline <= deadline { return }
        timer?.task.cancel()
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let task = context.eventLoop.scheduleTask(deadline: deadline) {
            let (care, context) = bound.value
            care.timer = nil
            // The step that the timer was set for may be over.
            guard let due = care.phase.deadline(care.limits), due <= context.eventLoop.now else {
                return care.changed(context)
            }
            context.close(promise: nil)
        }
        timer = (deadline, task)
    }

    private func end() {
        timer?.task.cancel()
        timer = nil
        connections.closed(id)
    }

    /// A request of HTTP/1.0 in the words of HTTP/1.1: it need not name a host, it expects nothing, and the connection ends
    /// with it unless it says otherwise.
    private static func modern(_ head: HTTPRequestHead) -> HTTPRequestHead {
        var head = head
        if head.version.major < 1 || head.version == .http1_0 {
            if !head.headers.contains(name: "Host") { head.headers.add(name: "Host", value: "") }
            head.headers.remove(name: "Expect")
        }
        if !head.isKeepAlive { head.headers.replaceOrAdd(name: "Connection", value: "close") }
        return head
    }
}

/// Tells the care of a connection that something came; its place is before the decoder of requests.
final class ByteWatch: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.fireUserInboundEventTriggered(ConnectionCare.BytesArrived())
        context.fireChannelRead(data)
    }
}
