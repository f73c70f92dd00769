import BackupAPI
import Glibc

/// Files that nobody but their owner may read.
package enum OwnerFile {
    /// Writes a text, whatever the file had before. Throws `storage` and `disk_full`.
    package static func write(_ text: String, to path: String) throws {
        let file = try open(path, O_TRUNC)
        do { try file.write(Array(text.utf8)) } catch {
            throw BackupError.file("cannot write", path, error)
        }
    }

    /// Makes a file where there is none. Throws `storage` and `disk_full`.
    @discardableResult
    package static func make(_ path: String) throws -> Descriptor { try open(path, 0) }

    private static func open(_ path: String, _ flags: Int32) throws -> Descriptor {
        do { return try Descriptor(opening: path, O_WRONLY | O_CREAT | flags, mode: 0o600) } catch {
            throw BackupError.file("cannot create", path, error)
        }
    }
}
