import Foundation

/// An open file or folder, closed when nobody needs it any more.
final class Descriptor: Sendable {
    let number: Int32

    /// Takes over what `open` answered; `nil` for -1, with the reason in `errno`.
    init?(_ number: Int32) {
        guard number >= 0 else { return nil }
        self.number = number
    }

    deinit { close(number) }

    /// What `fstat` says.
    func status() throws(Errno) -> stat {
        var status = stat()
        guard fstat(number, &status) == 0 else { throw Errno.last }
        return status
    }

    /// Up to `count` bytes from where the last reading ended; none at the end.
    func read(_ count: Int) throws(Errno) -> [UInt8] {
        var failure: Errno?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
            repeat {
                let got = Foundation.read(number, buffer.baseAddress, count)
                failure = got < 0 ? Errno.last : nil
                used = max(0, got)
            } while failure?.number == EINTR
        }
        if let failure { throw failure }
        return bytes
    }

    func write(_ bytes: [UInt8]) throws(Errno) {
        var start = 0
        while start < bytes.count {
            let count = bytes[start...].withUnsafeBytes { Foundation.write(number, $0.baseAddress, $0.count) }
            guard count >= 0 else {
                guard errno == EINTR else { throw Errno.last }
                continue
            }
            start += count
        }
    }

    /// Waits until what was written is on the disk.
    func sync() throws(Errno) {
        guard fsync(number) == 0 else { throw Errno.last }
    }
}

/// Why the system refused.
struct Errno: Error, Hashable {
    let number: Int32

    /// That of the last call of this thread.
    static var last: Errno { Errno(number: errno) }

    /// The system's words.
    var text: String { String(cString: strerror(number)) }
}
