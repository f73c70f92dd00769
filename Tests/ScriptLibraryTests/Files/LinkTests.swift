import Foundation
import LuaKit
import ScriptLibrary
import Synchronization
import Testing

/// Symbolic links, which somebody else may make and change while a script uses the folder.
@Suite(.timeLimit(.minutes(2))) struct LinkTests {
    private static func site() throws -> Site {
        let site = try Site(needs: ["fs:read:$/root", "fs:write:$/root"])
        try site.folder.write("root/real/a", "inside")
        try site.folder.write("outside/a", "outside")
        try site.folder.write("rootless/a", "outside")
        return site
    }

    @Test(arguments: [
        ("link", "real/a", "link"), ("way", "real", "way/a"), ("real/up", "../real/a", "real/up"),
        ("whole", "$/root/real/a", "whole"), ("odd", "./real//../real/./a", "odd"),
    ])
    func `a link that stays beneath is followed`(link: String, target: String, path: String) async throws {
        let site = try Self.site()
        try site.folder.link("root/" + link, to: target.replacing("$", with: site.folder.path))
        #expect(
            try await site.values("return fs.read('$/root/\(path)'), fs.stat('$/root/\(path)').kind") == [
                "inside", "file",
            ]
        )
    }

    @Test(arguments: [
        ("link", "../outside/a", "link"), ("way", "../outside", "way/a"), ("whole", "$/outside/a", "whole"),
        ("near", "$/rootless/a", "near"), ("real/up", "../../outside/a", "real/up"),
        ("top", "/etc/passwd", "top"),
        ("sly", "real/../../outside/a", "sly"), ("proc", "/proc/self/environ", "proc"),
    ])
    func `a link that leads out is refused for everything`(link: String, target: String, path: String)
        async throws
    {
        let site = try Self.site()
        try site.folder.link("root/" + link, to: target.replacing("$", with: site.folder.path))
        for call in [
            "fs.read('$/root/\(path)')", "fs.hash('$/root/\(path)')", "fs.stat('$/root/\(path)')",
            "fs.write('$/root/\(path)', 'x')", "fs.append('$/root/\(path)', 'x')",
            "fs.copy('$/root/\(path)', '$/root/c')",
            "fs.copy('$/root/real/a', '$/root/\(path)')", "fs.exists('$/root/\(path)')",
        ] {
            let failure = try #require(try await site.failure(call), "\(call)")
            #expect(
                failure.contains(
                    "out of '$/root', which is all that the script may use. Name the real path, and grant the script that folder."
                ),
                "\(call): \(failure)"
            )
        }
        #expect(try site.folder.text("outside/a") == "outside")
        #expect(!site.folder.contents.contains("root/c"))
    }

    @Test func `a loop of links is refused`() async throws {
        let site = try Self.site()
        try site.folder.link("root/a", to: "b")
        try site.folder.link("root/b", to: "a")
        #expect(
            try await site.failure("fs.read('$/root/a')")
                == "test.lua:1: '$/root/a' is a symbolic link in a loop, or was exchanged for one meanwhile"
        )
    }

    @Test func `a link itself is renamed and removed, not what it leads to`() async throws {
        let site = try Self.site()
        try site.folder.link("root/out", to: "../outside")
        try site.folder.link("root/real/sub", to: "../../outside")
        #expect(
            try await site.values(
                "fs.rename('$/root/out', '$/root/moved') return fs.remove('$/root/moved'), fs.remove('$/root/real', { recursive = true })"
            ) == [true, true]
        )
        #expect(site.folder.contents == ["outside", "outside/a", "root", "rootless", "rootless/a"])
    }

    @Test func `a permission for a file does not cover what a link there leads to`() async throws {
        let site = try Site(needs: ["fs:read:$/root/public"])
        try site.folder.write("root/private", "x")
        try site.folder.link("root/public", to: "private")
        #expect(
            try await site.failure("fs.read('$/root/public')")
                == "test.lua:1: '$/root/public' leads through a symbolic link to '$/root/private' out of '$/root/public', which is all that the script may use. Name the real path, and grant the script that folder."
        )
    }

    @Test func `a folder that is exchanged for a link again and again never lets a script out`() async throws
    {
        let site = try Self.site()
        let path = site.folder.path
        try site.folder.link("root/spare", to: "../outside")
        let isOver = Mutex(false)
        let exchanging = Thread {
            while !isOver.withLock({ $0 }) {
                // Both names at once (renameat2, RENAME_EXCHANGE) is not to be had from Swift: one after the other.
                rename(path + "/root/real", path + "/root/aside")
                rename(path + "/root/spare", path + "/root/real")
                rename(path + "/root/real", path + "/root/spare")
                rename(path + "/root/aside", path + "/root/real")
            }
        }
        exchanging.start()
        defer { isOver.withLock { $0 = true } }
        let values = try await site.values(
            """
            local seen = {}
            for i = 1, 300 do
                local ok, v = pcall(fs.read, "$/root/real/a")
                seen[ok and v or v.code] = true
                pcall(fs.write, "$/root/real/b", "x")
                pcall(fs.remove, "$/root/real/a" .. i, { recursive = true })
            end
            return seen.outside or false, seen.inside or seen.refused or seen.not_found
            """
        )
        #expect(values == [false, true])
        #expect(!site.folder.contents.contains("outside/b"))
    }
}
