import Foundation
import Glibc
import HostSystem
import Testing

@Suite struct FileTrustTests {
    private static let isRoot = getuid() == 0
    /// A user and a group that the tests are not.
    private static let stranger: UInt32 = 65_534

    @Test func `files of one's own are trusted`() throws {
        try withFolder { folder in
            try folder.file("site/a", mode: 0o644)
            #expect(throws: Never.self) { try FileTrust().check(folder.path("site/a")) }
            #expect(throws: Never.self) { try FileTrust().check(folder.path("site/none/at/all")) }
            #expect(throws: Never.self) { try FileTrust().checkAll(in: folder.path("site")) }
        }
    }

    @Test(arguments: [(0o666, "o"), (0o602, "o"), (0o646, "o")])
    func `a file that others may write is refused`(mode: Int, whose: String) throws {
        try withFolder { folder in
            try folder.file("a", mode: mode)
            let path = folder.path("a")
            #expect(
                problem { try FileTrust().check(path) } == """
                    '\(path)' can be changed by other users (its mode is 0\(String(mode, radix: 8))). \
                    Run 'chmod \(whose)-w \(path)'.
                    """
            )
        }
    }

    @Test(.enabled(if: isRoot, "only root can give files away"))
    func `a group with others in it is other users`() throws {
        try withFolder { folder in
            try folder.file("a", mode: 0o664)
            let path = folder.path("a")
            #expect(throws: Never.self) { try FileTrust().check(path) }
            #expect(chown(path, 0, Self.stranger) == 0)
            #expect(
                problem { try FileTrust().check(path) } == """
                    '\(path)' can be changed by other users (its mode is 0664). Run 'chmod g-w \(path)'.
                    """
            )
        }
    }

    @Test(.enabled(if: isRoot, "only root can give files away"))
    func `a file of another user is refused`() throws {
        try withFolder { folder in
            try folder.file("a b", mode: 0o600)
            let path = folder.path("a b")
            #expect(chown(path, Self.stranger, 0) == 0)
            #expect(
                problem { try FileTrust().check(path) }
                    == "'\(path)' belongs to the user 'nobody'. Run 'chown root '\(path)''."
            )
            #expect(throws: Never.self) { try FileTrust(of: Self.stranger).check(path) }
        }
    }

    @Test func `a folder on the way that others may write is refused, unless it is sticky`() throws {
        try withFolder { folder in
            try folder.file("open/site/a", mode: 0o644)
            let open = folder.path("open")
            chmod(open, 0o777)
            #expect(
                problem { try FileTrust().check(open + "/site/a") } == """
                    '\(open)' can be changed by other users (its mode is 0777). Run 'chmod o-w \(open)'.
                    """
            )
            chmod(open, 0o1777)
            #expect(throws: Never.self) { try FileTrust().check(open + "/site/a") }
            #expect(
                problem { try FileTrust().check(open) } == """
                    '\(open)' can be changed by other users (its mode is 01777). \
                    Use a folder of its own instead.
                    """
            )
        }
    }

    @Test func `what a link leads to is checked, and how it gets there`() throws {
        try withFolder { folder in
            try folder.file("open/deep/a", mode: 0o644)
            try folder.file("site/b", mode: 0o644)
            chmod(folder.path("open"), 0o777)
            symlink("../open/deep/../deep", folder.path("site/state"))
            symlink("loop", folder.path("site/loop"))
            let said = "'\(folder.path("open"))' can be changed by other users (its mode is 0777). "
            #expect(
                problem { try FileTrust().check(folder.path("site/state/a")) }?.hasPrefix(said) == true
            )
            #expect(problem { try FileTrust().checkAll(in: folder.path("site")) }?.hasPrefix(said) == true)
            #expect(throws: Never.self) { try FileTrust().check(folder.path("site/loop")) }
        }
    }

    @Test(.enabled(if: isRoot, "only root can give files away"))
    func `a link of another user is refused`() throws {
        try withFolder { folder in
            try folder.file("a", mode: 0o644)
            let link = folder.path("link")
            symlink("a", link)
            #expect(lchown(link, Self.stranger, 0) == 0)
            #expect(
                problem { try FileTrust().check(link) }
                    == "'\(link)' belongs to the user 'nobody'. Run 'chown -h root \(link)'."
            )
        }
    }

    @Test func `what lies deep in a folder is checked as far as was said`() throws {
        try withFolder { folder in
            try folder.file("top/one/two/a.lua", mode: 0o666)
            let top = folder.path("top")
            let said = problem { try FileTrust().checkAll(in: top) }
            #expect(said?.hasPrefix("'\(top)/one/two/a.lua' ") == true)
            #expect(throws: Never.self) { try FileTrust().checkAll(in: top, depth: 2) }
        }
    }

    @Test(arguments: [0o600, 0o400])
    func `a secret that only its owner may read is trusted`(mode: Int) throws {
        try withFolder { folder in
            try folder.file("password", mode: mode)
            #expect(throws: Never.self) { try FileTrust().checkSecret(folder.path("password")) }
        }
    }

    @Test(arguments: [
        (0o644, "can be read or changed by other users (its mode is 0644)"),
        (0o640, "can be read or changed by other users (its mode is 0640)"),
        (0o700, "has the mode 0700 instead of 0600"),
    ])
    func `a secret with another mode is refused`(mode: Int, fault: String) throws {
        try withFolder { folder in
            try folder.file("password", mode: mode)
            let path = folder.path("password")
            #expect(
                problem { try FileTrust().checkSecret(path) }
                    == "'\(path)' \(fault). Run 'chmod 600 \(path)'."
            )
        }
    }

    private func problem(_ work: () throws -> Void) -> String? {
        do {
            try work()
            return nil
        } catch let error as FileTrust.Problem {
            return "'\(error.path)' \(error.fault). \(error.fix)"
        } catch {
            return "\(error)"
        }
    }
}
