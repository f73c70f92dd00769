import Foundation
import HostSystem
import Synchronization

/// The system's time zone database: the folder that the package tzdata fills.
///
/// A name is a file's path in it, links included. What the file says counts from the moment at which it is replaced.
package final class ZoneDatabase: Sendable {
    /// Where the files are.
    package let folder: String
    /// Rules that were read, so that not every use of a zone reads its file; they count while the file is the same one.
    private let known = Mutex<[String: (stamp: FileStamp, rules: ZoneRules)]>([:])

    /// The database of this system, in `TZDIR` or where systems have it.
    package static let system: ZoneDatabase = {
        let folders = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/etc/zoneinfo"]
        let named = ProcessInfo.processInfo.environment["TZDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        return ZoneDatabase(folder: named ?? folders.first(where: isFolder) ?? folders[0])
    }()

    /// A database in a folder.
    package init(folder: String) {
        self.folder = folder
    }

    func rules(of name: String) throws(ZoneProblem) -> ZoneRules {
        guard Self.isName(name) else { throw .unknownName(name) }
        let path = folder + "/" + name
        guard let stamp = FileStamp(of: path) else {
            guard Self.isFolder(folder) else { throw .noDatabase(name, in: folder) }
            throw .unknownName(name)
        }
        if let entry = known.withLock({ $0[name] }), entry.stamp == stamp { return entry.rules }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .unusableFile(path, "cannot be opened")
        }
        do {
            let rules = try ZoneFile.rules(in: [UInt8](data))
            known.withLock { $0[name] = (stamp, rules) }
            return rules
        } catch {
            throw .unusableFile(path, error.what)
        }
    }

    /// Whether a text may be a zone's name: `Europe/Zurich`, but no file that stands beside the zones, and no way out.
    private static func isName(_ name: String) -> Bool {
        let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard name.utf8.count <= 64, let first = name.utf8.first, isLetter(first),
            !["localtime", "posixrules"].contains(name),
            !["posix", "right"].contains(String(Substring(parts[0])))
        else { return false }
        return parts.allSatisfy { part in
            !part.isEmpty && part.allSatisfy { isLetter($0) || "0123456789_+-".utf8.contains($0) }
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}
