import BackupAPI
// The optimising compiler takes the system's `stat` for this module's.
import CDispatch
import Foundation
import Glibc
import HostSystem

/// A file that only its owner may read, with all that a token store knows.
///
/// Several processes may use it: a change is made under a lock, and the file is replaced as a whole.
struct TokenFile {
    let path: String
    /// How long another process may change the file before a change is given up.
    let lockTimeout: Duration

    /// The stamp of the file as it is; `nil` when there is none. Throws when others may read or write it.
    func stamp() throws(ServerError) -> FileStamp? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            guard errno == ENOENT else { throw failure("cannot be read", .last) }
            return nil
        }
        guard status.st_mode & 0o077 == 0 else {
            throw .tokenFile("may be used by others", path, fix: "Run: chmod 600 '\(path)'")
        }
        return FileStamp(status)
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
        do { try Replacement.write(text, to: path, mode: 0o600) } catch {
            throw failure("cannot be written", error)
        }
    }

    /// Does `change` while no other process changes the file. Throws `token_file_busy` when one does so for too long.
    func locked<Value>(_ change: () throws -> Value) async throws -> Value {
        let start = ContinuousClock.now
        while true {
            let lock: FileLock?
            do { lock = try FileLock.take(path + ".lock", .exclusive) } catch {
                throw failure("cannot be locked", error)
            }
            if let lock {
                defer { lock.release() }
                return try change()
            }
            guard start.duration(to: .now) < lockTimeout else { throw ServerError.tokenFileBusy(path) }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func failure(_ problem: String, _ error: SystemError) -> ServerError {
        .tokenFile("\(problem): \(error.words)", path)
    }
}
