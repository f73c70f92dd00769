import BackupAPI
import Foundation
import Glibc
import LocalBackup
import Testing

/// What is taken of a source, and what is said of one that is odd.
@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(5)))
struct SourceTests {
    @Test func `a source that is a link is a warning that names where it leads`() async throws {
        try await withSite { site in
            try #require(symlink(site.source, site.folder + "/share") == 0)
            let backup = try await site.open(site.settings(inclusions: [site.folder + "/share/"]))
                .runNightly()
            #expect(backup.state == .completedWithErrors)
            #expect(backup.errors.reason == "source_is_link")
            #expect(
                backup.errors.diagnostics
                    == "the source '\(site.folder)/share' is a link to '\(site.source)', and only the link is backed up. "
                    + "Name what it leads to."
            )
        }
    }

    @Test func `an inclusion that is empty is a warning, also beside others`() async throws {
        try await withSite { site in
            let empty = site.folder + "/disk"
            try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: true)
            let backup = try await site.open(site.settings(inclusions: [site.source, empty])).runNightly()
            #expect(backup.state == .completedWithErrors)
            #expect(backup.errors.reason == "source_is_empty")
            #expect(
                backup.errors.diagnostics == "the source '\(empty)' is empty. Check that its disk is mounted."
            )
            #expect(backup.filesSearched == 2)
        }
    }

    @Test func `a source of nothing but folders is a warning at the first backup`() async throws {
        try await withSite { site in
            let folders = site.folder + "/disk/lost/found"
            try FileManager.default.createDirectory(atPath: folders, withIntermediateDirectories: true)
            let backup = try await site.open(site.settings(inclusions: [site.folder + "/disk"])).runNightly()
            #expect(backup.errors.reason == "source_is_empty")
        }
    }

    @Test func `the site's own repository and state are left out of its backups`() async throws {
        try await withSite { site in
            let service = try await site.open(site.settings(inclusions: [site.folder]))
            #expect(try await service.runNightly().state == .completed)
            let names = try site.restic("ls", "latest")
            #expect(names.contains(site.source + "/a.txt"))
            #expect(!names.contains(site.repository))
            #expect(!names.contains(site.stateFolder))
        }
    }

    @Test(arguments: [
        "*\u{fe0f}\u{20e3}", "?\u{301}", "[ab]\u{301}", "caf\u{e9}", "cafe\u{301}", "\u{301}mark", "$HOME",
        "#hash",
        " lead", "trail ", "back\\slash", "a\nb", "!bang", "\ttab",
    ])
    func `an exclusion leaves out exactly the folder that it names`(name: String) async throws {
        try await withSite { site in
            let others = [
                "x", "a\u{301}", "b\u{301}", "0\u{fe0f}\u{20e3}", "caf\u{e9}", "cafe\u{301}", "lead", "trail",
            ]
            for folder in others + [name] {
                try FileManager.default.createDirectory(
                    atPath: "\(site.source)/\(folder)",
                    withIntermediateDirectories: true
                )
                try site.write(folder, to: "source/\(folder)/file")
            }
            let settings = site.settings(exclusions: ["\(site.source)/\(name)"])
            let backup = try await site.open(settings).runNightly()
            let kept = others.filter { !$0.utf8.elementsEqual(name.utf8) }
            #expect(backup.filesSearched == kept.count + 2)
        }
    }

    @Test func `a new host name or a new path does not make all files new`() async throws {
        try await withSite { site in
            var settings = site.settings()
            #expect(try await site.open(settings).runNightly().filesBackedUp == 2)
            settings.hostName = "another-name"
            #expect(try await site.open(settings).runNightly().filesBackedUp == 0)
            try FileManager.default.createDirectory(
                atPath: site.folder + "/more",
                withIntermediateDirectories: true
            )
            try site.write("new", to: "more/file")
            settings.configurations[0].inclusions.append(PathRule(type: .folder, path: site.folder + "/more"))
            #expect(try await site.open(settings).runNightly().filesBackedUp == 1)
        }
    }

    @Test func `patterns are restic's own, and a backslash makes a character literal`() async throws {
        try await withSite { site in
            for name in ["a.tmp", "b*.log", "bc.log", "$x", "keep"] {
                try site.write(name, to: "source/" + name)
            }
            var settings = site.settings()
            settings.configurations[0].exclusionPatterns = ["*.tmp", #"b\*.log"#, "$x"]
            let backup = try await site.open(settings).runNightly()
            #expect(backup.state == .completed)
            #expect(
                try site.snapshotNames().isSuperset(of: ["a.txt", "b.txt", "bc.log", "keep"])
            )
            #expect(backup.filesSearched == 4)
        }
    }

    @Test func `ten thousand exclusions are not too many`() async throws {
        try await withSite { site in
            let names = (0..<10_000).map { "\(site.source)/a-rather-long-name-of-a-folder-\($0)" }
            let backup = try await site.open(site.settings(exclusions: names)).runNightly()
            #expect(backup.state == .completed)
        }
    }
}
