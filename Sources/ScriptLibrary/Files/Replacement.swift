import Foundation

/// A file that is being written beside the one that it is going to replace.
struct Replacement {
    let descriptor: Descriptor
    private let place: FilePlace
    private let name: String
    private let mode: mode_t

    /// Begins a file. What stands there keeps its mode unless another one is asked for.
    init(of place: FilePlace, mode: mode_t?) throws {
        guard place.name != ".", try !place.isFolder() else {
            throw ScriptError.file(place.path, Errno(number: EISDIR))
        }
        self.place = place
        self.mode = try mode ?? place.status().map { $0.st_mode & 0o777 } ?? 0o644
        name = ".moonkeep-" + String(UInt64.random(in: 0 ... .max), radix: 36)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        guard let descriptor = Descriptor(openat(place.folder.number, name, flags, 0o600)) else {
            throw ScriptError.file(place.path, .last)
        }
        self.descriptor = descriptor
    }

    /// Puts the file in its place; it is on the disk when this returns.
    func commit() throws {
        try place.attempt { () throws(Errno) in
            guard fchmod(descriptor.number, mode) == 0 else { throw Errno.last }
            try descriptor.sync()
            guard renameat(place.folder.number, name, place.folder.number, place.name) == 0 else {
                throw Errno.last
            }
            // The new name is on the disk with its folder.
            try place.folder.sync()
        }
    }

    /// Removes what was written.
    func abandon() {
        unlinkat(place.folder.number, name, 0)
    }
}
