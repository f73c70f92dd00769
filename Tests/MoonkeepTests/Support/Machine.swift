import Foundation
import Glibc

/// What this machine allows a test to do.
enum Machine {
    static let isRoot = getuid() == 0
    static let hasTools = ["/usr/bin/setsid", "/usr/bin/setpriv"].allSatisfy {
        FileManager.default.isExecutableFile(atPath: $0)
    }
    static let hasRestic = FileManager.default.isExecutableFile(atPath: "/usr/bin/restic")
    static let hasLua = FileManager.default.isExecutableFile(atPath: "/usr/bin/lua5.4")
    static let hasLuacheck = FileManager.default.isExecutableFile(atPath: "/usr/bin/luacheck")
    static let hasSQLite = FileManager.default.isExecutableFile(atPath: "/usr/bin/sqlite3")

    /// Whether file systems can be mounted: not for users, and not in most containers.
    static let canMount: Bool = {
        let folder = NSTemporaryDirectory() + "mount-" + UUID().uuidString
        defer { rmdir(folder) }
        guard mkdir(folder, 0o700) == 0, mount("tmpfs", folder, "tmpfs", 0, "size=1m") == 0 else {
            return false
        }
        return umount(folder) == 0
    }()
}
