internal import Foundation
internal import GRDB

/// The file of a journal on the disk.
enum JournalFile {
    static func exists(at path: String) -> Bool {
        FileManager.default.fileExists(atPath: path)
    }

    /// Makes an empty journal that only its owner may read, in a folder that only its owner may enter.
    ///
    /// It is made under another name and then given its own, so that a file with that name is always whole, and so
    /// that of two processes that make it at the same time one wins and the other uses it.
    static func create(at path: String, pageBytes: Int) throws {
        let folder = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
        if !exists(at: folder) {
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        }
        let draft = "\(path).\(UUID().uuidString).new"
        try makeOwnerOnly(draft)
        defer { unlink(draft) }
        try fill(draft, pageBytes: pageBytes)
        try synchronize(draft)
        guard link(draft, path) == 0 || errno == EEXIST else { throw systemError() }
        try synchronize(folder)
    }

    /// Writes the schema without a single sync; the caller syncs the whole file once.
    private static func fill(_ draft: String, pageBytes: Int) throws {
        let queue = try DatabaseQueue(path: draft)
        try queue.writeWithoutTransaction { database in
            try database.execute(
                sql: "PRAGMA page_size = \(pageBytes); PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY"
            )
            try Schema.migrate(database)
            try database.execute(sql: "PRAGMA journal_mode = WAL")
        }
        try queue.close()
    }

    /// Makes a file that only its owner may read.
    static func makeOwnerOnly(_ path: String, content: Data = Data()) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw systemError() }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try file.write(contentsOf: content)
    }

    /// Waits until a file or folder is on the disk.
    static func synchronize(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw systemError() }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw systemError() }
    }

    static func systemError() -> POSIXError {
        POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }
}
