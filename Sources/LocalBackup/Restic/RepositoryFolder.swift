import BackupAPI
import Glibc
import HostSystem

/// A folder of this machine in which a repository shall be, seen without restic.
struct RepositoryFolder {
    /// What is in the folder when restic finds no repository there.
    enum State: Equatable {
        /// Nothing at all: no folder, or an empty one.
        case absent
        /// What an `init` that was killed leaves: folders and keys, and nothing that was encrypted with them.
        case halfMade(keys: [BytePath])
        /// The disk that belongs there is not mounted at this place.
        case unmounted(String)
        /// A repository without its file `config`.
        case lostItsConfiguration
        /// Other files.
        case foreign
    }

    private static let folders = ["data", "index", "snapshots", "keys", "locks"]

    private let path: BytePath

    init(_ path: String) {
        self.path = BytePath(path)
    }

    /// Throws `storage` when the folder cannot be read: then nothing is known.
    func state() throws -> State {
        if let place = missingMount() { return .unmounted(place) }
        guard path.kind(followingLink: true) == .folder else {
            return path.facts() == nil && errno == ENOENT ? .absent : .foreign
        }
        let names: [[UInt8]]
        do {
            names = try path.entries()
        } catch {
            throw BackupError.file("cannot read the repository's folder", path.text, error)
        }
        if names.isEmpty { return .absent }
        let known = Self.folders.map { Array($0.utf8) }
        guard names.allSatisfy({ known.contains($0) || $0.starts(with: Array("config-tmp-".utf8)) }) else {
            return .foreign
        }
        let holdsData = try ["data", "index", "snapshots"].contains {
            try Self.holdsFiles(path.appending(Array($0.utf8)))
        }
        return holdsData ? .lostItsConfiguration : .halfMade(keys: entries(of: "keys"))
    }

    /// The names of the files of one kind, such as `keys` or `locks`, in their order. What a restic that was killed while it
    /// wrote has left, such as `…-tmp-123`, is none: restic passes it over.
    func ids(of kind: String) -> [String] {
        entries(of: kind).map(\.lastComponent).filter { name in
            name.utf8.count == 64 && name.utf8.allSatisfy { Character(UnicodeScalar($0)).isHexDigit }
        }
    }

    private func entries(of kind: String) -> [BytePath] {
        let folder = path.appending(Array(kind.utf8))
        return ((try? folder.entries()) ?? []).map(folder.appending)
    }

    private static func holdsFiles(_ folder: BytePath) throws -> Bool {
        guard folder.kind() == .folder else { return folder.kind() != .nothing }
        do {
            return try folder.entries().contains { try holdsFiles(folder.appending($0)) }
        } catch let error as SystemError {
            throw BackupError.file("cannot read the repository's folder", folder.text, error)
        }
    }

    /// The place of a disk that fstab(5) wants at or above the folder, and that is not mounted.
    private func missingMount() -> String? {
        Mounts.missing().first { PathTree([PathRule(type: .folder, path: $0)]).covers(path.text) }
    }
}
