import BackupAPI
import Foundation
import HostSystem

extension ResticTool {
    /// The snapshots that have all of these tags; all snapshots for none. Throws `ResticFailure`.
    ///
    /// Locks nothing: a list that is a moment old does no harm.
    func snapshots(tags: [String] = [], in spool: Spool, to file: String? = nil, activity: String)
        async throws
        -> [ResticSnapshot]
    {
        let arguments =
            ["snapshots", "--json", "--no-lock"]
            + (tags.isEmpty ? [] : ["--tag", tags.joined(separator: ",")])
        let list = file ?? spool.snapshots
        try await write(arguments, to: list, in: spool, activity: activity)
        return try Self.snapshots(in: list)
    }

    /// The snapshots that were listed into a file.
    nonisolated static func snapshots(in file: String) throws -> [ResticSnapshot] {
        let data = try Data(contentsOf: URL(fileURLWithPath: file))
        return try JSONDecoder().decode([ResticSnapshot]?.self, from: data) ?? []
    }

    /// The snapshot of a backup, found by its tags, since its id changes when someone tags it. Throws `ResticFailure`
    /// when it is gone.
    func snapshot(of backup: BackupRow, in spool: Spool, activity: String) async throws -> ResticSnapshot {
        let tagged = try await snapshots(tags: backup.tags, in: spool, activity: activity)
        let found = backup.snapshots(among: tagged)
        if found.count == 1 { return found[0] }
        throw ResticFailure(
            reason: "snapshot_missing",
            diagnostics:
                "the repository '\(repository.shownAddress)' has no snapshot of backup '\(backup.id)'. "
                + "Choose another backup."
        )
    }

    /// Lists what a backup has into a file of the spool, and returns the snapshot: by one restic where the snapshot has the id
    /// still that it had when it was made. Throws `ResticFailure`.
    func list(
        _ backup: BackupRow,
        paths: [String],
        isRecursive: Bool,
        to file: String,
        in spool: Spool,
        activity: String
    ) async throws -> ResticSnapshot {
        if let known = backup.resticSnapshot, !known.isEmpty {
            let arguments = ResticCommand.list(known, paths: paths, isRecursive: isRecursive)
            do {
                try await write(arguments, to: file, in: spool, activity: activity)
                if let snapshot = Self.snapshot(listedIn: file), snapshot.isMeant(by: known),
                    Set(backup.tags).isSubset(of: snapshot.tags ?? [])
                {
                    return snapshot
                }
            } catch is ResticFailure {
                // Its tags were changed, or the repository is a copy; what else is wrong comes up again.
            }
        }
        let snapshot = try await snapshot(of: backup, in: spool, activity: activity)
        let arguments = ResticCommand.list(snapshot.id, paths: paths, isRecursive: isRecursive)
        try await write(arguments, to: file, in: spool, activity: activity)
        return snapshot
    }

    /// What the first line of a list tells of its snapshot.
    private nonisolated static func snapshot(listedIn file: String) -> ResticSnapshot? {
        guard let handle = FileHandle(forReadingAtPath: file) else { return nil }
        defer { try? handle.close() }
        guard let data = try? handle.read(upToCount: 4 << 20) else { return nil }
        return try? JSONDecoder().decode(ResticSnapshot.self, from: data.prefix { $0 != UInt8(ascii: "\n") })
    }

    /// The size of the repository in bytes: of its files where it is a folder here, else of the data of its snapshots.
    func repositorySize(activity: String) async throws -> Int64 {
        if let folder = RepositoryAddress(repository.address).folder { return FolderSize.bytes(of: folder) }
        struct Statistics: Decodable {
            var size: Int64
            enum CodingKeys: String, CodingKey { case size = "total_size" }
        }
        let answer = try await restic(
            ["stats", "--json", "--no-lock", "--mode", "raw-data"],
            deadline: .seconds(3_600)
        )
        guard answer.exitCode == 0 else { throw failure(of: answer, activity: activity) }
        return try JSONDecoder().decode(Statistics.self, from: Data(answer.output.utf8)).size
    }

    /// Runs a command whose answer may be long, and leaves the answer in a file of the spool, whose lock `held` it has: no
    /// other host of the run writes there as long as it lives. Throws `ResticFailure`.
    func write(_ arguments: [String], to file: String, in spool: Spool, activity: String) async throws {
        let program = try await identify().path
        let held = try await FileLock.wait(spool.held, .exclusive)
        defer { held.release() }
        let answer = try await execute(
            "/bin/sh",
            ["-c", #"file=$1; shift; exec "$@" >"$file""#, "sh", file, program] + flags + arguments,
            deadline: .seconds(3_600),
            lock: held
        )
        guard answer.exitCode == 0 else { throw failure(of: answer, activity: activity) }
    }
}
