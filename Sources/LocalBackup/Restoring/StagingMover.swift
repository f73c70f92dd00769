import BackupAPI
import Glibc
import HostSystem
import Programs
import Subprocess

/// Brings entries from a staging folder to their places, step by step.
///
/// It works on open folders and on the names in them, and opens no link: whoever puts one into the destination meanwhile leads
/// nothing elsewhere.
struct StagingMover {
    /// The name that a copy has until it is whole.
    let temporary: [UInt8]
    /// Whether files that are there are replaced.
    let isReplacing: Bool
    /// Whether links to folders are followed that only root, or this user, can have made: those of a system, such as `/var/run`,
    /// where files get to their original places.
    let followsOwnLinks: Bool
    private(set) var problems = StagingProblems()

    init(temporary: [UInt8], isReplacing: Bool, followsOwnLinks: Bool) {
        self.temporary = temporary
        self.isReplacing = isReplacing
        self.followsOwnLinks = followsOwnLinks
    }

    /// Moves the entries of one folder below another one, deeper where both have a folder of the same name.
    mutating func moveEntries(
        of staged: String,
        to place: String,
        until isStopRequested: () async throws -> Bool
    ) async throws {
        let (from, to) = (BytePath(staged), BytePath(place))
        // The destination is what a person has named: it may be a link itself.
        guard let source = OpenFolder(from), let target = OpenFolder(to, followingLink: true) else {
            return problems.add(SystemError.last, at: to)
        }
        try await moveEntries(of: source, to: target, until: isStopRequested)
    }

    private mutating func moveEntries(
        of source: OpenFolder,
        to target: OpenFolder,
        until isStopRequested: () async throws -> Bool
    ) async throws {
        let names: [[UInt8]]
        do {
            names = try source.entries()
        } catch {
            return problems.add(error, at: target.path)
        }
        for name in names {
            try Task.checkCancellation()
            guard try await !isStopRequested() else { return }
            let place = StagedEntry(name: name, source: source, target: target)
            guard source.kind(of: name) == .folder else {
                try await moveFile(place)
                continue
            }
            switch target.kind(of: name) {
            case .folder:
                try await merge(place, target.open(name), until: isStopRequested)
            case .link where followsOwnLinks && target.hasTrustedLink(name):
                try await merge(place, target.open(name, followingLink: true), until: isStopRequested)
            case .nothing:
                try await moveFolder(place)
            case .link:
                problems.add(
                    "is a link, and the restore follows none",
                    at: place.path,
                    files: source.files(below: name)
                )
            default:
                problems.add(
                    "is no folder, and has the place of one",
                    at: place.path,
                    files: source.files(below: name)
                )
            }
        }
    }

    private mutating func merge(
        _ place: StagedEntry,
        _ target: OpenFolder?,
        until isStopRequested: () async throws -> Bool
    ) async throws {
        guard let source = place.source.open(place.name), let target else {
            return problems.add(SystemError.last, at: place.path, files: place.files)
        }
        try await moveEntries(of: source, to: target, until: isStopRequested)
        if isReplacing { target.takeOver(from: source) }
    }

    private mutating func moveFile(_ place: StagedEntry) async throws {
        if isReplacing, place.target.kind(of: place.name) == .folder {
            return problems.add("is a folder, and has the place of a file", at: place.path, files: 1)
        }
        switch isReplacing ? place.replace() : place.moveIn() {
        case 0: break
        case EEXIST: break
        case EXDEV: try await copy(place)
        case let number: problems.add(SystemError(number: number), at: place.path, files: place.files)
        }
    }

    private mutating func moveFolder(_ place: StagedEntry) async throws {
        // Without the right to write it, a folder cannot get another parent.
        let mode = place.source.facts(of: place.name).map { $0.st_mode & 0o7777 } ?? 0o700
        if mode & 0o200 == 0 { _ = place.source.change(place.name, mode: mode | 0o200) }
        switch place.moveIn() {
        case 0: if mode & 0o200 == 0 { _ = place.target.change(place.name, mode: mode) }
        case EEXIST, ENOTEMPTY, ENOTDIR:
            problems.add("was made meanwhile", at: place.path, files: place.files)
        case EXDEV: try await copy(place)
        case let number: problems.add(SystemError(number: number), at: place.path, files: place.files)
        }
    }

    /// Copies with all that belongs to a file, beside its place first: onto another file system.
    private mutating func copy(_ place: StagedEntry) async throws {
        let count = place.files
        let beside = StagedEntry(name: temporary, source: place.target, target: place.target)
        let result = try await run(
            .file("/bin/cp"),
            arguments: ["-a", "-T", "--"].arguments(
                place.source.throughProcess(place.name),
                place.target.throughProcess(temporary)
            ),
            environment: .custom([:]),
            input: .none,
            output: .discarded,
            error: .string(limit: 4_096)
        )
        guard result.terminationStatus.isSuccess else {
            try await beside.source.remove(temporary)
            let words = result.standardError.split(separator: "\n").first ?? "cp failed"
            return problems.add("cannot be copied to its place: \(words)", at: place.path, files: count)
        }
        let copied = StagedEntry(
            name: place.name,
            from: temporary,
            source: place.target,
            target: place.target
        )
        let number =
            isReplacing && place.source.kind(of: place.name) != .folder ? copied.replace() : copied.moveIn()
        if number != 0, number != EEXIST {
            problems.add(SystemError(number: number), at: place.path, files: count)
        }
        try await beside.source.remove(temporary)
        if number == 0 { try await place.source.remove(place.name) }
    }
}

/// An entry of a staging folder, and where it belongs.
private struct StagedEntry {
    let name: [UInt8]
    /// Its name where it is now.
    let from: [UInt8]
    let source: OpenFolder
    let target: OpenFolder

    init(name: [UInt8], from: [UInt8]? = nil, source: OpenFolder, target: OpenFolder) {
        self.name = name
        self.from = from ?? name
        self.source = source
        self.target = target
    }

    var path: BytePath { target.path.appending(name) }

    /// How many files it is or has.
    var files: Int { source.files(below: from) }

    /// Brings it to its place if nothing is there; returns the system's error number.
    func moveIn() -> Int32 {
        // A folder gets to the place of an empty one at the most, and of nothing else.
        if source.kind(of: from) == .folder { return source.rename(from, to: target, name) }
        let number = source.link(from, to: target, name)
        // A file system without second links leaves no better way.
        guard number == EPERM || number == ENOTSUP || number == EMLINK else { return number }
        return target.kind(of: name) == .nothing ? source.rename(from, to: target, name) : EEXIST
    }

    /// Brings it to its place whatever file is there; returns the system's error number.
    func replace() -> Int32 {
        source.rename(from, to: target, name)
    }
}
