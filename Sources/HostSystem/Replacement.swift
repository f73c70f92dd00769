package import Glibc

/// A file that is written beside the one that it is going to replace: whoever reads sees the old one or the new one, whole, also
/// after a crash. What was not brought to its place is removed.
package struct Replacement {
    /// The new file.
    package let descriptor: Descriptor
    private let folder: Descriptor
    private let name: String
    private let draft = ".moonkeep-" + String(UInt64.random(in: 0 ... .max), radix: 36)
    private let mode: mode_t?

    /// Begins a file in a folder; without a mode it gets what the process gives new files.
    package init(of name: String, in folder: Descriptor, mode: mode_t?) throws(SystemError) {
        (self.name, self.folder, self.mode) = (name, folder, mode)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        guard let descriptor = Descriptor(openat(folder.number, draft, flags, mode == nil ? 0o666 : 0o600))
        else { throw SystemError.last }
        self.descriptor = descriptor
    }

    /// Puts the file in its place; it is on the disk when this returns.
    package func commit() throws(SystemError) {
        if let mode, fchmod(descriptor.number, mode) != 0 { throw SystemError.last }
        try descriptor.sync()
        guard renameat(folder.number, draft, folder.number, name) == 0 else { throw SystemError.last }
        // The new name is on the disk with its folder.
        try folder.sync()
    }

    /// Removes what was written.
    package func abandon() {
        unlinkat(folder.number, draft, 0)
    }

    /// Puts a whole file at a path. Without a mode it has that of the file that was there, or what the process gives new files.
    package static func write(_ text: String, to path: String, mode: mode_t? = nil) throws(SystemError) {
        var facts = stat()
        let before =
            stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG ? facts.st_mode & 0o777 : nil
        let replacement = try Replacement(
            of: path.fileName,
            in: try Descriptor(opening: path.folderName, O_RDONLY | O_DIRECTORY),
            mode: mode ?? before
        )
        do {
            try replacement.descriptor.write(Array(text.utf8))
            try replacement.commit()
        } catch {
            replacement.abandon()
            throw error
        }
    }
}
