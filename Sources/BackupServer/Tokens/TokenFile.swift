import BackupAPI
// The optimising compiler takes the system's `stat` for this module's.
import CDispatch
import Foundation
import Glibc

/// A file that only its owner may read, with all that a token store knows.
///
/// Several processes may use it: a change is made under a lock, and the file is replaced as a whole.
struct TokenFile {
    /// What tells one content of the file from another without reading it.
    struct Stamp: Equatable {
        let inode: UInt64
        let size: Int64
        let seconds: Int
        let nanoseconds: Int
    }

    let path: String
    /// How long another process may change the file before a change is given up.
    let lockTimeout: Duration

    /// The stamp of the file as it is; `nil` when there is none. Throws when others may read or write it.
    func stamp() throws(ServerError) -> Stamp? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            guard errno == ENOENT else { throw failure("cannot be read", errno) }
            return nil
        }
        guard status.st_mode & 0o077 == 0 else {
            throw .tokenFile("may be used by others", path, fix: "Run: chmod 600 '\(path)'")
        }
        return Stamp(
            inode: UInt64(status.st_ino),
            size: Int64(status.st_size),
            seconds: Int(status.st_mtim.tv_sec),
            nanoseconds: Int(status.st_mtim.tv_nsec)
        )
    }

    func read() throws(ServerError) -> TokenRecords {
        do {
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            return try JSONDecoder().decode(TokenRecords.self, from: data)
        } catch {
            throw .tokenFile(
                "cannot be read",
                path,
                fix: "Put it back from a copy, or remove it and make tokens anew."
            )
        }
    }

    /// Replaces the file in one step, so that a reader sees the old one or the new one.
    func write(_ records: TokenRecords) throws(ServerError) {
        let text: String
        do { text = try JSONText.encode(records, layout: .pretty) + "\n" } catch {
            throw .tokenFile("cannot be written", path)
        }
        let draft = path + ".new"
        unlink(draft)
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure("cannot be written", errno) }
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
            guard count > 0 else {
                let number = errno
                close(file)
                throw failure("cannot be written", number)
            }
            bytes = bytes.dropFirst(count)
        }
        guard fsync(file) == 0, close(file) == 0, rename(draft, path) == 0 else {
            throw failure("cannot be written", errno)
        }
    }

    /// Does `change` while no other process changes the file. Throws `token_file_busy` when one does so for too long.
    func locked<Value>(_ change: () throws -> Value) async throws -> Value {
        let lock = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw failure("cannot be locked", errno) }
        defer { close(lock) }
        let start = ContinuousClock.now
        // flock(2) can only block a thread or be asked again.
        while flock(lock, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK else { throw failure("cannot be locked", errno) }
            guard start.duration(to: .now) < lockTimeout else { throw ServerError.tokenFileBusy(path) }
            try await Task.sleep(for: .milliseconds(20))
        }
        return try change()
    }

    private func failure(_ problem: String, _ number: Int32) -> ServerError {
        .tokenFile("\(problem): \(String(cString: strerror(number)))", path)
    }
}
