import Glibc
import HostSystem
import Programs
import Subprocess

/// A folder that is open, and the entries in it by their names: what becomes of the path meanwhile does not matter.
final class OpenFolder {
    /// The path that it was opened by, for people.
    let path: BytePath
    private let folder: Descriptor
    private var file: Int32 { folder.number }

    /// `nil` when it cannot be opened, and then `errno` says why: a link, unless it shall be followed, cannot.
    init?(_ path: BytePath, followingLink: Bool = false) {
        guard let folder = Descriptor(path.withCString({ Glibc.open($0, Self.flags(followingLink)) })) else {
            return nil
        }
        (self.path, self.folder) = (path, folder)
    }

    private init(_ path: BytePath, _ folder: Descriptor) {
        (self.path, self.folder) = (path, folder)
    }

    private static func flags(_ followingLink: Bool) -> Int32 {
        O_RDONLY | O_DIRECTORY | O_CLOEXEC | (followingLink ? 0 : O_NOFOLLOW)
    }

    /// A folder in it; `nil` when it cannot be opened.
    func open(_ name: [UInt8], followingLink: Bool = false) -> OpenFolder? {
        let file = BytePath(bytes: name).withCString { openat(self.file, $0, Self.flags(followingLink)) }
        return Descriptor(file).map { OpenFolder(path.appending(name), $0) }
    }

    /// The names of the entries. Throws the system's error number.
    func entries() throws(SystemError) -> [[UInt8]] {
        try folder.names()
    }

    func facts(of name: [UInt8]) -> stat? {
        var facts = stat()
        let number = BytePath(bytes: name).call { fstatat(file, $0, &facts, AT_SYMLINK_NOFOLLOW) }
        return number == 0 ? facts : nil
    }

    func kind(of name: [UInt8]) -> BytePath.Kind {
        BytePath.Kind(facts(of: name))
    }

    /// Whether an entry is a link that root or this user has made, where nobody else can make one.
    func hasTrustedLink(_ name: [UInt8]) -> Bool {
        var own = stat()
        guard let link = facts(of: name), fstat(file, &own) == 0 else { return false }
        let trusted = [0, geteuid()]
        return trusted.contains(link.st_uid) && trusted.contains(own.st_uid) && own.st_mode & 0o022 == 0
    }

    /// How many entries that are no folders an entry is or has below it.
    func files(below name: [UInt8]) -> Int {
        guard kind(of: name) == .folder else { return 1 }
        guard let folder = open(name), let names = try? folder.entries() else { return 0 }
        return names.reduce(0) { $0 + folder.files(below: $1) }
    }

    /// Brings an entry to a place, whatever file is there; returns the system's error number.
    func rename(_ name: [UInt8], to target: OpenFolder, _ newName: [UInt8]) -> Int32 {
        BytePath(bytes: name).withCString { from in
            BytePath(bytes: newName).call { renameat(file, from, target.file, $0) }
        }
    }

    /// Brings a file to a place if nothing is there; returns the system's error number, and 0 where an earlier attempt has
    /// brought it and was broken off.
    func link(_ name: [UInt8], to target: OpenFolder, _ newName: [UInt8]) -> Int32 {
        let number = BytePath(bytes: name).withCString { from in
            BytePath(bytes: newName).call { linkat(file, from, target.file, $0, 0) }
        }
        switch number {
        case 0: break
        case EEXIST:
            guard let own = facts(of: name), let there = target.facts(of: newName),
                own.st_ino == there.st_ino,
                own.st_dev == there.st_dev
            else { return EEXIST }
        default: return number
        }
        return BytePath(bytes: name).call { unlinkat(file, $0, 0) }
    }

    /// Answers the system's error number.
    func change(_ name: [UInt8], mode: mode_t) -> Int32 {
        BytePath(bytes: name).call { fchmodat(file, $0, mode, 0) }
    }

    /// Takes over owner, mode and times of another folder, as far as this user may.
    func takeOver(from other: OpenFolder) {
        var facts = stat()
        guard fstat(other.file, &facts) == 0 else { return }
        _ = fchown(file, facts.st_uid, facts.st_gid)
        _ = fchmod(file, facts.st_mode & 0o7777)
        var times = [facts.st_atim, facts.st_mtim]
        _ = futimens(file, &times)
    }

    /// Removes an entry with all below it.
    func remove(_ name: [UInt8]) async throws {
        guard kind(of: name) != .nothing else { return }
        _ = try await run(
            .file("/bin/rm"),
            arguments: ["-rf", "--"].arguments(throughProcess(name)),
            environment: .custom([:]),
            input: .none,
            output: .discarded
        )
    }

    /// A path to an entry by the open folder itself, which other processes can use as long as this object lives.
    func throughProcess(_ name: [UInt8]) -> BytePath {
        BytePath(bytes: Array("/proc/\(getpid())/fd/\(file)/".utf8) + name)
    }
}

extension BytePath.Kind {
    /// What the facts are of; nothing where there are none.
    init(_ facts: stat?) {
        switch facts.map({ $0.st_mode & S_IFMT }) {
        case nil: self = .nothing
        case S_IFDIR: self = .folder
        case S_IFLNK: self = .link
        case S_IFREG: self = .file
        default: self = .other
        }
    }
}

extension [String] {
    /// The arguments with paths after them; each must end in a NUL as the system wants it.
    func arguments(_ paths: BytePath...) -> Arguments {
        let words: [[UInt8]] = map { [UInt8]($0.utf8) } + paths.map(\.bytes)
        return Arguments(words.map { word -> [UInt8] in word + [0] })
    }
}
