import Foundation
import Glibc
import Synchronization

/// What a program writes to a descriptor, up to its end.
final class Output: Sendable {
    private let bytes = Mutex<[UInt8]>([])
    private let news: AsyncStream<Void>

    /// Reads until the last writer is gone; a terminal tells that by an error.
    init(reading descriptor: Int32) {
        let (news, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.news = news
        Thread.detachNewThread { [self] in
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while case let count = read(descriptor, &buffer, buffer.count), count > 0 {
                bytes.withLock { $0 += buffer[..<count] }
                continuation.yield()
            }
            close(descriptor)
            continuation.finish()
        }
    }

    /// What has come so far.
    var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }

    /// Returns as soon as the text is as wanted, or with false at its end.
    func reaches(_ isWanted: (String) -> Bool) async -> Bool {
        if isWanted(text) { return true }
        for await _ in news where isWanted(text) { return true }
        return isWanted(text)
    }

    /// All that came.
    func whole() async -> String {
        for await _ in news {}
        return text
    }
}
