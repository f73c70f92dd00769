import BackupAPI
import Foundation
import HostSystem

extension ResticTool {
    /// Makes sure that there is a repository; creates one where it is known that nothing is there, and nowhere else.
    ///
    /// The lock is the exclusive one of the repository: two that create one at a time leave two keys of which only one
    /// fits. restic inherits it. Throws `ResticFailure`.
    func openOrCreateRepository(lock: FileLock) async throws {
        let program = try await identify()
        let probe = try await askForConfig(lock: lock)
        if probe.isConfig { return }
        let failure = failure(of: probe)
        guard failure.reason == "repository_missing" else {
            throw try await damage(failure, lock: lock)
        }
        try prepareToCreate(failure, exitCode: probe.exitCode, program.version)
        try await createRepository(lock: lock)
    }

    /// Creates the repository where a person says that it is new. Answers `false` when it is there. Throws `ResticFailure`.
    func createRepositoryAsAsked(lock: FileLock) async throws -> Bool {
        let program = try await identify()
        let probe = try await askForConfig(lock: lock)
        if probe.isConfig { return false }
        let failure = failure(of: probe)
        guard failure.reason == "repository_missing" else { throw failure }
        if RepositoryAddress(repository.address).folder != nil {
            try prepareToCreate(failure, exitCode: probe.exitCode, program.version)
        }
        try await createRepository(lock: lock)
        return true
    }

    /// The repository's id, which a copy of its files has too. Throws `ResticFailure`.
    func repositoryID(lock: FileLock) async throws -> String {
        struct Config: Decodable { var id: String }
        let answer = try await askForConfig(lock: lock)
        guard answer.isConfig else { throw failure(of: answer) }
        return try JSONDecoder().decode(Config.self, from: Data(answer.output.utf8)).id
    }

    /// Asks for the repository's configuration, and locks nothing in it.
    private func askForConfig(_ options: [String] = [], lock: FileLock) async throws -> Answer {
        let arguments = ["cat", "config", "--json", "--no-lock"] + options
        return try await restic(arguments, deadline: .seconds(120), lock: lock)
    }

    private func createRepository(lock: FileLock) async throws {
        let creation = try await restic(["init", "--json"], deadline: .seconds(300), lock: lock)
        guard creation.exitCode == 0 else { throw failure(of: creation) }
    }

    /// Throws unless it is known that nothing is there: restic's words can mean a bucket that is misspelt or a disk that
    /// is not mounted.
    private func prepareToCreate(_ failure: ResticFailure, exitCode: Int?, _ version: ResticVersion) throws {
        let address = RepositoryAddress(repository.address)
        let name = repository.shownAddress
        if let folder = address.folder {
            switch try RepositoryFolder(folder).state() {
            case .absent: return
            case .halfMade(let keys):
                // Without a configuration nothing can have been encrypted with them.
                for key in keys where key.call(unlink) != 0 && errno != ENOENT {
                    throw BackupError.file(
                        "cannot remove the key of an unfinished 'restic init'",
                        key.text,
                        .last
                    )
                }
            case .unmounted(let place):
                throw ResticFailure(
                    reason: "repository_missing",
                    diagnostics:
                        "there is no repository '\(name)', and the disk of '\(place)' is not mounted, which "
                        + "/etc/fstab names. Mount it, then start again."
                )
            case .lostItsConfiguration:
                throw ResticFailure(
                    reason: "repository_damaged",
                    diagnostics:
                        "the repository '\(name)' has data and no file 'config', without which nobody can open "
                        + "it. Nothing was changed. Bring 'config' back from a copy of the repository."
                )
            case .foreign:
                throw ResticFailure(
                    reason: "repository_missing",
                    diagnostics: "there is no repository '\(name)', and the folder has other files. "
                        + "Name an empty folder, or one that does not exist yet."
                )
            }
        } else if !(address.saysWhatIsMissing && exitCode == 10 && version >= .toldApart) {
            throw ResticFailure(
                reason: "repository_missing",
                diagnostics:
                    "there is no repository '\(name)' to be seen, and restic \(version) cannot tell one that "
                    + "was never made from one that cannot be reached or is misspelt. Check the address; if the "
                    + "repository is new, make it with 'moonkeep init --repository'."
            )
        }
    }

    /// What a repository suffers from that was created by two restics at once, and what mends it.
    private func damage(_ failure: ResticFailure, lock: FileLock) async throws -> ResticFailure {
        guard failure.diagnostics.contains("ciphertext verification failed"),
            let folder = RepositoryAddress(repository.address).folder
        else { return failure }
        let keys = RepositoryFolder(folder).ids(of: "keys")
        guard (2...16).contains(keys.count) else { return failure }
        var good: [String] = []
        for key in keys {
            let answer = try await askForConfig(["--key-hint", key], lock: lock)
            if answer.isConfig { good.append(key) }
        }
        guard let fitting = good.first, good.count < keys.count else { return failure }
        let bad = keys.filter { !good.contains($0) }
        return ResticFailure(
            reason: "repository_damaged",
            diagnostics:
                "the repository '\(repository.shownAddress)' has \(keys.count) keys, of which "
                + "\(bad.count) do not fit its 'config': two 'restic init' ran at once. Its data is whole. Remove each "
                + "bad key with 'restic -r \(folder) --key-hint \(fitting) key remove ID': \(bad.joined(separator: ", "))."
        )
    }
}

extension ResticVersion {
    /// The first version with an exit code of its own for a repository that is not there, and whose `init` refuses where
    /// there are keys.
    static let toldApart = ResticVersion(numbers: [0, 17, 0])
}

extension ResticTool.Answer {
    /// Whether this is a repository's configuration, whole: an answer that is not has said nothing, whatever the exit code.
    fileprivate var isConfig: Bool {
        struct Wire: Decodable { var version: Int }
        return exitCode == 0 && (try? JSONDecoder().decode(Wire.self, from: Data(output.utf8))) != nil
    }
}
