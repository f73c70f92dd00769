import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// The connections of a base, counted from the first moment, and with their times kept.
struct CaredChannel<Base: ServerChildChannel>: ServerChildChannel {
    typealias Value = Base.Value

    let base: Base
    let connections: Connections
    let limits: ConnectionPhase.Limits

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
        let (connections, limits) = (connections, limits)
        return base.setup(channel: channel, logger: logger).flatMapThrowing { value in
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(ByteWatch(), position: .before(decoder))
            let now = channel.eventLoop.now
            let id = connections.opened(at: now) { channel.close(promise: nil) }
            let care = ConnectionCare(limits: limits, connections: connections, id: id, now: now)
            try pipeline.addHandler(care, position: .after(decoder))
            return value
        }
    }

    func handle(value: Base.Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
    }
}
