import BackupAPI
import Foundation
import HostSystem
import LocalBackup

/// What `moonkeep serve` tells other commands of the site: that it does not use the site file as it is now.
///
/// It counts as long as the one that wrote it holds the lock beside it.
final class ServeNotice: Sendable {
    private struct Content: Codable {
        var problem: String
        var since: Timestamp
    }

    private let path: String
    private let lock: FileLock

    private init(path: String, lock: FileLock) {
        self.path = path
        self.lock = lock
    }

    /// Begins to tell; `nil` where another process does so already.
    static func write(in stateFolder: String) throws -> ServeNotice? {
        let path = path(in: stateFolder)
        guard let lock = try FileLock.attempt(path + ".lock", .exclusive) else { return nil }
        let notice = ServeNotice(path: path, lock: lock)
        notice.remove()
        return notice
    }

    /// Tells what is in force now.
    func tell(_ live: LiveSite) {
        guard let problem = live.problem else { return remove() }
        let content = Content(problem: problem, since: live.readTime)
        // The log has it too: where this cannot be written, nothing more is to be done.
        guard let text = try? JSONText.encode(content) else { return }
        _ = FileManager.default.createFile(
            atPath: path,
            contents: Data(text.utf8),
            attributes: [.posixPermissions: 0o600]
        )
    }

    func remove() {
        unlink(path)
    }

    /// Whether a process serves the site.
    static func isServed(_ stateFolder: String) throws -> Bool {
        try FileLock.isHeld(path(in: stateFolder) + ".lock")
    }

    /// What a process that serves the site uses instead of the file as it is now, as a sentence; `nil` where nothing is told.
    static func sentence(in stateFolder: String) -> String? {
        let path = path(in: stateFolder)
        guard (try? FileLock.isHeld(path + ".lock")) == true,
            let data = FileManager.default.contents(atPath: path),
            let content = try? JSONDecoder().decode(Content.self, from: data)
        else { return nil }
        return """
            'moonkeep serve' goes on with what \(Site.fileName) said at \(content.since.local): \
            \(content.problem)
            """
    }

    private static func path(in stateFolder: String) -> String { stateFolder + "/serve.notice" }
}
