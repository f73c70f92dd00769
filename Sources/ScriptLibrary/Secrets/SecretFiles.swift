import Foundation
import HostSystem
import PluginHost

/// Secrets in files of one folder: `pg/password` is the file `pg/password` beneath it, with one line end at its end left out.
///
/// Each must be a file that only its owner can read: of the user that the host runs as, or of root, with the mode 0600 or
/// 0400, and not behind a symbolic link.
public struct SecretFiles: SecretProvider {
    private let folder: String

    /// Makes a provider of the files beneath a folder, which need not be there.
    public init(folder: String) {
        self.folder = folder
    }

    /// `the file '/srv/site/secrets/pg/password'`
    public func place(of name: String) -> String { "the file '\(folder)/\(name)' with the mode 0600" }

    /// The file's bytes.
    public func value(of name: String) async throws -> [UInt8]? {
        do {
            guard let root = try RootFolder(folder) else { return nil }
            let place = try root.place(of: name.split(separator: "/").map(String.init), follows: false)
            guard let status = try place.status() else { return nil }
            guard place.path == "\(folder)/\(name)", status.st_mode & S_IFMT != S_IFLNK else {
                throw Self.refused(name, "is behind a symbolic link", "Put the file itself there.")
            }
            return try read(place, name)
        } catch let error as ScriptError where error.code == .notFound {
            return nil
        }
    }

    private func read(_ place: FilePlace, _ name: String) throws -> [UInt8] {
        let descriptor = try place.open(O_RDONLY)
        // Of what is open now: the file that was looked at may have been exchanged.
        let status = try place.attempt { () throws(SystemError) in try descriptor.status() }
        let mode = status.st_mode & 0o7777
        guard mode == 0o600 || mode == 0o400 else {
            throw Self.refused(
                name,
                "can be read or changed by others (its mode is 0\(String(mode, radix: 8)))",
                "Run 'chmod 600 \(place.path)', and change the secret if others may have seen it."
            )
        }
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            throw Self.refused(
                name,
                "belongs to another user",
                "Make it the file of the user that Moonkeep runs as."
            )
        }
        guard Int64(status.st_size) <= SecretKeeper.longestBytes else {
            throw Self.refused(
                name,
                "has more than \(Figures.bytes(Int64(SecretKeeper.longestBytes)))",
                "A secret is a password or a key."
            )
        }
        let bytes = try place.attempt { () throws(SystemError) in
            try descriptor.read(SecretKeeper.longestBytes + 1)
        }
        return bytes.withoutLineEnd
    }

    private static func refused(_ name: String, _ problem: String, _ fix: String) -> ScriptError {
        ScriptError(.unknownSecret, "the file of the secret '\(name)' \(problem)", fix: fix)
    }
}

extension [UInt8] {
    /// The bytes without one line end at their end, which an editor or `echo` leaves there.
    var withoutLineEnd: [UInt8] {
        guard last == UInt8(ascii: "\n") else { return self }
        let line = dropLast()
        return Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
    }
}
