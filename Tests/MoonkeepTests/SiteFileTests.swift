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
            configurations:
              - name: web
                id: 0B0A3EF3-2A0E-4C3A-9DA1-8D1C1E3A9F11
                enabled: false
                inclusions:
                  - /nonexistent/folder/
                  - /nonexistent/file
                  - {type: folder, path: data}
                exclusions: [data/cache]
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
        #expect(configuration.exclusions == [PathRule(type: .file, path: "/site/data/cache")])
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

    @Test(arguments: ["sftp:user@host:/backups", "s3:https://host/bucket", "rest:http://localhost:8000/"])
    func `an address of a repository stays as it is`(address: String) throws {
        #expect(try read("repository: \(address)\n").repository == address)
    }

    @Test func `the type of a path is looked up`() throws {
        let file = try read("configurations: [{name: a, inclusions: [/usr, /proc/version]}]\n")
        #expect(file.configurations[0].inclusions.map(\.type) == [.folder, .file])
    }
}
