import BackupAPI
import Foundation
import Glibc
import HostSystem

extension ResticTool {
    /// The locks in the repository; one that was removed meanwhile is left out. Throws `ResticFailure`.
    func locks(lock: FileLock, activity: String) async throws -> [ResticLock] {
        var found: [ResticLock] = []
        for id in try await lockIDs(lock: lock, activity: activity) {
            let answer = try await restic(
                ["cat", "lock", id, "--no-lock"],
                deadline: .seconds(120),
                lock: lock
            )
            guard answer.exitCode == 0 else { continue }
            guard var read = try? JSONDecoder().decode(ResticLock.self, from: Data(answer.output.utf8)) else {
                continue
            }
            read.id = id
            found.append(read)
        }
        return found
    }

    /// Removes the locks of our own restics that were killed, and no others: never a living one, and no process is signalled,
    /// as `restic unlock` does with whichever has the number by now. Throws `ResticFailure`.
    ///
    /// One whose lock cannot be removed is remembered further, and what needs the repository then says that it is locked.
    func removeLostLocks(lock: FileLock, activity: String = "backup") async throws {
        let lost = try await records.lostRestics(in: repository.name)
        guard !lost.isEmpty else { return }
        let all = try await locks(lock: lock, activity: activity)
        let ours = all.filter { found in lost.contains { $0.hasMade(found) } }
        if try await remove(ours, of: all, lock: lock) { try await records.forget(lost) }
    }

    /// Removes locks; `all` are those that there are. Answers whether they are gone. Elsewhere than on this machine all of
    /// them can be removed only where a person has said so, since another one may be new.
    func remove(_ chosen: [ResticLock], of all: [ResticLock], byPerson: Bool = false, lock: FileLock)
        async throws
        -> Bool
    {
        if chosen.isEmpty { return true }
        if let folder = RepositoryAddress(repository.address).folder {
            for one in chosen where unlink("\(folder)/locks/\(one.id)") != 0 && errno != ENOENT {
                throw BackupError.file("cannot remove the lock", "\(folder)/locks/\(one.id)", .last)
            }
            return true
        }
        let path = try await identify().path
        if byPerson, Set(all) == Set(chosen) {
            // Without a look at processes, and without a signal to any.
            return try await restic(["unlock", "--remove-all"], deadline: .seconds(300), lock: lock).exitCode
                == 0
        }
        // In a PID namespace of its own restic takes every lock of this machine's name for that of a dead process, and sees no
        // process that it could signal.
        let hosts = Set(chosen.map(\.hostname))
        guard !all.contains(where: { hosts.contains($0.hostname) && !chosen.contains($0) }) else {
            return false
        }
        let arguments = ["--pid", "--fork", "--mount-proc", path] + flags + ["unlock"]
        let answer = try await execute("/usr/bin/unshare", arguments, deadline: .seconds(300), lock: lock)
        return answer.exitCode == 0
    }

    private func lockIDs(lock: FileLock, activity: String) async throws -> [String] {
        if let folder = RepositoryAddress(repository.address).folder {
            return RepositoryFolder(folder).ids(of: "locks")
        }
        let answer = try await restic(
            ["list", "locks", "--no-lock"],
            deadline: .seconds(120),
            lock: lock
        )
        guard answer.exitCode == 0 else { throw failure(of: answer, activity: activity) }
        return answer.output.split(separator: "\n").map(String.init).filter { $0.utf8.count == 64 }
    }
}
