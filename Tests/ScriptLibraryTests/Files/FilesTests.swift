import Foundation
import LuaKit
import RunJournal
import PluginHost
import ScriptLibrary
import Testing

@Suite(.timeLimit(.minutes(2))) struct FilesTests {
    private static func site() throws -> Site {
        let site = try Site(needs: ["fs:read:$/in", "fs:write:$/out"])
        try site.folder.write("in/a.txt", "one")
        try site.folder.make("out")
        return site
    }

    @Test func `files are read, listed, looked at and hashed`() async throws {
        let site = try Self.site()
        try site.folder.write("in/b/c", "")
        try site.folder.link("in/Z", to: "a.txt")
        let values = try await site.values(
            """
            local names = {}
            for i, e in ipairs(fs.list("$/in")) do names[i] = e.name .. ":" .. e.kind end
            local s = fs.stat("$/in//./a.txt")
            return fs.read("$/in/a.txt"), table.concat(names, " "), s.kind, s.bytes, s.mode, #s.modified_at,
                fs.hash("$/in/a.txt"), fs.exists("$/in/no/x"), fs.exists("$/in/Z"), fs.free("$/in").free_bytes > 0
            """
        )
        #expect(
            values == [
                "one", "Z:link a.txt:file b:folder", "file", 3, "0644", 27,
                "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed", false, true, true,
            ]
        )
    }

    @Test func `a long file is hashed piece by piece`() async throws {
        let site = try Self.site()
        try site.folder.write("in/long", String(repeating: "a", count: 1_000_000))
        #expect(
            try await site.values("return fs.hash('$/in/long')") == [
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
            ]
        )
    }

    @Test func `files are written, appended, copied, renamed and removed`() async throws {
        let site = try Site(needs: ["fs:read:$", "fs:write:$/out"])
        try site.folder.write("out/old", "before", mode: 0o640)
        let values = try await site.values(
            """
            fs.write("$/out/old", "after\\0")
            fs.write("$/out/x/y/new", "n", { mode = "0600", parents = true })
            fs.append("$/out/x/log", "1") fs.append("$/out/x/log", "2")
            fs.copy("$/out/old", "$/out/x/copy")
            fs.rename("$/out/x/copy", "$/out/x/moved")
            fs.mkdir("$/out/m/n") fs.mkdir("$/out/m/n")
            return fs.read("$/out/old"), fs.stat("$/out/old").mode, fs.stat("$/out/x/y/new").mode, fs.read("$/out/x/log"),
                fs.read("$/out/x/moved"), fs.stat("$/out/x/moved").mode, fs.remove("$/out/x/log"), fs.remove("$/out/x/log"),
                fs.remove("$/out/x", { recursive = true })
            """
        )
        #expect(values == ["after\0", "0640", "0600", "12", "after\0", "0640", true, false, true])
        #expect(site.folder.contents == ["out", "out/m", "out/m/n", "out/old"])
    }

    @Test(arguments: [
        ("fs.read('$/in/none')", "there is no file or folder '$/in/none'"),
        ("fs.read('$/in')", "'$/in' is a folder, a file is needed"),
        ("fs.list('$/in/a.txt')", "'$/in/a.txt' is not a folder"),
        ("fs.stat('$/in/a.txt/x')", "'$/in/a.txt' is not a folder"),
        (
            "fs.read('$/in/a.txt', { max_bytes = 2 })",
            "'$/in/a.txt' has more than 2 B. Say 'max_bytes', or let a program read it."
        ),
        ("fs.read('$/in/pipe')", "'$/in/pipe' is neither a file nor a folder"),
        ("fs.write('$/out', 'x')", "'$/out' is a folder, a file is needed"),
        ("fs.write('$/out/none/x', 'x')", "there is no file or folder '$/out/none'"),
        (
            "fs.remove('$/out')",
            "'$/out' is itself what the script may write beneath, and stays. Remove what is in it, or grant the folder above."
        ),
        (
            "fs.remove('$/out/full')",
            "the folder '$/out/full' is not empty. Say 'recursive = true' to remove it with all in it."
        ),
        ("fs.rename('$/out/none', '$/out/x')", "there is no file or folder '$/out/none'"),
    ])
    func `a failure names the path`(text: String, message: String) async throws {
        let site = try Self.site()
        try #require(mkfifo(site.folder.path + "/in/pipe", 0o600) == 0)
        try site.folder.write("out/full/x", "")
        #expect(try await site.failure(text) == "test.lua:1: \(message)")
    }

    @Test(arguments: [
        ("fs.read('$/other')", "fs:read:$/other"), ("fs.read('$/out/x')", "fs:read:$/out/x"),
        ("fs.write('$/in/x', '')", "fs:write:$/in/x"), ("fs.read('$/inside')", "fs:read:$/inside"),
        ("fs.append('/etc/passwd', '')", "fs:write:/etc/passwd"), ("fs.list('/')", "fs:read:/"),
        ("fs.stat('/etc')", "fs:read:/etc"), ("fs.exists('/etc')", "fs:read:/etc"),
        ("fs.hash('/etc/passwd')", "fs:read:/etc/passwd"), ("fs.mkdir('/x')", "fs:write:/x"),
        ("fs.remove('$')", "fs:write:$"), ("fs.rename('$/out/x', '/x')", "fs:write:/x"),
        ("fs.rename('/x', '$/out/x')", "fs:write:/x"), ("fs.copy('$/in/a.txt', '/x')", "fs:write:/x"),
        ("fs.copy('/etc/passwd', '$/out/x')", "fs:read:/etc/passwd"), ("fs.free('/')", "fs:read:/"),
        ("fs.read('$/temporary/r2/x')", "fs:read:$/temporary/r2/x"),
    ])
    func `what was not granted is refused, and a plan refuses it too`(text: String, permission: String)
        async throws
    {
        let site = try Self.site()
        try site.folder.write("out/x", "")
        let message =
            "test.lua:1: the script may not do this: it has no permission '\(permission)'. Ask for it in the script's 'needs', and grant it with 'moonkeep allow test.lua'."
        #expect(try await site.failure(text) == message)
        let plan = try await site.host().plan(site.source(text))
        let failure = plan.result.failure?.description.replacing(site.folder.path, with: "$")
        #expect(failure == message || plan.result.failure == nil)
        #expect(site.folder.contents.contains("temporary") == false)
    }

    @Test(arguments: [
        "''", "'x'", "'./x'", "'../x'", "'$/in/../other'", "'/..'", "'$/in/a\\0b'", "nil", "{}",
    ])
    func `a path that is not absolute, or leads upwards, is a wrong argument`(path: String) async throws {
        let failure = try #require(try await Self.site().failure("fs.read(\(path))"))
        #expect(failure.hasPrefix("test.lua:1: bad argument #1 to 'fs.read': "))
        #expect(failure.contains("expected"))
    }

    @Test func `a permission for one file, or for names that begin so, covers those alone`() async throws {
        let site = try Site(needs: ["fs:read:$/in/a.txt", "fs:write:$/out/log-*"])
        try site.folder.write("in/a.txt", "one")
        try site.folder.write("in/b.txt", "two")
        try site.folder.make("out")
        #expect(try await site.values("fs.write('$/out/log-1', 'x') return fs.read('$/in/a.txt')") == ["one"])
        #expect(
            try await site.failure("fs.read('$/in/b.txt')")?.contains("no permission 'fs:read:$/in/b.txt'")
                == true
        )
        #expect(
            try await site.failure("fs.write('$/out/x', '')")?.contains("no permission 'fs:write:$/out/x'")
                == true
        )
    }

    @Test func `a step that appends is not repeated unless asked`() async throws {
        for (option, status) in [
            ("", "parked"), (", { on_unknown = 'skip' }", "ok"), (", { on_unknown = 'retry' }", "ok"),
        ] {
            let site = try Self.site()
            let result = try await site.runAgain("fs.append('$/out/log', '1'\(option))")
            #expect(result.status.rawValue == status)
            #expect(try site.folder.text("out/log") == (option.contains("retry") ? "11" : "1"))
        }
    }
}
