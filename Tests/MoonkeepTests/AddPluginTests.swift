import Foundation
import Testing

@testable import moonkeep

/// How plugins come into a site.
@Suite struct AddPluginTests {
    private static func plugin(_ version: String, needs: String = "{}") -> String {
        """
        return {
          name = "pager", api = 1, version = "\(version)", summary = "Pages people.", needs = \(needs),
          settings = { server = { default = "https://a.example", help = "The server." } },
          send = function() error("ran") end,
        }
        """
    }

    private func makePlugin(_ site: TestSite, _ folder: String, _ version: String, needs: String = "{}")
        throws
    {
        try site.makeFolder(folder + "/lib")
        try site.write(Self.plugin(version, needs: needs), to: folder + "/plugin.lua")
        try site.write("return 1", to: folder + "/lib/part.lua")
    }

    @Test func `a folder is checked, shown and added, and nothing is granted`() async throws {
        try await withSite { site in
            try makePlugin(site, "from/pager", "1.0", needs: "{ \"http:https://a.example\" }")
            let ended = try await site.moonkeep("plugins", "add", "from/pager")
            #expect(
                ended
                    == Ended(
                        exitCode: 0,
                        output: """
                            added pager 1.0: Pages people.

                            It asks for permissions, of which nothing is granted by this:
                              http:https://a.example  speaks to https://a.example

                            Its settings, under 'plugins: {pager: …}' in moonkeep.yaml:
                              server  string  The server. Default: https://a.example.

                            Next: moonkeep allow plugins/pager/plugin.lua

                            """,
                        error: ""
                    )
            )
            #expect(try site.names(in: "plugins") == ["pager"])
            #expect(try site.text("plugins/pager/lib/part.lua") == "return 1")
            #expect(!site.exists("state/grants.json"))
        }
    }

    @Test(arguments: [false, true])
    func `an archive is added, packed or not`(isPacked: Bool) async throws {
        try await withSite { site in
            try makePlugin(site, "from/pager-1.2", "1.2")
            let name = isPacked ? "p.tar.gz" : "p.tar"
            let made = try await site.execute(
                "/bin/tar",
                isPacked ? "-czf" : "-cf",
                name,
                "-C",
                "from",
                "pager-1.2"
            )
            #expect(made.exitCode == 0)
            let ended = try await site.moonkeep("plugins", "add", name)
            #expect(ended.exitCode == 0 && ended.output.hasPrefix("added pager 1.2: "), "\(ended)")
            #expect(try site.names(in: "plugins/pager") == ["lib", "plugin.lua"])
        }
    }

    @Test func `a higher version takes the place, any other only when it is said`() async throws {
        try await withSite { site in
            try makePlugin(site, "a/pager", "1.9")
            try makePlugin(site, "b/pager", "1.10", needs: "{ \"http:https://b.example\" }")
            #expect(try await site.moonkeep("plugins", "add", "a/pager").exitCode == 0)
            try site.write("mine", to: "plugins/pager/mine.txt")
            let higher = try await site.moonkeep("plugins", "add", "b/pager")
            #expect(higher.output.hasPrefix("added pager 1.10 in the place of 1.9: "), "\(higher)")
            #expect(!site.exists("plugins/pager/mine.txt"))
            let lower = try await site.moonkeep("plugins", "add", "a/pager")
            #expect(
                lower
                    == Ended(
                        exitCode: 2,
                        output: "",
                        error: """
                            moonkeep: the plugin 'pager' is there already (1.10), and this one (1.9) is no higher version. \
                            Nothing was changed; --replace takes this one.

                            """
                    )
            )
            #expect(try site.text("plugins/pager/plugin.lua").contains("1.10"))
            #expect(try await site.moonkeep("plugins", "add", "--replace", "a/pager").exitCode == 0)
            #expect(try site.names(in: "plugins") == ["pager"])
        }
    }

    @Test(arguments: [
        ("print(backup.list())", "backup.list"), ("return {", "plugin.lua:1"),
        ("return 1", "returns no table"),
        ("return { name = 'other', api = 1 }", "'pager', the folder's name, expected, got 'other'"),
        ("return { api = 1, version = 'new' }", "numbers with dots expected"),
    ])
    func `what is wrong with a plugin keeps it out`(text: String, problem: String) async throws {
        try await withSite { site in
            try site.makeFolder("from/pager")
            try site.write(text, to: "from/pager/plugin.lua")
            let ended = try await site.moonkeep("plugins", "add", "from/pager")
            #expect(ended.exitCode != 0)
            #expect(ended.error.contains(problem), "\(ended)")
            #expect(try site.names(in: "plugins") == [])
        }
    }

    @Test func `a folder with a link is refused as a whole`() async throws {
        try await withSite { site in
            try makePlugin(site, "from/pager", "1.0")
            try FileManager.default.createSymbolicLink(
                atPath: site.path("from/pager/lib/key"),
                withDestinationPath: "/etc/passwd"
            )
            let ended = try await site.moonkeep("plugins", "add", "from/pager")
            #expect(
                ended.error
                    == "moonkeep: 'from/pager/lib/key' is refused: it is a symbolic link. Nothing was added.\n"
            )
            #expect(!site.exists("plugins"))
        }
    }

    @Test(arguments: [
        (["missing"], "there is no 'missing'"), (["home"], "'home' is not a plugin: it has no 'plugin.lua'"),
        (["password"], "'password' is refused: it is not an archive of tar"),
        (["--name", "a-b", "home"], "--name takes up to 60 letters, digits and '_'."),
    ])
    func `what is no plugin is named`(words: [String], message: String) async throws {
        try await withSite { site in
            let ended = try await site.start(["plugins", "add"] + words).end()
            #expect(ended.exitCode == 2)
            #expect(ended.error.contains(message), "\(ended)")
        }
    }
}

