import Testing

@Suite struct SiteLookupTests {
    @Test func `the site is found from a folder below it`() async throws {
        try await withSite { site in
            try site.makeFolder("a/b")
            let ended = try await site.moonkeep("configurations", "web", in: "a/b")
            #expect(ended.output.contains("\(site.path("source")) (folder)"))
            #expect(ended.exitCode == 0)
        }
    }

    @Test(arguments: ["site", "site/", "./site", "site/moonkeep.yaml"])
    func `an option names the site`(name: String) async throws {
        try await withSite { site in
            try site.makeFolder("site")
            try site.write("configurations: []\n", to: "site/moonkeep.yaml")
            let ended = try await site.moonkeep("configurations", "--site", name)
            let told = "There are no configurations yet; add them to moonkeep.yaml, or see "
            #expect(ended.output.hasPrefix(told))
            #expect(ended.exitCode == 0)
        }
    }

    @Test func `the environment names the site`() async throws {
        try await withSite { site in
            let ended = try await site.moonkeep(
                "configurations",
                "--json",
                in: "home",
                environment: ["MOONKEEP_SITE": site.folder]
            )
            #expect(try ended.jsonList().count == 1)
        }
    }

    @Test func `the option wins over the environment, which wins over the folder`() async throws {
        try await withSite { site in
            let ended = try await site.moonkeep(
                "configurations",
                environment: ["MOONKEEP_SITE": "/nonexistent/one"]
            )
            #expect(
                ended.error.hasPrefix("moonkeep: there is no site file '/nonexistent/one/moonkeep.yaml'.")
            )
            let other = try await site.moonkeep(
                "configurations",
                "--site",
                ".",
                environment: ["MOONKEEP_SITE": "/nonexistent"]
            )
            #expect(other.exitCode == 0)
        }
    }

    @Test func `an empty variable names nothing`() async throws {
        try await withSite { site in
            let ended = try await site.moonkeep("configurations", environment: ["MOONKEEP_SITE": ""])
            #expect(ended.exitCode == 0)
        }
    }

    @Test(arguments: ["run x.lua", "runs", "backups", "configurations"])
    func `no site is an error that says what to do`(command: String) async throws {
        try await withSite { site in
            try site.remove("moonkeep.yaml")
            try site.write("", to: "x.lua")
            let ended = try await site.start(command.split(separator: " ").map(String.init)).end()
            #expect(ended.exitCode == 2)
            #expect(ended.output == "")
            #expect(
                ended.error == """
                    moonkeep: there is no moonkeep.yaml in '\(site.folder)' or above it. Make a site with \
                    'moonkeep init', or name one with --site or in MOONKEEP_SITE.

                    """
            )
        }
    }

    @Test func `a named site that is not there is an error`() async throws {
        try await withSite { site in
            let ended = try await site.moonkeep("backups", "--site", "gone")
            #expect(ended.exitCode == 2)
            #expect(
                ended.error == """
                    moonkeep: there is no site file '\(site.path("gone/moonkeep.yaml"))'. Make a site there with \
                    'moonkeep init \(site.path("gone"))', or name another one.

                    """
            )
        }
    }

    @Test func `a folder in the place of the site file is an error`() async throws {
        try await withSite { site in
            try site.remove("moonkeep.yaml")
            try site.makeFolder("moonkeep.yaml")
            let ended = try await site.moonkeep("backups")
            #expect(ended.exitCode == 2)
            #expect(
                ended.error == """
                    moonkeep: the site file '\(site.path("moonkeep.yaml"))' cannot be read. \
                    Check its type and permissions.

                    """
            )
        }
    }

    @Test func `a site file that is not UTF-8 is an error`() async throws {
        try await withSite { site in
            try site.write(Array("repository: ".utf8) + [0xff, 0xfe, 0x0a], to: "moonkeep.yaml")
            let ended = try await site.moonkeep("backups")
            #expect(ended.exitCode == 2)
            #expect(
                ended.error == """
                    moonkeep: the site file '\(site.path("moonkeep.yaml"))' is not UTF-8. Save it as UTF-8.

                    """
            )
        }
    }

    @Test func `an error of the site file ends the command with 2`() async throws {
        try await withSite("repository: vault\nconfgurations: []\n") { site in
            let ended = try await site.moonkeep("backups")
            #expect(ended.exitCode == 2)
            #expect(ended.output == "")
            #expect(
                ended.error == """
                    moonkeep: \(site.path("moonkeep.yaml")):2: 'confgurations' is no key of a site. \
                    Did you mean 'configurations'?

                    """
            )
        }
    }
}
