internal import Foundation

/// Which kind of file system a folder is on.
package enum FileSystem {
    /// The types on which other machines write too, where neither SQLite's locks nor its shared memory hold:
    /// https://www.sqlite.org/wal.html#overview
    static let networkTypes: Set<String> = [
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "9p", "ceph", "glusterfs", "lustre", "ocfs2", "gfs2",
        "fuse.sshfs", "fuse.s3fs", "fuse.rclone", "fuse.gcsfuse", "fuse.glusterfs", "fuse.ceph", "davfs",
        "fuse.davfs2",
    ]

    /// The type of the file system at a path, as proc_pid_mountinfo(5) names it; of what is not there yet, that of the
    /// nearest folder above. `nil` where the system does not tell.
    package static func type(at path: String) -> String? {
        var url = URL(filePath: path).standardizedFileURL
        var facts = stat()
        while stat(url.path(percentEncoded: false), &facts) != 0 {
            guard url.pathComponents.count > 1 else { return nil }
            url.deleteLastPathComponent()
        }
        let mounts = try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)
        // The bits of makedev(3), which are macros in C.
        let device = UInt64(truncatingIfNeeded: facts.st_dev)
        let major = device >> 8 & 0xfff | device >> 32 & 0xffff_f000
        let minor = device & 0xff | device >> 12 & 0xffff_ff00
        return type(ofDevice: "\(major):\(minor)", mounts: mounts ?? "")
    }

    /// The type of the file system on a device, `MAJOR:MINOR`, by the lines of proc_pid_mountinfo(5).
    package static func type(ofDevice device: String, mounts: String) -> String? {
        for line in mounts.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 2, fields[2] == device, let dash = fields.firstIndex(of: "-") else {
                continue
            }
            return fields[fields.index(after: dash)...].first.map(String.init)
        }
        return nil
    }
}
