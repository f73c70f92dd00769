import Glibc
import NIOCore

/// A port on which nobody listens, at any address of this machine, and nobody can while it is held.
package enum ClosedPort {
    /// Holds such a port for as long as `body` runs. A connection to it is refused.
    package static func hold<Value>(_ body: (Int) async throws -> Value) async throws -> Value {
        // Every address of both kinds; a machine without IPv6 has one kind.
        let (socket, port) = try (try? bound("::")) ?? bound("0.0.0.0")
        defer { close(socket) }
        return try await body(port)
    }

    /// A socket that has a port and does not listen.
    private static func bound(_ address: String) throws -> (socket: Int32, port: Int) {
        let wanted = try SocketAddress(ipAddress: address, port: 0)
        let socket = Glibc.socket(
            wanted.protocol == .inet6 ? AF_INET6 : AF_INET,
            Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue),
            0
        )
        guard socket >= 0 else { throw IOError(errnoCode: errno, reason: "socket \(address)") }
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let isBound = wanted.withSockAddr { bind(socket, $0, socklen_t($1)) } == 0
        let isKnown =
            withUnsafeMutablePointer(to: &storage) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &size) }
            } == 0
        guard isBound, isKnown else {
            defer { close(socket) }
            throw IOError(errnoCode: errno, reason: "bind \(address)")
        }
        // The port lies at the same place in the addresses of both kinds.
        let port = withUnsafeBytes(of: storage) { $0.load(fromByteOffset: 2, as: UInt16.self).byteSwapped }
        return (socket, Int(port))
    }
}
