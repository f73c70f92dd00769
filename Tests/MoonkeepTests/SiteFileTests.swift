import BackupAPI
import Foundation
import LocalBackup
import Testing

@testable import moonkeep

@Suite struct SiteFileTests {
    private func read(_ text: String) throws -> SiteFile {
        try SiteFile(text: text, path: "/site/moonkeep.yaml", folder: "/site")
    }

    @Test func `an almost empty file has defaults`() throws {
        let file = try read("configurations:\n")
        #expect(file.repositories.map(\.name) == ["main"])
        #expect(file.repositories[0].address == "/site/repository")
        #expect(file.repositories[0].password == .file("/site/password"))
        #expect(file.resticProgram == "restic")
        #expect(file.repositories[0].uploadLimit == nil)
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
        #expect(file.repositories[0].address == "/site/vault/one")
        #expect(file.repositories[0].password == .file("/etc/moonkeep/password"))
        #expect(file.resticProgram == "/site/bin/restic")
        #expect(file.repositories[0].uploadLimit == 512)
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

    @Test func `several repositories are read, each with what reaches it`() throws {
        let text = """
            repositories:
              - {name: main, address: vault, cache: false}
              - name: offsite
                address: s3:https://h/bucket
                password_command: [pass, show, restic]
                environment: {AWS_ACCESS_KEY_ID: "secret:s3/id", SSH_AUTH_SOCK: , SSL_CERT_FILE: /ca.pem}
                options: {s3.connections: 8}
                compression: max
                cache: cache
                upload_limit: 512
                download_limit: 1024
                pack_size: 64
            configurations: [{name: web, inclusions: [/srv], repository: offsite}]
            """
        let file = try read(text)
        var main = RepositorySettings(address: "/site/vault", password: .file("/site/password"))
        main.cache = .none
        var offsite = RepositorySettings(
            name: "offsite",
            address: "s3:https://h/bucket",
            password: .command(["pass", "show", "restic"])
        )
        offsite.environment = [
            "AWS_ACCESS_KEY_ID": .secret("s3/id"), "SSH_AUTH_SOCK": .inherited,
            "SSL_CERT_FILE": .text("/ca.pem"),
        ]
        offsite.options = ["s3.connections": "8"]
        offsite.compression = .max
        offsite.cache = .folder("/site/cache")
        offsite.uploadLimit = 512
        offsite.downloadLimit = 1024
        offsite.packSize = 64
        #expect(file.repositories == [main, offsite])
        #expect(file.configurations.first?.options.repository == "offsite")
    }

    @Test(arguments: [
        (
            "repository: r\nrepositories: []\n",
            ":1: 'repository' and 'repositories' do not go together. Say it in an entry of the list."
        ),
        ("repositories: []\n", ":1: a service needs a repository"),
        ("repositories: [{name: a}]\n", ":1: a repository needs 'name' and 'address'"),
        (
            "repositories: [{name: A, address: r}]\n",
            ":1: the repository 'A' cannot be used: a name has lower-case letters, digits, '-' and '_', 64 at most"
        ),
        (
            "repositories: [{name: a, address: r}, {name: b, address: ./r/}]\n",
            ":1: the repositories 'a' and 'b' have one address, /site/r"
        ),
        (
            "repositories: [{name: a, address: r}, {name: a, address: s}]\n",
            ":1: two repositories have the name 'a'"
        ),
        (
            "repositories: [{name: a, address: r, options: {s3.region: x}}]\n",
            ":1: the repository 'a' cannot be used: the option 's3.region' is not one of its kind, whose options begin with 'local.'"
        ),
        (
            "repositories: [{name: a, address: r, options: {local.connections: 0}}]\n",
            ":1: the repository 'a' cannot be used: the option 'local.connections' is '0', and must be a number from 1 to 1000"
        ),
        (
            "repositories: [{name: a, address: r, environment: {RESTIC_HOST: x}}]\n",
            ":1: the repository 'a' cannot be used: the variable 'RESTIC_HOST' is not handed on; say 'host'"
        ),
        (
            "repositories: [{name: a, address: r, environment: [RESTIC_FEATURES]}]\n",
            ":1: the repository 'a' cannot be used: the variable 'RESTIC_FEATURES' says nothing of a connection, and is not handed on"
        ),
        (
            "repositories: [{name: a, address: r, password_file: p, password_command: [x]}]\n",
            ":1: a repository has either 'password_file' or 'password_command'"
        ),
        ("password_command: []\n", ":1: 'password_command' has no program"),
        (
            "repositories: [{name: a, address: r, compression: better}]\n",
            ":1: 'better' is not a compression. Known are: auto, off, max."
        ),
        (
            "repositories: [{name: a, address: r}]\nconfigurations: [{name: w, inclusions: [/s], repository: b}]\n",
            ":2: the configuration 'w' means a repository 'b', which the site does not have. Known are: a."
        ),
    ])
    func `a repository that cannot be used is an error that says why`(text: String, message: String) {
        let error = #expect(throws: CommandError.self) { try read(text) }
        #expect(error?.description == "/site/moonkeep.yaml" + message)
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
        #expect(try read("\u{feff}repository: vault\n").repositories.map(\.address) == ["/site/vault"])
    }

    @Test(arguments: [
        ("local:vault", "/site/vault"), ("local:/srv/vault", "/srv/vault"), ("local:../vault", "/vault"),
        ("./repo:2026", "/site/repo:2026"), ("/srv/abs:olute", "/srv/abs:olute"), ("a/b:c", "/site/a/b:c"),
    ])
    func `a folder for the repository is meant from the site's folder`(text: String, path: String) throws {
        #expect(try read("repository: \"\(text)\"\n").repositories.map(\.address) == [path])
    }

    @Test(arguments: ["sftp:user@host:/backups", "s3:https://host/bucket", "rest:http://localhost:8000/"])
    func `an address of a repository stays as it is`(address: String) throws {
        #expect(try read("repository: \(address)\n").repositories.map(\.address) == [address])
    }

    @Test func `the type of a path is looked up`() throws {
        let file = try read("configurations: [{name: a, inclusions: [/usr, /proc/version]}]\n")
        #expect(file.configurations[0].inclusions.map(\.type) == [.folder, .file])
    }
}
