import BackupAPI
import LuaKit

/// Files of a backup that a test restores, chosen by a seed: the same seed chooses the same files of the same backup.
struct RestoreSample: Codable, Hashable, Sendable {
    /// A file as the backup has it.
    struct File: Codable, Hashable, Sendable {
        var path: String
        var bytes: Int64
    }

    /// Folders that are looked into at most: each costs the service a request or a run of a program.
    static let folderLimit = 40

    /// In the order of their paths.
    var files: [File]
    /// The folder that they are restored into.
    var folder: String

    /// Looks into the backup's folders in an order that the seed chooses, until there are four times as many files as are
    /// wanted or enough folders were seen, and takes files of them in an order that the seed chooses too.
    ///
    /// Files whose names are no UTF-8 are left out: a restore could not name them.
    static func files(
        of backup: ResourceID<Backup>,
        in service: any BackupService,
        count: Int,
        maxBytes: Int64,
        seed: String
    ) async throws -> [File] {
        var random = SeededNumbers(seed: seed)
        var folders = ["/"]
        var found: [File] = []
        var seen = 0
        while !folders.isEmpty, seen < folderLimit, found.count < 4 * count {
            let folder = folders.remove(at: Int.random(in: folders.indices, using: &random))
            seen += 1
            for item in try await service.browse(backup, path: folder) where item.encodedName == nil {
                if item.isFolder {
                    folders.append(item.path(in: folder))
                } else if item.mimeType != BrowseItem.linkType {
                    found.append(File(path: item.path(in: folder), bytes: item.bytes))
                }
            }
        }
        var chosen: [File] = []
        var left = maxBytes
        for file in found.shuffled(using: &random) where chosen.count < count && file.bytes <= left {
            chosen.append(file)
            left -= file.bytes
        }
        return chosen.sorted { $0.path < $1.path }
    }
}

/// Random numbers that a text chooses (SplitMix64 from an FNV-1a hash).
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: String) {
        state = seed.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
