import Foundation
import Glibc

/// A TCP connection to this host that sends what a test says, and nothing more.
final class RawConnection: Sendable {
    private let socket: Int32

    init(port: Int) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw CancellationError() }
    }

    deinit {
        close(socket)
    }

    func send(_ text: String) {
        var bytes = Array(text.utf8)
        _ = Glibc.send(socket, &bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    func finishSending() {
        shutdown(socket, Int32(SHUT_WR))
    }

    /// Waits for the first byte that the other side sends, and leaves it there.
    func waitForFirstByte() async {
        let arrived = AsyncStream<Void>.makeStream()
        let socket = socket
        Thread.detachNewThread {
            var byte: UInt8 = 0
            _ = recv(socket, &byte, 1, Int32(MSG_PEEK))
            arrived.continuation.finish()
        }
        for await _ in arrived.stream {}
    }

    /// All that the other side sends until it ends the connection, or until `end` is there.
    func received(upTo end: String? = nil) async -> String {
        let (stream, continuation) = AsyncStream<[UInt8]>.makeStream()
        let socket = socket
        Thread.detachNewThread {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            var all: [UInt8] = []
            while true {
                let count = recv(socket, &buffer, buffer.count, 0)
                guard count > 0 else { break }
                all += buffer.prefix(count)
                continuation.yield(Array(buffer.prefix(count)))
                if let end, String(decoding: all, as: UTF8.self).hasSuffix(end) { break }
            }
            continuation.finish()
        }
        var all: [UInt8] = []
        for await part in stream { all += part }
        return String(decoding: all, as: UTF8.self)
    }
}
