import BackupAPI
import Glibc
import Subprocess

/// Brings entries from a staging folder to their places, step by step.
struct StagingMover {
    /// The name that a copy has until it is whole.
    let temporary: String
    private(set) var problems: [ErrorItem] = []

    init(temporary: String) {
        self.temporary = temporary
    }

    /// Moves the entries of one folder below another one, deeper where both have a folder of the same name.
    mutating func moveEntries(
        of staged: BytePath,
        to place: BytePath,
        until isStopRequested: () async throws -> Bool
    ) async throws {
        let names: [[UInt8]]
        do {
            names = try staged.entries()
        } catch {
            return add(error, at: place)
        }
        for name in names {
            try Task.checkCancellation()
            guard try await !isStopRequested() else { return }
            let (from, to) = (staged.appending(name), place.appending(name))
            if from.kind() != .folder {
                try await moveFile(from, to)
            } else if to.kind(followingLink: true) == .folder {
                try await moveEntries(of: from, to: to, until: isStopRequested)
            } else if to.kind() == .nothing {
                try await moveFolder(from, to)
            }
        }
    }

    private mutating func moveFile(_ from: BytePath, _ to: BytePath) async throws {
        switch call(from, to, link) {
        case 0: _ = from.call(unlink)
        case EEXIST: break
        // Another file system, or one that has no second links.
        case EXDEV, EPERM, EMLINK, ENOTSUP: try await copy(from, to)
        case let number: add(SystemError(number: number), at: to)
        }
    }

    private mutating func moveFolder(_ from: BytePath, _ to: BytePath) async throws {
        let mode = (from.facts()?.st_mode ?? 0o700) & 0o7777
        // Without the right to write it, a folder cannot get another parent.
        if mode & 0o200 == 0 { _ = from.call { chmod($0, mode | 0o200) } }
        switch call(from, to, rename) {
        case 0: if mode & 0o200 == 0 { _ = to.call { chmod($0, mode) } }
        // Someone made it meanwhile.
        case ENOTEMPTY, EEXIST, ENOTDIR: break
        case EXDEV: try await copy(from, to)
        case let number: add(SystemError(number: number), at: to)
        }
    }

    /// Copies with all that belongs to a file, beside its place first.
    private mutating func copy(_ from: BytePath, _ to: BytePath) async throws {
        let end = to.bytes.lastIndex(of: UInt8(ascii: "/")) ?? 0
        let beside = BytePath(bytes: Array(to.bytes[..<end])).appending(Array(temporary.utf8))
        let result = try await run(
            .file("/bin/cp"),
            arguments: ["-a", "-T", "--"].arguments(from, beside),
            environment: .custom([:]),
            input: .none,
            output: .discarded,
            error: .string(limit: 4_096)
        )
        guard result.terminationStatus.isSuccess else {
            try await remove(beside)
            let words = result.standardError.split(separator: "\n").first ?? "cp failed"
            return add("cannot be copied to its place: \(words)", at: to)
        }
        let isFolder = from.kind() == .folder
        let number = isFolder ? call(beside, to, rename) : linkOrRename(beside, to)
        if number != 0, ![EEXIST, ENOTEMPTY, ENOTDIR].contains(number) {
            add(SystemError(number: number), at: to)
        }
        try await remove(beside)
        if number == 0 { try await remove(from) }
    }

    /// Gives a file its place if nothing is there; a file system without second links leaves no better way.
    private func linkOrRename(_ from: BytePath, _ to: BytePath) -> Int32 {
        let number = call(from, to, link)
        guard number == EPERM || number == ENOTSUP else { return number }
        return to.kind() == .nothing ? call(from, to, rename) : EEXIST
    }

    private func remove(_ path: BytePath) async throws {
        guard path.facts() != nil else { return }
        _ = try await run(
            .file("/bin/rm"),
            arguments: ["-rf", "--"].arguments(path),
            environment: .custom([:]),
            input: .none,
            output: .discarded
        )
    }

    private func call(
        _ from: BytePath,
        _ to: BytePath,
        _ function: (UnsafePointer<CChar>, UnsafePointer<CChar>) -> Int32
    ) -> Int32 {
        from.withCString { from in to.call { to in function(from, to) } }
    }

    private mutating func add(_ error: SystemError, at path: BytePath) {
        add("cannot be brought to its place: \(error.words)", at: path)
    }

    private mutating func add(_ text: String, at path: BytePath) {
        problems.append(
            ErrorItem(index: problems.count, path: path.text, type: "unable_to_write", description: text)
        )
    }
}

extension [String] {
    /// The arguments with paths after them; each must end in a NUL as the system wants it.
    fileprivate func arguments(_ paths: BytePath...) -> Arguments {
        let words: [[UInt8]] = map { [UInt8]($0.utf8) } + paths.map(\.bytes)
        return Arguments(words.map { word -> [UInt8] in word + [0] })
    }
}