/// What is read of an archive, and what is refused.
@Suite struct TarReaderTests {
    /// An entry as POSIX ustar has it.
    static func entry(_ name: String, _ content: String = "", kind: Character = "0") -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, _ offset: Int) {
            for (index, byte) in text.utf8.enumerated() { header[offset + index] = byte }
        }
        put(name, 0)
        put("0000644\0", 100)
        let size = String(content.utf8.count, radix: 8)
        put(String(repeating: "0", count: 11 - size.count) + size + "\0", 124)
        put(String(kind), 156)
        put("ustar\0" + "00", 257)
        put("        ", 148)
        let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
        put(String(repeating: "0", count: 6 - sum.count) + sum + "\0 ", 148)
        let bytes = Array(content.utf8)
        let padding = (512 - bytes.count % 512) % 512
        return header + bytes + [UInt8](repeating: 0, count: padding)
    }

    static let end = [UInt8](repeating: 0, count: 1_024)

    @Test func `files are read in their order, and folders are passed over`() throws {
        let archive =
            Self.entry("a/", kind: "5") + Self.entry("a/b.lua", "one") + Self.entry("./c", "two") + Self.end
        #expect(
            try TarReader.files(in: archive) == [
                TarReader.File(path: "a/b.lua", bytes: Array("one".utf8)),
                TarReader.File(path: "c", bytes: Array("two".utf8)),
            ]
        )
    }

    @Test func `long names of pax and of GNU are read`() throws {
        let name = String(repeating: "x/", count: 80) + "y"
        let record = " path=\(name)\n"
        let pax = Self.entry("p", "\(record.utf8.count + 3)\(record)", kind: "x") + Self.entry("short", "1")
        let gnu = Self.entry("././@LongLink", name + "\0", kind: "L") + Self.entry("short", "1")
        for archive in [pax, gnu] {
            #expect(try TarReader.files(in: archive + Self.end).map(\.path) == [name])
        }
    }

    @Test(arguments: [
        (entry("../x", "1"), "'../x' leads out of it"),
        (entry("a/../../x", "1"), "'a/../../x' leads out of it"),
        (entry("/etc/x", "1"), "'/etc/x' is an absolute path"),
        (entry("..", kind: "5"), "'..' leads out of it"),
        (entry("x", kind: "2"), "'x' is a symbolic link; only files and folders are taken"),
        (entry("x", kind: "1"), "'x' is a hard link; only files and folders are taken"),
        (entry("x", kind: "6"), "'x' is a pipe; only files and folders are taken"),
        (entry("x", kind: "3"), "'x' is a device; only files and folders are taken"),
        (entry("x", "1") + entry("./x", "2"), "'x' is in it twice"),
        (entry(".", "1"), "a name in it is empty"),
    ])
    func `an archive with one such entry is refused`(bytes: [UInt8], message: String) {
        let archive = Self.entry("plugin.lua", "return 1") + bytes + Self.end
        let problem = #expect(throws: TarReader.Problem.self) { try TarReader.files(in: archive) }
        #expect(problem?.message == message)
    }

    @Test func `what is damaged is no archive`() {
        let whole = Self.entry("a", "text") + Self.end
        var wrong = whole
        wrong[0] = UInt8(ascii: "b")
        for bytes in [
            [], Array("no archive".utf8), wrong, Array(whole.prefix(600)), Array(whole.prefix(1_024)),
        ] {
            #expect(throws: TarReader.Problem.self) { try TarReader.files(in: bytes) }
        }
    }
}
