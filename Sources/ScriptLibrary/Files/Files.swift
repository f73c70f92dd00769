import BackupAPI
import Foundation
import HostSystem
import LuaKit
import PluginHost

/// What `fs` does for one run: each path is looked up beneath what the run may use.
struct Files {
    let run: RunContext
    let temporary: TemporaryFolders
    let keeper: SecretKeeper

    static let pieceBytes = 1 << 18
    static let listLimit = 100_000

    /// The place of a path.
    func place(_ path: String, for use: FileUse, follows: Bool = true, makes: Bool = false) throws
        -> FilePlace
    {
        let grant = try Grant(path, for: use, in: run, temporary)
        let (folder, parts) = try grant.root()
        let place = try folder.place(of: parts, follows: follows, makes: makes)
        try grant.check(place)
        return place
    }

    /// The real path of a folder that the script may write to.
    func folder(_ path: String) throws -> String {
        let place = try place(path, for: .write)
        guard try place.isFolder() else { throw ScriptError.file(path, SystemError(number: ENOTDIR)) }
        return place.path
    }

    // MARK: Reading

    func read(_ path: String, limit: Int64) async throws -> LuaValue {
        let place = try place(path, for: .read)
        let descriptor = try place.open(O_RDONLY)
        var content: [UInt8] = []
        try await pieces(of: descriptor, at: place) { piece in
            content += piece
            guard content.count <= limit else {
                throw ScriptError(
                    .tooLarge,
                    "'\(place.path)' has more than \(Figures.bytes(limit))",
                    fix: "Say 'max_bytes', or let a program read it."
                )
            }
        }
        return .string(LuaBytes(await keeper.redactor().redact(content)))
    }

    func hash(_ path: String) async throws -> LuaValue {
        let place = try place(path, for: .read)
        let descriptor = try place.open(O_RDONLY)
        var digest = SHA256()
        try await pieces(of: descriptor, at: place) { digest.add($0) }
        return .string(digest.finish())
    }

    func list(_ path: String) async throws -> LuaValue {
        let place = try place(path, for: .read)
        let descriptor = try place.openFolder()
        let names = try place.attempt { () throws(SystemError) in try descriptor.names(limit: Self.listLimit)
        }
        guard names.count <= Self.listLimit else {
            throw ScriptError(.tooLarge, "'\(place.path)' has more than \(Self.listLimit) files and folders")
        }
        let redactor = await keeper.redactor()
        return .array(
            names.map { name in
                var fields = entry(name, in: descriptor)
                fields["name"] = .string(LuaBytes(redactor.redact(name)))
                return .record(fields)
            }
        )
    }

    func status(_ path: String) throws -> LuaValue {
        let place = try place(path, for: .read)
        guard let status = try place.status() else {
            throw ScriptError.file(place.path, SystemError(number: ENOENT))
        }
        return .record(status.fields)
    }

    func exists(_ path: String) throws -> LuaValue {
        do {
            return .boolean(try place(path, for: .read).status() != nil)
        } catch let error as ScriptError where error.code == .notFound {
            return false
        }
    }

    func free(_ path: String) throws -> LuaValue {
        let place = try place(path, for: .read)
        let descriptor = try place.open(O_RDONLY | (place.isFolder() ? O_DIRECTORY : 0))
        var space = statvfs()
        guard fstatvfs(descriptor.number, &space) == 0 else { throw ScriptError.file(place.path, .last) }
        let unit = Int64(space.f_frsize)
        return .record([
            "free_bytes": .integer(Int64(space.f_bavail) * unit),
            "total_bytes": .integer(Int64(space.f_blocks) * unit),
        ])
    }

    private func entry(_ name: [UInt8], in folder: Descriptor) -> [String: LuaValue] {
        var status = stat()
        // One that has gone meanwhile is of no kind.
        let isThere = (name + [0]).withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                $0.baseAddress.map { fstatat(folder.number, $0, &status, AT_SYMLINK_NOFOLLOW) == 0 } ?? false
            }
        }
        return isThere ? status.fields : ["kind": "other", "bytes": 0]
    }

    /// Hands over a file piece by piece, so that a long one neither fills the memory nor holds up a cancellation.
    private func pieces(of descriptor: Descriptor, at place: FilePlace, _ body: ([UInt8]) throws -> Void)
        async throws
    {
        while true {
            try Task.checkCancellation()
            let piece = try place.attempt { () throws(SystemError) in try descriptor.read(Self.pieceBytes) }
            guard !piece.isEmpty else { return }
            try body(piece)
            await Task.yield()
        }
    }
}

extension FilePlace {
    func isFolder() throws -> Bool { try status().map { $0.st_mode & S_IFMT == S_IFDIR } ?? false }
}

extension stat {
    /// As scripts see it.
    fileprivate var fields: [String: LuaValue] {
        let kind: LuaValue =
            switch st_mode & S_IFMT {
            case S_IFREG: "file"
            case S_IFDIR: "folder"
            case S_IFLNK: "link"
            default: "other"
            }
        let modified = Int64(st_mtim.tv_sec) * 1_000_000 + Int64(st_mtim.tv_nsec) / 1_000
        let mode = String(st_mode & 0o7777, radix: 8)
        return [
            "kind": kind,
            "bytes": .integer(Int64(st_size)),
            "modified_at": .string(Timestamp(microseconds: modified).description),
            "mode": .string(String(repeating: "0", count: max(0, 4 - mode.count)) + mode),
        ]
    }
}
