import Foundation
import Testing

@Suite struct ConfigurationsTests {
    private static let siteFile = """
        smtp: {host: mail.example.com, from: moon@example.com}
        configurations:
          - name: web
            inclusions: [/srv/web/, /etc/hosts]
            exclusions: [/srv/web/cache/, "*.tmp"]
            retention: 1
            schedule: {recurrence: RRULE:FREQ=HOURLY;INTERVAL=2, time_zone: Europe/Berlin}
            notifications: [{destination: ops@example.com}]
          - name: archive
            id: 0b0a3ef3-2a0e-4c3a-9da1-8d1c1e3a9f11
            inclusions: [/srv/archive/]
        """

    @Test func `the list has a line for each, in the order of the names`() async throws {
        try await withSite(Self.siteFile) { site in
            let id = try #require(
                try await site.moonkeep("configurations", "web", "--json").jsonObject()["id"]
            )
            let ended = try await site.moonkeep("configurations")
            #expect(ended.exitCode == 0)
            #expect(
                ended.output == """
                    name     id                                    retention  schedule                      paths
                    archive  0b0a3ef3-2a0e-4c3a-9da1-8d1c1e3a9f11  for ever   by hand                       /srv/archive
                    web      \(id)  1 day      RRULE:FREQ=HOURLY;INTERVAL=2  /srv/web, /etc/hosts

                    Nothing removes backups of 'web' by itself: 'moonkeep cleanup' does, or say 'cleanup: after_backup' or \
                    'cleanup: daily' in moonkeep.yaml.

                    """
            )
        }
    }

    @Test func `one is shown with all that it says`() async throws {
        try await withSite(Self.siteFile) { site in
            let id = try #require(
                try await site.moonkeep("configurations", "web", "--json").jsonObject()["id"]
            )
            let ended = try await site.moonkeep("configurations", "web")
            #expect(
                ended.output == """
                    name          web
                    id            \(id)
                    enabled       yes
                    retention     1 day
                    cleanup       only when asked for, as by 'moonkeep cleanup'
                    schedule      RRULE:FREQ=HOURLY;INTERVAL=2
                    zone          Europe/Berlin
                    last backup   none
                    inclusion     /srv/web (folder)
                    inclusion     /etc/hosts (file)
                    exclusion     /srv/web/cache (folder)
                    exclusion     *.tmp (pattern)
                    notification  email ops@example.com

                    """
            )
        }
    }

    @Test func `control characters of a name do not reach the terminal`() async throws {
        try await withSite(#"configurations: [{name: "a\e[2Jb", inclusions: [source]}]"#) { site in
            let ended = try await site.moonkeep("configurations")
            #expect(ended.exitCode == 0)
            #expect(ended.output.contains("\na?[2Jb  "))
            #expect(!ended.output.contains("\u{1b}"))
        }
    }

    @Test func `JSON has the keys of the contract`() async throws {
        try await withSite(Self.siteFile) { site in
            let list = try await site.moonkeep("configurations", "--json").jsonList()
            #expect(list.map { $0["name"] as? String } == ["archive", "web"])
            for configuration in list {
                #expect(
                    Set(configuration.keys).subtracting(["local"]) == [
                        "project_id", "id", "agent", "name", "enabled", "schedule", "retention", "inclusions",
                        "exclusions", "notifications", "deleted", "backups", "links",
                    ]
                )
            }
            #expect(list[0]["local"] == nil)
            let local = try #require(list[1]["local"] as? [String: Any])
            #expect(Set(local.keys) == ["exclusion_patterns", "cleanup"])
            #expect(local["exclusion_patterns"] as? [String] == ["*.tmp"])
            #expect(local["cleanup"] as? String == "never")
        }
    }

    @Test func `rules and the time of cleanups are shown, the site's where a configuration says none`()
        async throws
    {
        let siteFile = """
            cleanup: daily
            configurations:
              - {name: web, inclusions: [/srv/web], keep: {daily: 7, within: 1m, tags: [gold]}, cleanup: after_backup}
              - {name: db, inclusions: [/srv/db], retention: 30}
            """
        try await withSite(siteFile) { site in
            let list = try await site.moonkeep("configurations").output
            #expect(list.contains("  daily 7, within 1m, tag gold  "))
            #expect(!list.contains("by itself"))
            #expect(
                try await site.moonkeep("configurations", "web").output.contains(
                    "cleanup      after each backup\n"
                )
            )
            #expect(
                try await site.moonkeep("configurations", "db").output.contains("cleanup      once a day\n")
            )
            let json = try await site.moonkeep("configurations", "web", "--json").jsonObject()
            let local = try #require(json["local"] as? [String: Any])
            #expect(local["keep"] as? NSDictionary == ["daily": 7, "within": "1m", "tags": ["gold"]])
        }
    }

    @Test(
        arguments: [
            ("wbe", "Did you mean 'web'?"),
            ("database", "Known are: archive, web."),
            ("", "Known are: archive, web."),
        ]
    )
    func `an unknown name is an error that helps`(name: String, fix: String) async throws {
        try await withSite(Self.siteFile) { site in
            let ended = try await site.moonkeep("configurations", name)
            #expect(
                ended
                    == Ended(
                        exitCode: 2,
                        output: "",
                        error: "moonkeep: no configuration is called '\(name)'. \(fix)\n"
                    )
            )
        }
    }
}
