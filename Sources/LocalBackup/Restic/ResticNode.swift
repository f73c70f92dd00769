import BackupAPI
import Foundation

/// A file or folder in a snapshot, as a line of `restic ls --json` tells it.
struct ResticNode: Decodable, Sendable {
    /// Names that are not UTF-8 have replacement characters.
    var name: String
    /// `file`, `dir`, `symlink`, …
    var type: String
    var path: String
    var size: Int64?
    private var mtime: String?

    /// Reads a line; `nil` for the line about the snapshot itself.
    init?(line: [UInt8]) {
        guard let node = try? JSONDecoder().decode(ResticNode.self, from: Data(line)) else { return nil }
        self = node
    }

    /// When it was changed last; `nil` where restic does not say.
    var modified: Timestamp? { mtime.flatMap { Timestamp($0) } }

    var isFile: Bool { type == "file" }

    /// The folder that it lies in, by bytes.
    var folder: Substring {
        let end = path.utf8.lastIndex(of: UInt8(ascii: "/")) ?? path.startIndex
        return end == path.startIndex ? "/" : path[..<end]
    }

    /// What the contract has of it.
    var item: BrowseItem {
        let mimeType =
            switch type {
            case "dir": BrowseItem.folderType
            case "symlink": BrowseItem.linkType
            case "file": BrowseItem.fileType
            case "fifo", "socket", "chardev": "inode/\(type == "chardev" ? "chardevice" : type)"
            case "dev": "inode/blockdevice"
            default: "inode/x-unknown"
            }
        return BrowseItem(name: name, bytes: isFile ? size ?? 0 : 0, mimeType: mimeType)
    }
}
