import BackupAPI
import Foundation
import Testing

@testable import moonkeep

@Suite struct SiteFileTests {
    private func read(_ text: String) throws -> SiteFile {
        try SiteFile(text: text, path: "/site/moonkeep.yaml", folder: "/site")
    }

    @Test func `an almost empty file has defaults`() throws {
        let file = try read("configurations:\n")
        #expect(file.repository == "/site/repository")
        #expect(file.passwordFile == "/site/password")
        #expect(file.resticProgram == "restic")
        #expect(file.uploadLimit == nil)
        #expect(file.configurations.isEmpty)
    }

    @Test func `a full file is read whole`() throws {
        let file = try read(
            """
            service: local
            repository: vault/one
            password_file: /etc/moonkeep/password
            restic: bin/restic
            upload_limit: 512
            smtp: {host: mail.example.com, from: moon@example.com}
            configurations:
              - name: web
                id: 0B0A3EF3-2A0E-4C3A-9DA1-8D1C1E3A9F11
                enabled: false
                inclusions:
                  - /nonexistent/folder/
                  - /nonexistent/file
                  - {type: folder, path: data}
                exclusions: [data/cache, /site/data/tmp, {type: folder, path: "data/a*"}]
                retention: {days: 30}
                schedule: {recurrence: ["RRULE:FREQ=DAILY"], time_zone: Europe/Berlin}
                notifications:
                  - {type: email, destination: ops@example.com, on_success: true, on_failure: false}
            """
        )
        #expect(file.repository == "/site/vault/one")
        #expect(file.passwordFile == "/etc/moonkeep/password")
        #expect(file.resticProgram == "/site/bin/restic")
        #expect(file.uploadLimit == 512)
        let configuration = try #require(file.configurations.first)
        #expect(configuration.name == "web")
        #expect(configuration.id == "0b0a3ef3-2a0e-4c3a-9da1-8d1c1e3a9f11")
        #expect(!configuration.enabled)
        #expect(
            configuration.inclusions == [
                PathRule(type: .folder, path: "/nonexistent/folder"),
                PathRule(type: .file, path: "/nonexistent/file"),
                PathRule(type: .folder, path: "/site/data"),
            ]
        )
        #expect(
            configuration.exclusions == [
                PathRule(type: .file, path: "/site/data/tmp"),
                PathRule(type: .folder, path: "/site/data/a*"),
            ]
        )
        #expect(configuration.exclusionPatterns == ["data/cache"])
        #expect(configuration.retention == Retention(days: 30))
        #expect(
            configuration.schedule == Schedule(recurrence: ["RRULE:FREQ=DAILY"], timeZone: "Europe/Berlin")
        )
        #expect(
            configuration.notifications == [
                Notification(type: "email", destination: "ops@example.com", onSuccess: true, onFailure: false)
            ]
        )
    }

    @Test(arguments: [
        "*.tmp", "node_modules", "/srv/*.log", "a/**/b", "!keep.tmp", #"a\*b"#, "[a-z]?", "[^a]", #"[\]]"#,
        "é",
    ])
    func `an exclusion that is a text is a pattern of restic's, as it stands`(pattern: String) throws {
        let list = "[{name: a, inclusions: [/srv], exclusions: ['\(pattern)']}]"
        let configuration = try #require(try read("configurations: \(list)\n").configurations.first)
        #expect(configuration.exclusionPatterns == [pattern])
        #expect(configuration.exclusions == [])
    }

    @Test func `restic's own options are read`() throws {
        let text = """
            configurations:
              - name: web
                inclusions: [/srv]
                exclusions: ["*.tmp"]
                patterns: ["*.log", "!keep.log"]
                exclude_files: [exclude.txt, /etc/exclude]
                exclude_if_present: [.nobackup]
                exclude_caches: true
                exclude_larger_than: 2GiB
                one_file_system: true
                tags: [web]
                host: web-01
                ignore_inode: true
                with_atime: true
                read_concurrency: 4
                skip_if_unchanged: true
            """
        let configuration = try #require(try read(text).configurations.first)
        var options = BackupOptions()
        options.excludeFiles = ["/site/exclude.txt", "/etc/exclude"]
        options.excludeIfPresent = [".nobackup"]
        options.excludeCaches = true
        options.excludeLargerThan = 2 << 30
        options.oneFileSystem = true
        options.tags = ["web"]
        options.host = "web-01"
        options.ignoreInode = true
        options.withAccessTime = true
        options.readConcurrency = 4
        options.skipIfUnchanged = true
        #expect(configuration.options == options)
        #expect(configuration.exclusionPatterns == ["*.tmp", "*.log", "!keep.log"])
    }

    @Test func `an exclusion that is the path of what is there leaves out just that`() async throws {
        try await withSite { site in
            try site.makeFolder("source/a*b")
            let list =
                "[{name: a, inclusions: [source], exclusions: ['\(site.path("source/a*b"))', '/x/a*b']}]"
            let file = try SiteFile(
                text: "configurations: \(list)\n",
                path: "moonkeep.yaml",
                folder: site.folder
            )
            let configuration = try #require(file.configurations.first)
            #expect(configuration.exclusions == [PathRule(type: .folder, path: site.path("source/a*b"))])
            #expect(configuration.exclusionPatterns == ["/x/a*b"])
        }
    }

    @Test func `an exclusion that says where it begins is a path`() throws {
        let list = "[{name: a, inclusions: [/site], exclusions: [./cache/, /site/./tmp]}]"
        let configuration = try #require(try read("configurations: \(list)\n").configurations.first)
        #expect(configuration.exclusions.map(\.path) == ["/site/cache", "/site/tmp"])
        #expect(configuration.exclusionPatterns == [])
    }

    @Test(arguments: [
        ("030", 30), ("08", 8), ("0o36", 30), ("0x1E", 30), ("+30", 30), ("-0", 0), ("{days: 030}", 30),
    ])
    func `a number is one of YAML 1.2`(text: String, days: Int) throws {
        let file = try read("configurations: [{name: a, inclusions: [/srv], retention: \(text)}]\n")
        #expect(file.configurations.first?.retention == Retention(days: days))
    }

    @Test(arguments: ["no", "on", "off", "y", "010", "1.0", "2026-01-01", "'~'", "!!str null", "\"true\""])
    func `a name is the text that stands there`(text: String) throws {
        let file = try read("configurations: [{name: \(text), inclusions: [/srv]}]\n")
        let bare = text.replacing("!!str ", with: "").filter { $0 != "'" && $0 != "\"" }
        #expect(file.configurations.first?.name == bare)
    }

    @Test func `the mark of a byte order is skipped`() throws {
        #expect(try read("\u{feff}repository: vault\n").repository == "/site/vault")
    }

    @Test(arguments: [
        ("local:vault", "/site/vault"), ("local:/srv/vault", "/srv/vault"), ("local:../vault", "/vault"),
        ("./repo:2026", "/site/repo:2026"), ("/srv/abs:olute", "/srv/abs:olute"), ("a/b:c", "/site/a/b:c"),
    ])
    func `a folder for the repository is meant from the site's folder`(text: String, path: String) throws {
        #expect(try read("repository: \"\(text)\"\n").repository == path)
    }

    @Test(arguments: ["sftp:user@host:/backups", "s3:https://host/bucket", "rest:http://localhost:8000/"])
    func `an address of a repository stays as it is`(address: String) throws {
        #expect(try read("repository: \(address)\n").repository == address)
    }

    @Test func `the type of a path is looked up`() throws {
        let file = try read("configurations: [{name: a, inclusions: [/usr, /proc/version]}]\n")
        #expect(file.configurations[0].inclusions.map(\.type) == [.folder, .file])
    }
}
