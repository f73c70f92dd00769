import Foundation
import HostSystem

/// A folder that nothing beneath leads out of: no `..`, and no symbolic link, also none that is made while a path is
/// followed.
///
/// The path is followed one name at a time, each from the open folder before it and never through a link that the system
/// resolves (`O_NOFOLLOW`). Links are read here, and their targets followed in the same way.
struct RootFolder {
    /// As the permission writes it.
    let path: String
    private let descriptor: Descriptor
    /// Without links, for links that name their target from the top.
    private let realPath: String

    /// The folder in which a path is.
    static func parent(of path: String) -> String {
        let parent = path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex)
        return parent.isEmpty ? "/" : String(parent)
    }

    private static let linkLimit = 40
    private static let folderFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC

    /// `nil` where there is no folder.
    init?(_ path: String) throws {
        guard let descriptor = Descriptor(open(path, Self.folderFlags)) else {
            guard [ENOENT, ENOTDIR].contains(errno) else { throw ScriptError.file(path, .last) }
            return nil
        }
        self.path = path
        self.descriptor = descriptor
        realPath =
            realpath(path, nil).map { real in
                defer { free(real) }
                return String(cString: real)
            } ?? path
    }

    static func existing(_ path: String) throws -> RootFolder {
        guard let root = try RootFolder(path) else {
            throw ScriptError.file(path, SystemError(number: ENOENT))
        }
        return root
    }

    /// Follows a path. Where `follows`, its last name may be a link too. Where `makes`, folders that are missing on the way
    /// are made.
    func place(of parts: [String], follows: Bool, makes: Bool = false) throws -> FilePlace {
        var way: [(folder: Descriptor, name: String)] = [(descriptor, "")]
        var ahead = Array(parts.reversed())
        var links = 0
        let wanted =
            "/"
            + ((path == "/" ? [] : path.split(separator: "/").map(String.init)) + parts).joined(
                separator: "/"
            )
        while let name = ahead.popLast() {
            guard name != ".", !name.isEmpty else { continue }
            guard name != ".." else {
                guard way.count > 1 else { throw ScriptError.leadsOut(wanted, to: nil, of: path) }
                way.removeLast()
                continue
            }
            let here = way[way.count - 1].folder
            let isLast = ahead.isEmpty
            if isLast, !follows { return FilePlace(folder: here, name: name, path: text(way, name)) }
            if let target = Self.link(name, in: here) {
                links += 1
                guard links <= Self.linkLimit else {
                    throw ScriptError.file(wanted, SystemError(number: ELOOP))
                }
                if target.hasPrefix("/") { way = [way[0]] }
                ahead += try beneath(target, wanted).reversed()
                continue
            }
            if isLast { return FilePlace(folder: here, name: name, path: text(way, name)) }
            if makes { mkdirat(here.number, name, 0o755) }
            guard let next = Descriptor(openat(here.number, name, Self.folderFlags | O_NOFOLLOW)) else {
                throw ScriptError.file(text(way, name), .last)
            }
            way.append((next, name))
        }
        return FilePlace(folder: way[way.count - 1].folder, name: ".", path: text(way, nil))
    }

    /// The target of a link; `nil` for all else.
    private static func link(_ name: String, in folder: Descriptor) -> String? {
        var buffer = [CChar](repeating: 0, count: 4_096)
        let count = readlinkat(folder.number, name, &buffer, buffer.count)
        guard count >= 0 else { return nil }
        return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The parts of a link's target, from this folder on where it begins at the top.
    private func beneath(_ target: String, _ wanted: String) throws -> [String] {
        let parts = target.split(separator: "/").map(String.init)
        guard target.hasPrefix("/") else { return parts }
        for root in [realPath, path] {
            let own = root.split(separator: "/").map(String.init)
            if parts.starts(with: own) { return Array(parts.dropFirst(own.count)) }
        }
        throw ScriptError.leadsOut(wanted, to: target, of: path)
    }

    private func text(_ way: [(folder: Descriptor, name: String)], _ name: String?) -> String {
        let names = way.dropFirst().map(\.name) + (name.map { [$0] } ?? [])
        return names.isEmpty ? path : (path == "/" ? "" : path) + "/" + names.joined(separator: "/")
    }
}
