import BackupAPI
import Foundation
import HostSystem
import PluginHost

/// What people have granted to scripts: a file that only its owner may read.
///
/// A grant is kept by the script's path and names each permission. Several processes may use the file: a change is made
/// under a lock, and the file is replaced as a whole.
struct GrantFile {
    let path: String

    /// Permissions by the paths of scripts.
    private typealias Grants = [String: [String]]

    /// What a script was granted, as its manifest wrote it then; empty for nothing.
    func granted(to script: String) throws -> [Permission] {
        try read()[script, default: []].compactMap { Permission($0) }
    }

    /// What a script asks for and was not granted.
    func missing(_ needs: [Permission], for script: String) throws -> [Permission] {
        guard !needs.isEmpty else { return [] }
        let granted = Permissions(try granted(to: script))
        return needs.filter { !granted.allow($0) }
    }

    /// Grants a script exactly this.
    func grant(_ needs: [Permission], to script: String) throws {
        try change { $0[script] = needs.map(\.description) }
    }

    /// Takes all back from a script; returns whether it had something.
    func revoke(_ script: String) throws -> Bool {
        try change { $0.removeValue(forKey: script) != nil }
    }

    private func read() throws -> Grants {
        guard access(path, F_OK) == 0 else {
            guard errno == ENOENT else { throw failure("cannot be read", .last) }
            return [:]
        }
        let file = URL(filePath: path).resolvingSymlinksInPath().path
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        guard let mode = attributes[.posixPermissions] as? Int, mode & 0o077 == 0 else {
            throw CommandError(
                "the grants in '\(path)' may be changed by others",
                fix: "Run: chmod 600 '\(path)'"
            )
        }
        guard let data = FileManager.default.contents(atPath: path),
            let grants = try? JSONDecoder().decode(Grants.self, from: data)
        else {
            throw CommandError(
                "the grants in '\(path)' cannot be read",
                fix: "Put the file back from a copy, or remove it and grant anew with 'moonkeep allow'."
            )
        }
        return grants
    }

    private func change<Value>(_ work: (inout Grants) -> Value) throws -> Value {
        try makeFolder()
        let lock: FileLock?
        do { lock = try FileLock.take(path + ".lock", .exclusive, waits: true) } catch {
            throw failure("cannot be locked", error)
        }
        defer { lock?.release() }
        var grants = try read()
        let value = work(&grants)
        try write(grants)
        return value
    }

    private func makeFolder() throws {
        guard mkdir(path.folderName, 0o700) == 0 || errno == EEXIST else {
            throw failure("cannot be written", .last)
        }
    }

    private func write(_ grants: Grants) throws {
        let text = try JSONText.encode(grants, layout: .pretty) + "\n"
        do { try Replacement.write(text, to: path, mode: 0o600) } catch {
            throw failure("cannot be written", error)
        }
    }

    private func failure(_ problem: String, _ error: SystemError) -> CommandError {
        CommandError(
            error.isFull
                ? "there is no space left for the grants '\(path)'"
                : "the grants in '\(path)' \(problem): \(error.words)",
            fix: error.isFull ? "Free some space on its disk." : nil,
            status: ExitStatus.failed
        )
    }
}
