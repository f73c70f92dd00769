package import Glibc

/// An open file or folder, closed when nobody needs it any more.
package final class Descriptor: Sendable {
    /// The system's number for it.
    package let number: Int32

    /// Takes over what `open` returned; `nil` for -1, with the reason in `errno`.
    package init?(_ number: Int32) {
        guard number >= 0 else { return nil }
        self.number = number
    }

    deinit { close(number) }

    /// Opens a path. Programs that are started later do not have it.
    package convenience init(opening path: String, _ flags: Int32, mode: mode_t = 0) throws(SystemError) {
        let number = open(path, flags | O_CLOEXEC, mode)
        guard number >= 0 else { throw SystemError.last }
        self.init(owned: number)
    }

    private init(owned number: Int32) {
        self.number = number
    }

    /// What `fstat` says.
    package func status() throws(SystemError) -> stat {
        var status = stat()
        guard fstat(number, &status) == 0 else { throw SystemError.last }
        return status
    }

    /// Up to `count` bytes from where the last reading ended; none at the end.
    package func read(_ count: Int) throws(SystemError) -> [UInt8] {
        var failure: SystemError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
            repeat {
                let got = Glibc.read(number, buffer.baseAddress, count)
                failure = got < 0 ? SystemError.last : nil
                used = max(0, got)
            } while failure?.number == EINTR
        }
        if let failure { throw failure }
        return bytes
    }

    /// Writes all of it.
    package func write(_ bytes: [UInt8]) throws(SystemError) {
        var start = 0
        while start < bytes.count {
            let count = bytes[start...].withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
            guard count >= 0 else {
                guard errno == EINTR else { throw SystemError.last }
                continue
            }
            start += count
        }
    }

    /// The names in the open folder, in the order of their bytes; of more than `limit` only one more.
    package func names(limit: Int = .max) throws(SystemError) -> [[UInt8]] {
        let copy = fcntl(number, F_DUPFD_CLOEXEC, 0)
        guard let stream = fdopendir(copy) else {
            let error = SystemError.last
            if copy >= 0 { close(copy) }
            throw error
        }
        defer { closedir(stream) }
        // The place of the last reading is that of all copies.
        rewinddir(stream)
        var names: [[UInt8]] = []
        while names.count <= limit {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { throw SystemError.last }
                break
            }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name != [0x2e], name != [0x2e, 0x2e] { names.append(name) }
        }
        return names.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// Waits until what was written is on the disk.
    package func sync() throws(SystemError) {
        guard fsync(number) == 0 else { throw SystemError.last }
    }
}
