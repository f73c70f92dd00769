import Foundation
import Glibc

/// Whether nobody but root and one user can change a file, or put another one in its place.
///
/// Members of a group are other users, unless the group is the user's own, which has no other members.
package struct FileTrust {
    /// Who may change a file that should not, and the command that mends it.
    package struct Problem: Error, Hashable {
        /// The path that others may change.
        package let path: String
        /// `is owned by the user 'nobody'`, `can be changed by other users (its mode is 0666)`
        package let fault: String
        /// `Run 'chmod go-w /srv/site'.`
        package let fix: String
    }

    private let user: UInt32

    /// Trust of a user; the one that the process acts as by default.
    package init(of user: UInt32 = geteuid()) {
        self.user = user
    }

    /// Checks a file or folder, every folder and link that leads there, and what the links lead to. What is not there is fine.
    ///
    /// A folder on the way may be open to others where the sticky bit keeps them from replacing what is not theirs, and so may
    /// the last one with `allowsSticky`, for a folder of which each part is checked by itself.
    package func check(_ path: String, allowsSticky: Bool = false) throws(Problem) {
        var pending = components(of: path)
        var reached = ""
        var links = 0
        while true {
            let facts = try entry(reached.isEmpty ? "/" : reached, isLast: pending.isEmpty && !allowsSticky)
            guard let facts else { return }
            if facts.st_mode & S_IFMT == S_IFLNK {
                links += 1
                // More is a circle, as the system has it.
                guard links <= 40, let target = Self.target(of: reached) else { return }
                pending = components(of: target) + pending
                reached = target.utf8.first == UInt8(ascii: "/") ? "" : parent(of: reached)
                if reached.isEmpty { continue }
            }
            guard !pending.isEmpty else { return }
            let name = pending.removeFirst()
            reached = name == ".." ? parent(of: reached) : reached + "/" + name
        }
    }

    /// Checks a folder as `check` does, and all that lies in it; `depth` counts the levels, 1 for its entries alone.
    package func checkAll(in folder: String, depth: Int = 64) throws(Problem) {
        try check(folder)
        guard depth > 0 else { return }
        for name in Self.names(in: folder) {
            let path = folder + "/" + name
            var facts = stat()
            guard lstat(path, &facts) == 0 else { continue }
            switch facts.st_mode & S_IFMT {
            case S_IFLNK: try check(path)
            case S_IFDIR:
                _ = try entry(path, isLast: true)
                if depth > 1 { try checkAll(in: path, depth: depth - 1) }
            default: _ = try entry(path, isLast: true)
            }
        }
    }

    /// Checks a file with a secret: besides what `check` does, its mode has to be 0600 or 0400. What is not there is fine.
    package func checkSecret(_ path: String) throws(Problem) {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return try check(path) }
        let mode = facts.st_mode & 0o7777
        guard mode == 0o600 || mode == 0o400 else {
            throw Problem(
                path: path,
                fault: mode & 0o077 == 0
                    ? "has the mode \(Self.octal(mode)) instead of 0600"
                    : "can be read or changed by other users (its mode is \(Self.octal(mode)))",
                fix: "Run 'chmod 600 \(path.shellWord)'."
            )
        }
        try check(path)
    }

    /// Checks one entry of a folder; `nil` if there is none.
    private func entry(_ path: String, isLast: Bool) throws(Problem) -> stat? {
        var facts = stat()
        guard lstat(path, &facts) == 0 else { return nil }
        let isLink = facts.st_mode & S_IFMT == S_IFLNK
        guard facts.st_uid == 0 || facts.st_uid == user else {
            throw Problem(
                path: path,
                fault: "belongs to \(Self.words(facts.st_uid))",
                fix: "Run 'chown \(isLink ? "-h " : "")\(Self.name(user) ?? "\(user)") \(path.shellWord)'."
            )
        }
        let isSticky = facts.st_mode & S_IFMT == S_IFDIR && facts.st_mode & S_ISVTX != 0
        guard !isLink, !isSticky || isLast else { return facts }
        // Who is in the group is looked up in files, and so only where it matters.
        let ofGroup = facts.st_mode & S_IWGRP
        let open = facts.st_mode & S_IWOTH | (ofGroup != 0 && isShared(facts, path) ? ofGroup : 0)
        guard open == 0 else {
            let whose = open == S_IWOTH ? "o" : open == S_IWGRP ? "g" : "go"
            throw Problem(
                path: path,
                fault: "can be changed by other users (its mode is \(Self.octal(facts.st_mode)))",
                fix: isSticky
                    ? "Use a folder of its own instead."
                    : "Run 'chmod \(whose)-w \(path.shellWord)'."
            )
        }
        return facts
    }

    /// Whether the group of a file has other members than its owner, or an access control list stands in its bits.
    private func isShared(_ facts: stat, _ path: String) -> Bool {
        if Self.hasAccessList(path) { return true }
        guard let owner = getpwuid(facts.st_uid), owner.pointee.pw_gid == facts.st_gid,
            let ownerName = owner.pointee.pw_name.map({ String(cString: $0) }),
            let group = getgrgid(facts.st_gid), let groupName = group.pointee.gr_name,
            String(cString: groupName) == ownerName
        else { return true }
        var member = group.pointee.gr_mem
        while let name = member?.pointee {
            guard String(cString: name) == ownerName else { return true }
            member = member?.advanced(by: 1)
        }
        return false
    }
}

extension FileTrust {
    private func components(of path: String) -> [String] {
        path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }.filter { $0 != "." }
    }

    private func parent(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
        return String(path[..<slash])
    }

    /// Where a file has an access control list, its bits of the group say what anyone in the list may do at most (acl(5)).
    private static func hasAccessList(_ path: String) -> Bool {
        let facts = try? FileManager.default.attributesOfItem(atPath: path)
        let more = facts?[FileAttributeKey("NSFileExtendedAttributes")] as? [String: Data] ?? [:]
        return more["system.posix_acl_access"] != nil
    }

    private static func target(of link: String) -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: link)
    }

    private static func names(in folder: String) -> [String] {
        let names = try? Descriptor(opening: folder, O_RDONLY | O_DIRECTORY).names()
        return (names ?? []).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func octal(_ mode: mode_t) -> String { "0" + String(mode & 0o7777, radix: 8) }

    private static func words(_ user: uid_t) -> String {
        name(user).map { "the user '\($0)'" } ?? "the user with the number \(user)"
    }

    private static func name(_ user: uid_t) -> String? {
        getpwuid(user)?.pointee.pw_name.map { String(cString: $0) }
    }
}
