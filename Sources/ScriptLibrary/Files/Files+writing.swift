import Foundation
import HostSystem
import LuaKit
import PluginHost

extension Files {
    func write(_ path: String, _ content: [UInt8], mode: mode_t?, parents: Bool) throws {
        let place = try place(path, for: .write, makes: parents)
        try place.replace(mode: mode) { descriptor in
            try place.attempt { () throws(SystemError) in try descriptor.write(content) }
        }
    }

    func append(_ path: String, _ content: [UInt8]) throws {
        let place = try place(path, for: .write)
        let descriptor = try place.open(O_WRONLY | O_APPEND | O_CREAT, mode: 0o644)
        try place.attempt { () throws(SystemError) in
            try descriptor.write(content)
            try descriptor.sync()
        }
    }

    /// Makes a folder and those above it; one that is there is left as it is.
    func makeFolder(_ path: String) throws {
        let place = try place(path, for: .write, makes: true)
        guard mkdirat(place.folder.number, place.name, 0o755) != 0 else { return }
        let error = SystemError.last
        guard error.number == EEXIST, try place.isFolder() else {
            throw error.number == EEXIST
                ? ScriptError.file(path, SystemError(number: ENOTDIR)) : ScriptError.file(path, error)
        }
    }

    /// Answers whether there was something.
    func remove(_ path: String, recursive: Bool) async throws -> Bool {
        let place: FilePlace
        do {
            place = try self.place(path, for: .write, follows: false)
        } catch let error as ScriptError where error.code == .notFound {
            return false
        }
        guard place.name != "." else {
            throw ScriptError(
                .refused,
                "'\(path)' is itself what the script may write beneath, and stays",
                fix: "Remove what is in it, or grant the folder above."
            )
        }
        guard try place.status() != nil else { return false }
        try await remove(place, recursive: recursive)
        return true
    }

    private func remove(_ place: FilePlace, recursive: Bool) async throws {
        try Task.checkCancellation()
        guard try place.isFolder() else {
            guard unlinkat(place.folder.number, place.name, 0) == 0 else {
                throw ScriptError.file(place.path, .last)
            }
            return
        }
        if recursive {
            let folder = try place.openFolder()
            for name in try place.attempt({ () throws(SystemError) in try folder.names() }) {
                let name = String(decoding: name, as: UTF8.self)
                let child = FilePlace(folder: folder, name: name, path: place.path + "/" + name)
                try await remove(child, recursive: true)
            }
        }
        guard unlinkat(place.folder.number, place.name, AT_REMOVEDIR) == 0 else {
            throw ScriptError.file(place.path, .last)
        }
    }

    func rename(_ path: String, to other: String) throws {
        let source = try place(path, for: .write, follows: false)
        let target = try place(other, for: .write, follows: false)
        guard source.name != ".", target.name != "." else {
            throw ScriptError(.refused, "a folder that the script may write beneath cannot itself be renamed")
        }
        guard renameat(source.folder.number, source.name, target.folder.number, target.name) == 0 else {
            let error = SystemError.last
            guard error.number != EXDEV else {
                throw ScriptError(
                    .refused,
                    "'\(path)' and '\(other)' are on different file systems",
                    fix: "Copy it, then remove it."
                )
            }
            throw ScriptError.file(error.number == ENOENT ? path : other, error)
        }
    }

    func copy(_ path: String, to other: String) async throws {
        let source = try place(path, for: .read)
        let target = try place(other, for: .write)
        let from = try source.open(O_RDONLY)
        let mode = try source.attempt { () throws(SystemError) in try from.status() }.st_mode & 0o777
        try target.replace(mode: mode) { descriptor in
            while true {
                try Task.checkCancellation()
                let piece = try source.attempt { () throws(SystemError) in try from.read(Self.pieceBytes) }
                guard !piece.isEmpty else { return }
                try target.attempt { () throws(SystemError) in try descriptor.write(piece) }
            }
        }
    }
}
