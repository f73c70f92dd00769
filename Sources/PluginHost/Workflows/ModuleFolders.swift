import Foundation
public import LuaKit

/// The Lua files of a site that scripts require: `plugins/NAME/plugin.lua` as `NAME`, what lies beside it as `NAME.file`,
/// and all of `lib` by its path, as `file` or `lib.file`.
///
/// A plugin comes before what has the same name in `lib`. In both a folder's `init.lua` stands for the folder.
public struct ModuleFolders: Sendable {
    /// The site's folder.
    public let folder: String
    /// Bytes that a file may have.
    public let sourceBytes: Int

    /// Makes the folders of a site.
    public init(folder: String, sourceBytes: Int = LuaLimits().sourceBytes) {
        self.folder = folder
        self.sourceBytes = sourceBytes
    }

    /// The names of the folders in `plugins`, sorted; those that are no word cannot be required and are left out.
    public var pluginNames: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/plugins")) ?? []
        return names.filter(Self.isWord).filter { isFolder("plugins/\($0)") }.sorted()
    }

    /// The source of a plugin's `plugin.lua`; `nil` where there is none. Throws as ``source(of:)`` does.
    public func pluginSource(_ name: String) throws -> LuaSource? {
        guard Self.isWord(name) else { return nil }
        return try read("\(name)/plugin.lua", in: "plugins")
    }

    /// The source of a module, by the name under which scripts require it; `nil` where there is none.
    ///
    /// Throws `ModuleUnreadable` for a file that is too large, no text file, or reached through a symbolic link that leads
    /// out of its folder.
    public func source(of name: String) throws -> LuaSource? {
        let words = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard words.allSatisfy(Self.isWord), let first = words.first else { return nil }
        if isFolder("plugins/\(first)") {
            guard words.count > 1 else { return try pluginSource(first) }
            return try read(words.dropFirst().joined(separator: "/"), beneath: "plugins/\(first)")
        }
        let path = words.dropFirst(first == "lib" && words.count > 1 ? 1 : 0).joined(separator: "/")
        return try read(path, beneath: "lib")
    }

    /// The files that a module of a name could be, from the site's folder; empty for what cannot be required.
    public func places(of name: String) -> [String] {
        let words = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard words.allSatisfy(Self.isWord), let first = words.first else { return [] }
        let rest = words.dropFirst().joined(separator: "/")
        let inPlugin =
            rest.isEmpty
            ? ["plugins/\(first)/plugin.lua"]
            : ["plugins/\(first)/\(rest).lua", "plugins/\(first)/\(rest)/init.lua"]
        guard !isFolder("plugins/\(first)") else { return inPlugin }
        let path = words.dropFirst(first == "lib" && words.count > 1 ? 1 : 0).joined(separator: "/")
        return inPlugin + ["lib/\(path).lua", "lib/\(path)/init.lua"]
    }

    /// Whether `lib` has a module of this name.
    func isInLibrary(_ name: String) -> Bool {
        (try? read(name, beneath: "lib")) != nil
    }

    private func read(_ path: String, beneath root: String) throws -> LuaSource? {
        try read(path + ".lua", in: root) ?? read(path + "/init.lua", in: root)
    }

    private func read(_ path: String, in root: String) throws -> LuaSource? {
        let shown = "\(root)/\(path)"
        guard let real = Self.realPath("\(folder)/\(shown)"), let top = Self.realPath("\(folder)/\(root)")
        else { return nil }
        guard real.hasPrefix(top + "/") else {
            throw ModuleUnreadable(
                "'\(shown)' is a symbolic link that leads out of '\(root)'",
                fix: "Put a copy there."
            )
        }
        // Not waiting for a pipe's writer, and not following what has become a link since.
        let descriptor = open(real, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw ModuleUnreadable("'\(shown)' cannot be read: \(String(cString: strerror(errno)))")
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw ModuleUnreadable("'\(shown)' is no file")
        }
        let data = try file.read(upToCount: sourceBytes + 1) ?? Data()
        guard data.count <= sourceBytes else {
            throw ModuleUnreadable("'\(shown)' has more than \(Figures.bytes(Int64(sourceBytes)))")
        }
        return LuaSource(name: shown, bytes: Array(data))
    }

    private func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: "\(folder)/\(path)", isDirectory: &isFolder)
            && isFolder.boolValue
    }

    private static func realPath(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    private static func isWord(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
            }
    }
}

/// A module's file that is there and cannot be used.
public struct ModuleUnreadable: LuaErrorConvertible, CustomStringConvertible {
    /// Which file, and why.
    public let message: String
    /// What the reader can do; `nil` if the message says it.
    public let fix: String?

    init(_ message: String, fix: String? = nil) {
        self.message = message
        self.fix = fix
    }

    /// The message, then the fix.
    public var description: String { fix.map { "\(message). \($0)" } ?? message }
    /// The description.
    public var luaMessage: String { description }
    /// `code`, which is `bad_module`, `message`, `fix` and `retryable`.
    public var luaFields: [String: LuaValue] {
        [
            "code": "bad_module", "message": .string(message), "fix": fix.map(LuaValue.string) ?? .nil,
            "retryable": false,
        ]
    }
}
