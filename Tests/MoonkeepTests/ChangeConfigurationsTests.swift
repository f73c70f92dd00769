import Testing

@Suite struct ChangeConfigurationsTests {
    @Test func `a configuration is made, changed, disabled and deleted`() async throws {
        try await withSite { site in
            let source = site.path("source") + "/"
            let made = try await site.moonkeep(
                "configurations",
                "create",
                "mail",
                "--include",
                source,
                "--retention",
                "30",
                "--schedule",
                "RRULE:FREQ=DAILY;INTERVAL=1;BYHOUR=3;BYMINUTE=30",
                "--time-zone",
                "Europe/Berlin",
                "--notify",
                "ops@example.com"
            )
            #expect(made.exitCode == 0, "\(made)")
            #expect(made.output.hasPrefix("made the configuration 'mail', "))
            let shown = try await site.moonkeep("configurations", "show", "mail", "--json").jsonObject()
            #expect((shown["retention"] as? [String: Int])?["days"] == 30)
            let edited = try await site.moonkeep(
                "configurations",
                "edit",
                "mail",
                "--name",
                "post",
                "--schedule",
                "none"
            )
            #expect(edited.output == "changed the configuration 'post'\n", "\(edited)")
            #expect(try await site.moonkeep("configurations", "disable", "post").exitCode == 0)
            let changed = try await site.moonkeep("configurations", "show", "post", "--json").jsonObject()
            #expect(changed["enabled"] as? Bool == false)
            let deleted = try await site.moonkeep("configurations", "delete", "post")
            #expect(deleted.output == "deleted the configuration 'post'; its backups stay\n", "\(deleted)")
            #expect(try await site.moonkeep("configurations", "show", "post").exitCode == 2)
        }
    }

    @Test func `a configuration that breaks the rules is refused with all of them`() async throws {
        try await withSite { site in
            let ended = try await site.moonkeep("configurations", "create", "bad")
            #expect(ended.exitCode == 2, "\(ended)")
            #expect(ended.error.contains("at least one path is needed"))
            let taken = try await site.moonkeep("configurations", "create", "web", "--include", "/srv/")
            #expect(taken.exitCode != 0, "\(taken)")
            #expect(taken.error.contains("'web'"))
        }
    }

    @Test func `nothing to change is a mistake of the call`() async throws {
        try await withSite { site in
            let ended = try await site.moonkeep("configurations", "edit", "web")
            #expect(ended.exitCode == 2)
            #expect(ended.error.hasPrefix("moonkeep: nothing to change was named"))
        }
    }
}
