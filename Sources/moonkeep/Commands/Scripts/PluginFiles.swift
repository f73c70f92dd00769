import BackupAPI
import Foundation
import HostSystem
import PluginHost

/// The files of a plugin as somebody hands it over: a folder, or an archive of tar, which may be packed by gzip.
struct PluginFiles {
    /// What it is to be called, by the name of the folder or archive; `nil` where that is no name.
    let name: String?
    /// By their paths from the plugin's folder; `plugin.lua` is among them.
    let files: [TarReader.File]

    /// What a plugin may have at most: files, bytes of all together, and folders in folders.
    private static let (mostFiles, mostBytes, deepest) = (1_000, 16 << 20, 10)

    /// Reads a folder or an archive. Throws for one that is not there, too large, or has anything but files and folders.
    init(_ path: String) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw CommandError(
                "there is no '\(path)'",
                fix: "Give the folder of a plugin, or an archive of one."
            )
        }
        let all = isFolder.boolValue ? try Self.files(inFolder: path) : try Self.files(inArchive: path)
        let top = Self.topFolder(of: all)
        files = try Self.checked(top.map { Self.below($0, all) } ?? all, path)
        let base = Site.absolute(path, from: FileManager.default.currentDirectoryPath).fileName
        name = Self.name(in: top ?? base)
    }

    /// The folder in which all of an archive is, where `plugin.lua` is in that.
    private static func topFolder(of files: [TarReader.File]) -> String? {
        guard !files.contains(where: { $0.path == "plugin.lua" }),
            let first = files.first?.path.split(separator: "/").first.map(String.init),
            files.contains(where: { $0.path == first + "/plugin.lua" }),
            files.allSatisfy({ $0.path.hasPrefix(first + "/") })
        else { return nil }
        return first
    }

    private static func below(_ folder: String, _ files: [TarReader.File]) -> [TarReader.File] {
        files.map { TarReader.File(path: String($0.path.dropFirst(folder.count + 1)), bytes: $0.bytes) }
    }

    private static func checked(_ files: [TarReader.File], _ path: String) throws -> [TarReader.File] {
        guard files.contains(where: { $0.path == "plugin.lua" }) else {
            throw CommandError(
                "'\(path)' is not a plugin: it has no 'plugin.lua'",
                fix: "Give the folder in which the plugin's 'plugin.lua' is, or an archive of it."
            )
        }
        let bytes = files.reduce(0) { $0 + $1.bytes.count }
        guard files.count <= mostFiles, bytes <= mostBytes else {
            throw CommandError(
                "'\(path)' is too large for a plugin: \(files.count) files, \(Figures.bytes(Int64(bytes)))",
                fix: "At most \(mostFiles) files and \(Figures.bytes(Int64(mostBytes))) are taken."
            )
        }
        return files
    }

    /// `ntfy` of `ntfy-1.2.tar.gz`.
    private static func name(in text: String) -> String? {
        var text = text
        for ending in [".gz", ".tgz", ".tar"] where text.hasSuffix(ending) {
            text = String(text.dropLast(ending.count))
        }
        let name = text.firstMatch(of: #/^(.*?)-v?[0-9][0-9.]*$/#).map { String($0.1) } ?? text
        return isName(name) ? name : nil
    }

    /// Whether scripts can require a plugin of this name.
    static func isName(_ text: String) -> Bool { text.wholeMatch(of: #/[A-Za-z0-9_]{1,60}/#) != nil }

    // MARK: Folders

    private static func files(inFolder folder: String) throws -> [TarReader.File] {
        var files: [TarReader.File] = []
        try add(folder, "", 0, to: &files)
        return files
    }

    private static func add(_ folder: String, _ shown: String, _ depth: Int, to files: inout [TarReader.File])
        throws
    {
        guard depth < deepest else {
            throw refused(folder, "it has folders in folders, \(deepest) deep and more")
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
            let (path, inside) = (folder + "/" + name, shown + name)
            // Of a link these are its own.
            guard let facts = try? FileManager.default.attributesOfItem(atPath: path) else {
                throw refused(path, "it cannot be read")
            }
            switch facts[.type] as? FileAttributeType {
            case .typeDirectory: try add(path, inside + "/", depth + 1, to: &files)
            case .typeRegular:
                guard files.count < mostFiles, facts[.size] as? Int ?? .max <= mostBytes else {
                    throw refused(path, "it is too much for a plugin")
                }
                guard let data = FileManager.default.contents(atPath: path) else {
                    throw refused(path, "it cannot be read")
                }
                files.append(TarReader.File(path: inside, bytes: Array(data)))
            case .typeSymbolicLink: throw refused(path, "it is a symbolic link")
            default: throw refused(path, "it is neither a file nor a folder")
            }
        }
    }

    // MARK: Archives

    private static func files(inArchive path: String) throws -> [TarReader.File] {
        guard let file = FileHandle(forReadingAtPath: path),
            let data = try? file.read(upToCount: mostBytes * 2 + 1) ?? Data()
        else { throw CommandError("'\(path)' cannot be read", fix: "Check its permissions.") }
        guard data.count <= mostBytes * 2 else { throw refused(path, "it is too large for a plugin") }
        let isPacked = data.starts(with: [0x1f, 0x8b])
        let bytes = isPacked ? try unpacked(path) : Array(data)
        do {
            return try TarReader.files(in: bytes)
        } catch {
            throw refused(path, error.message)
        }
    }

    /// What gzip makes of a file, as long as that is not too much.
    private static func unpacked(_ path: String) throws -> [UInt8] {
        let program = Process()
        program.executableURL = URL(filePath: "/usr/bin/env")
        program.arguments = ["gzip", "-dc"]
        program.standardInput = FileHandle(forReadingAtPath: path)
        let (output, errors) = (Pipe(), FileHandle.nullDevice)
        (program.standardOutput, program.standardError) = (output, errors)
        do { try program.run() } catch {
            throw CommandError("gzip could not be run: \(error.localizedDescription)", fix: "Install gzip.")
        }
        var data = Data()
        while data.count <= mostBytes * 2,
            let more = try output.fileHandleForReading.read(upToCount: 1 << 16),
            !more.isEmpty
        { data += more }
        let isTooMuch = data.count > mostBytes * 2
        if isTooMuch { program.terminate() }
        program.waitUntilExit()
        guard !isTooMuch else { throw refused(path, "it is too large for a plugin") }
        guard program.terminationReason == .exit, program.terminationStatus == 0 else {
            throw refused(path, "gzip cannot unpack it")
        }
        return Array(data)
    }

    private static func refused(_ path: String, _ reason: String) -> CommandError {
        CommandError("'\(path)' is refused: \(reason)", fix: "Nothing was added.")
    }
}
