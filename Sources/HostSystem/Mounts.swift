import Foundation
import Glibc

/// The file systems of this machine: what is mounted (proc_pid_mountinfo(5)), and what should be (fstab(5)).
package enum Mounts {
    /// The types on which other machines write too, where neither locks nor SQLite's shared memory hold:
    /// https://www.sqlite.org/wal.html#overview
    package static let networkTypes: Set<String> = [
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "9p", "ceph", "glusterfs", "lustre", "ocfs2", "gfs2",
        "fuse.sshfs", "fuse.s3fs", "fuse.rclone", "fuse.gcsfuse", "fuse.glusterfs", "fuse.ceph", "davfs",
        "fuse.davfs2",
    ]

    /// The type of the file system at a path; of what is not there yet, that of the nearest folder above. `nil` where the system
    /// does not tell.
    package static func type(at path: String) -> String? {
        var url = URL(filePath: path).standardizedFileURL
        var facts = stat()
        while stat(url.path(percentEncoded: false), &facts) != 0 {
            guard url.pathComponents.count > 1 else { return nil }
            url.deleteLastPathComponent()
        }
        // The bits of makedev(3), which are macros in C.
        let device = UInt64(truncatingIfNeeded: facts.st_dev)
        let major = device >> 8 & 0xfff | device >> 32 & 0xffff_f000
        let minor = device & 0xff | device >> 12 & 0xffff_ff00
        return type(ofDevice: "\(major):\(minor)", mounts: text(of: "/proc/self/mountinfo"))
    }

    /// The type of the file system on a device, `MAJOR:MINOR`, by the lines of proc_pid_mountinfo(5).
    package static func type(ofDevice device: String, mounts: String) -> String? {
        for fields in fields(of: mounts) where fields.count > 2 && fields[2] == device {
            guard let dash = fields.firstIndex(of: "-") else { continue }
            return fields[fields.index(after: dash)...].first
        }
        return nil
    }

    /// The type of the network file system at a path; `nil` for file systems of this machine.
    package static func networkType(at path: String) -> String? {
        type(at: path).flatMap { networkTypes.contains($0) ? $0 : nil }
    }

    /// The places, besides `/`, where fstab(5) wants a file system and none is.
    package static func missing() -> [String] {
        let mounted = Set(fields(of: text(of: "/proc/self/mountinfo")).compactMap { $0.dropFirst(4).first })
        return fields(of: text(of: "/etc/fstab")).compactMap { $0.dropFirst().first }.filter { place in
            place.utf8.first == UInt8(ascii: "/") && place != "/" && !mounted.contains(place)
        }
    }

    private static func text(of file: String) -> String {
        (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
    }

    /// The fields of every line, with the octal escapes of both files undone.
    private static func fields(of text: String) -> [[String]] {
        text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            line.split(whereSeparator: { $0 == " " || $0 == "\t" }).map { field in
                ["\\040": " ", "\\011": "\t", "\\012": "\n", "\\134": "\\"].reduce(String(field)) {
                    $0.replacing($1.key, with: $1.value)
                }
            }
        }
    }
}
