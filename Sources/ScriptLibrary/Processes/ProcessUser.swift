import Foundation
import HostSystem
import PluginHost

/// A user that a program is run as.
struct ProcessUser: Sendable {
    let name: String
    let userID: uid_t
    let groupID: gid_t
    let home: String

    /// What becomes the user, and then another program; `nil` where there is no such program (it is a part of util-linux).
    var launcher: [String]? {
        ProgramLocation.find("setpriv", path: "/usr/bin:/bin").map {
            [$0, "--reuid=\(userID)", "--regid=\(groupID)", "--groups=\(groupID)", "--"]
        }
    }

    /// Looks a user up. Throws where there is none, or where the host may not become that user.
    init(_ name: String) throws {
        var entry = passwd()
        var buffer = [CChar](repeating: 0, count: 16_384)
        var found: UnsafeMutablePointer<passwd>?
        guard getpwnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else {
            throw ScriptError(.invalidRequest, "there is no user '\(name.printable)' on this machine")
        }
        guard geteuid() == 0 || geteuid() == entry.pw_uid else {
            throw ScriptError(
                .refused,
                "programs cannot be run as '\(name)': Moonkeep runs as another user",
                fix: "Only root can run programs as other users; leave 'user' out."
            )
        }
        self.name = name
        userID = entry.pw_uid
        groupID = entry.pw_gid
        home = String(cString: entry.pw_dir)
    }
}
