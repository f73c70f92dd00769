import Foundation
import HostSystem

/// A name in an open folder: what the path leads to cannot be exchanged for something elsewhere any more.
struct FilePlace {
    let folder: Descriptor
    /// `.` for the folder itself.
    let name: String
    /// For errors, and for what a permission covers.
    let path: String

    /// What is there, without following a link; `nil` for nothing.
    func status() throws -> stat? {
        var status = stat()
        guard fstatat(folder.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            guard errno == ENOENT else { throw ScriptError.file(path, .last) }
            return nil
        }
        return status
    }

    /// Opens what is there. A pipe or a device is refused: it could be waited for without an end.
    func open(_ flags: Int32, mode: mode_t = 0) throws -> Descriptor {
        let all = flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
        guard let descriptor = Descriptor(openat(folder.number, name, all, mode)) else {
            throw ScriptError.file(path, .last)
        }
        let kind = try attempt { () throws(SystemError) in try descriptor.status() }.st_mode & S_IFMT
        guard kind == S_IFREG || kind == S_IFDIR else {
            throw ScriptError(.refused, "'\(path)' is neither a file nor a folder")
        }
        if kind == S_IFDIR, flags & O_DIRECTORY == 0 {
            throw ScriptError.file(path, SystemError(number: EISDIR))
        }
        return descriptor
    }

    func openFolder() throws -> Descriptor { try open(O_RDONLY | O_DIRECTORY) }

    /// Puts a file there, whole or not at all; `write` fills it. It is on the disk when this returns.
    func replace(mode: mode_t?, _ write: (Descriptor) throws -> Void) throws {
        let replacement = try replacement(mode: mode)
        do {
            try write(replacement.descriptor)
            try attempt { () throws(SystemError) in try replacement.commit() }
        } catch {
            replacement.abandon()
            throw error
        }
    }

    /// Begins a file that shall be here. What stands here keeps its mode unless another one is asked for.
    func replacement(mode: mode_t?) throws -> Replacement {
        guard name != ".", try !isFolder() else {
            throw ScriptError.file(path, SystemError(number: EISDIR))
        }
        let mode = try mode ?? status().map { $0.st_mode & 0o777 } ?? 0o644
        return try attempt { () throws(SystemError) in
            try Replacement(of: name, in: folder, mode: mode)
        }
    }

    /// Does something with the system's calls; an error names this place.
    func attempt<Value>(_ body: () throws(SystemError) -> Value) throws -> Value {
        do {
            return try body()
        } catch {
            throw ScriptError.file(path, error)
        }
    }
}
