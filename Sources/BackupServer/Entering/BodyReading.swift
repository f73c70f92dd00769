import BackupAPI
import Hummingbird
import NIOHTTP1

/// Reads the bodies of requests within bounds of size and time, so that no client holds memory or a connection for long.
struct BodyReading: Sendable {
    let maximumBytes: Int
    let timeout: Duration
    let clock: any Clock<Duration>

    /// More than this is not even thrown away; the connection is closed instead.
    private static let maximumDrainedBytes = 32 * 1_048_576

    /// Throws a 413 for a body that says itself that it is too large.
    func checkLength(of request: Request) throws(Fault) {
        guard let text = request.headers[.contentLength], let length = Int(text), length > maximumBytes else {
            return
        }
        throw .tooLarge(limit: maximumBytes)
    }

    /// The whole body, which can be read once. Throws a 413 for one that is too large, a 408 for one that takes too long, and
    /// a 400 for one whose chunks are none.
    func read(_ request: Request) async throws -> [UInt8] {
        guard hasBody(request) else { return [] }
        let maximumBytes = maximumBytes
        let (bytes, count) = try await inTime(Fault.tooSlow(timeout)) {
            var bytes: [UInt8] = []
            var count = 0
            do {
                for try await part in request.body {
                    count += part.readableBytes
                    // A client that is still sending may not look for an answer.
                    guard count <= Self.maximumDrainedBytes else { break }
                    if count <= maximumBytes { bytes.append(contentsOf: part.readableBytesView) }
                }
            } catch is HTTPParserError {
                throw Fault.badRequest("the body is not framed as HTTP says: a chunk or the end is wrong")
            }
            return (bytes, count)
        }
        guard count <= maximumBytes else { throw Fault.tooLarge(limit: maximumBytes) }
        return bytes
    }

    /// Takes what is left of a body that nobody wants, so that the client reads the answer before the connection ends.
    ///
    /// Throws when there is too much of it or it takes too long; then the connection is closed.
    func drain(_ request: Request) async throws {
        let limit = Self.maximumDrainedBytes
        try await inTime(Fault.tooSlow(timeout)) {
            var count = 0
            for try await part in request.body {
                count += part.readableBytes
                guard count <= limit else { throw Fault.tooLarge(limit: limit) }
            }
        }
    }

    /// A request that says neither how long its body is nor how it is cut has none (RFC 9112, 6.3).
    func hasBody(_ request: Request) -> Bool {
        let length = request.headers[.contentLength]
        return request.headers[.transferEncoding] != nil || (length != nil && length != "0")
    }

    private func inTime<Value: Sendable>(
        _ fault: Fault,
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let (clock, timeout) = (clock, timeout)
        guard let value = try await racing(work, against: { try await clock.sleep(for: timeout) }) else {
            throw fault
        }
        return value
    }
}
