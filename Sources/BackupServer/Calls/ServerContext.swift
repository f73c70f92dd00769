import Glibc
import Hummingbird
import Logging
import NIOCore

/// A request's logger, and the connection that it came over.
struct ServerContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// The request's id in the log; `nil` where the log keeps no metadata.
    var requestID: String? {
        // `id` itself traps without metadata.
        logger[metadataKey: "hb.request.id"].map { "\($0)" }
    }

    /// Notes in the log that a client was not let in, and from where. What it sent is no business of the log's.
    func logRefusal(_ what: String) {
        logger.warning("\(what)", metadata: ["client.address": .string(address)])
    }

    /// Where the client is, for the log; `-` when the connection is over already.
    var address: String { channel.remoteAddress?.ipAddress ?? "-" }

    /// Whom the client's failures are counted for: the address, of IPv6 the network, since a host has a whole one.
    var network: String {
        var bytes = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, address, &bytes) == 1 else { return address }
        // An address of IPv4 in the form of IPv6 is one host's (RFC 4291, 2.5.5.2).
        let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xff && bytes[11] == 0xff
        return isMapped ? address : Secret.text(of: Array(bytes.prefix(8)))
    }
}
