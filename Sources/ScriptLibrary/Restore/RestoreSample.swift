import BackupAPI
import LuaKit
import Synchronization

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

    /// Takes regular files of the whole backup in an order that the seed chooses. Where the service lists folder by folder, of
    /// as many folders as may be looked into, which the seed chooses too.
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
        // More than are wanted, for those that are too large together.
        let pool = Pool(limit: 4 * count, seed: seed)
        let isListed = try await service.files(of: backup) { path, bytes in
            if bytes <= maxBytes { pool.add(File(path: path, bytes: bytes)) }
        }
        if !isListed {
            var folders = ["/"]
            for _ in 0..<folderLimit where !folders.isEmpty {
                let folder = folders.remove(at: Int.random(in: folders.indices, using: &random))
                for item in try await service.browse(backup, path: folder) where item.encodedName == nil {
                    if item.isFolder {
                        folders.append(item.path(in: folder))
                    } else if item.isRegularFile, item.bytes <= maxBytes {
                        pool.add(File(path: item.path(in: folder), bytes: item.bytes))
                    }
                }
            }
        }
        let found = pool.files
        var chosen: [File] = []
        var left = maxBytes
        for file in found.shuffled(using: &random) where chosen.count < count && file.bytes <= left {
            chosen.append(file)
            left -= file.bytes
        }
        return chosen.sorted { $0.path < $1.path }
    }
}

/// Some of many files, each as likely as the others.
private final class Pool: Sendable {
    private struct State {
        var files: [RestoreSample.File] = []
        var count = 0
        var random: SeededNumbers
    }

    private let limit: Int
    private let state: Mutex<State>

    init(limit: Int, seed: String) {
        self.limit = limit
        state = Mutex(State(random: SeededNumbers(seed: seed)))
    }

    var files: [RestoreSample.File] { state.withLock { $0.files } }

    func add(_ file: RestoreSample.File) {
        state.withLock { state in
            state.count += 1
            guard state.files.count >= limit else { return state.files.append(file) }
            let place = Int.random(in: 0..<state.count, using: &state.random)
            if place < limit { state.files[place] = file }
        }
    }
}

extension BrowseItem {
    /// Whether it has contents: no folder, link, pipe, socket or device.
    fileprivate var isRegularFile: Bool { mimeType != Self.linkType && !mimeType.hasPrefix("inode/") }
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
