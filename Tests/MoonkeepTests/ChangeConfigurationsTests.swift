import Testing

@Suite struct ChangeConfigurationsTests {
    private static let withMail =
        "smtp: {host: mail.example.com, from: moon@example.com}\n" + TestSite.siteFile

    private func show(_ name: String, in site: TestSite) async throws -> [String: Any] {
        try await site.moonkeep("configurations", "show", name, "--json").jsonObject()
    }

    @Test func `a configuration is made, changed, disabled and deleted`() async throws {
        try await withSite(Self.withMail) { site in
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

    @Test func `an edit changes only what is named`() async throws {
        try await withSite(Self.withMail) { site in
            let made = try await site.moonkeep(
                "configurations",
                "create",
                "mail",
                "--include",
                "source",
                "--exclude",
                "source/a.txt",
                "--schedule",
                "RRULE:FREQ=DAILY;INTERVAL=1;BYHOUR=3;BYMINUTE=30",
                "--time-zone",
                "Europe/Berlin",
                "--notify",
                "ops@example.com",
                "--on-success"
            )
            #expect(made.exitCode == 0, "\(made)")
            let rule = "RRULE:FREQ=DAILY;INTERVAL=1;BYHOUR=4;BYMINUTE=0"
            let edited = try await site.moonkeep(
                "configurations",
                "edit",
                "mail",
                "--schedule",
                rule,
                "--notify",
                "ops@example.com",
                "--notify",
                "dev@example.com"
            )
            #expect(edited.exitCode == 0, "\(edited)")
            let shown = try await show("mail", in: site)
            let schedule = try #require(shown["schedule"] as? [String: Any])
            #expect(schedule["time_zone"] as? String == "Europe/Berlin")
            #expect(schedule["recurrence"] as? [String] == [rule])
            let notifications = try #require(shown["notifications"] as? [[String: Any]])
            #expect(notifications.map { $0["on_success"] as? Bool } == [true, false])
            let moved = try await site.moonkeep("configurations", "edit", "mail", "--time-zone", "Asia/Tokyo")
            #expect(moved.exitCode == 0, "\(moved)")
            let later = try #require(try await show("mail", in: site)["schedule"] as? [String: Any])
            #expect(later["time_zone"] as? String == "Asia/Tokyo")
            #expect(later["recurrence"] as? [String] == [rule])
        }
    }

    @Test func `a list is emptied with 'none'`() async throws {
        try await withSite(Self.withMail) { site in
            _ = try await site.moonkeep(
                "configurations",
                "create",
                "mail",
                "--include",
                "source",
                "--exclude",
                "source/a.txt",
                "--notify",
                "ops@example.com"
            )
            let edited = try await site.moonkeep(
                "configurations",
                "edit",
                "mail",
                "--exclude",
                "none",
                "--notify",
                "none"
            )
            #expect(edited.exitCode == 0, "\(edited)")
            let shown = try await show("mail", in: site)
            #expect((shown["exclusions"] as? [Any])?.isEmpty == true)
            #expect((shown["notifications"] as? [Any])?.isEmpty == true)
        }
    }

    @Test(arguments: [
        (["--include", ""], "--include has an empty value."),
        (["--include", "source", "--exclude", ""], "--exclude has an empty value."),
        (["--include", "source", "--notify", ""], "--notify has an empty value."),
        (["--include", "source", "--notify", "ops"], "--notify: 'ops' is not an e-mail address."),
        (["--include", "~/x"], "--include '~/x' begins with '~', which stands for nothing here."),
        (
            ["--include", "source", "--exclude", "*.tmp"],
            "--exclude '*.tmp' is no file that is there, and no pattern: moonkeep.yaml can have those in 'exclusions'."
        ),
        (
            ["--include", "source", "--exclude", "none", "--exclude", "a"],
            "--exclude none goes with no other --exclude."
        ),
    ])
    func `values that cannot be meant are mistakes of the call`(options: [String], said: String) async throws
    {
        try await withSite(Self.withMail) { site in
            let ended = try await site.start(["configurations", "create", "x"] + options).end()
            #expect(ended.exitCode == 2, "\(ended)")
            #expect(ended.error.hasPrefix("moonkeep: \(said)"), "\(ended)")
        }
    }

    @Test func `nobody is told by a site without a mail server`() async throws {
        try await withSite { site in
            let ended = try await site.moonkeep(
                "configurations",
                "create",
                "x",
                "--include",
                "source",
                "--notify",
                "ops@example.com"
            )
            #expect(ended.exitCode == 2, "\(ended)")
            #expect(
                ended.error == """
                    moonkeep: the site has no mail server that could send notifications. \
                    Say 'smtp' with 'host' and 'from' in moonkeep.yaml.

                    """
            )
        }
    }
}
