import Foundation
import Testing

/// What the site file says to plugins.
@Suite struct PluginSettingsTests {
    private static let plugin = """
        local SETTINGS = {
          { name = "server", default = "https://a.example", help = "The server" },
          { name = "tries", type = "integer", default = 3 },
          { name = "wait", type = "duration", default = "1m" },
          { name = "token", help = "A secret's name." },
        }
        local settings = plugin.settings("pager", SETTINGS)
        return {
          name = "pager", api = 1, version = "1.0", settings = SETTINGS,
          needs = { "http:" .. settings.server },
          show = function() return json.encode(settings) end,
        }
        """

    private func withPlugin(_ settings: String, _ test: (TestSite) async throws -> Void) async throws {
        try await withSite(TestSite.siteFile + settings) { site in
            try site.makeFolder("plugins/pager")
            try site.write(Self.plugin, to: "plugins/pager/plugin.lua")
            try await test(site)
        }
    }

    private static func script(_ server: String) -> String {
        """
        return {
          api = 1, needs = { "http:\(server)" },
          run = function() print(require("pager").show()) end,
        }
        """
    }

    @Test func `without a word in the site file the defaults hold`() async throws {
        try await withPlugin("") { site in
            try await site.allow(Self.script("https://a.example"))
            let ended = try await site.moonkeep("run", "workflow.lua")
            #expect(ended.output == #"{"server":"https://a.example","tries":3,"wait":60}"# + "\n", "\(ended)")
        }
    }

    @Test func `what the site file says is read by type, and says what the plugin needs`() async throws {
        let settings =
            "plugins: {pager: {server: \"https://b.example\", tries: 5, wait: 2m, token: pager/token}}\n"
        try await withPlugin(settings) { site in
            try await site.allow(Self.script("https://b.example"))
            let ended = try await site.moonkeep("run", "workflow.lua")
            #expect(
                ended.output
                    == #"{"server":"https://b.example","token":"pager/token","tries":5,"wait":120}"# + "\n",
                "\(ended)"
            )
            let shown = try await site.moonkeep("plugins", "pager")
            #expect(shown.output.contains("\n  http:https://b.example  speaks to https://b.example\n"))
            #expect(
                shown.output.contains(
                    """

                    SETTINGS:
                      server  string    The server. Default: https://a.example.
                      tries   integer   Default: 3.
                      wait    duration  Default: 1m.
                      token   string    A secret's name.

                    """
                )
            )
        }
    }

    @Test(arguments: [
        ("{sever: x}", "there is no setting 'sever'; did you mean 'server'?"),
        ("{tries: many}", "'tries': integer expected, got \"many\""),
        ("{wait: [1]}", "'wait': duration expected"),
    ])
    func `a wrong setting is named wherever the plugin is looked at`(settings: String, problem: String)
        async throws
    {
        try await withPlugin("plugins: {pager: \(settings)}\n") { site in
            let shown = try await site.moonkeep("plugins")
            #expect(shown.output.contains("'plugins: {pager: …}' of the site file: \(problem)"), "\(shown)")
        }
    }

    @Test(arguments: [
        ("plugins: {pager: 1}", ":5: 'pager' must be keys and values, not '1'"),
        (
            "plugins: {pager: {server: {a: 1}}}",
            ":5: 'server' must be a text, a number, true or false, or a list of them"
        ),
        (
            "plugins: {pager: {server: }}",
            ":5: 'server' must be a text, a number, true or false, or a list of them"
        ),
    ])
    func `what is no setting is an error of the site file`(settings: String, message: String) async throws {
        try await withPlugin("\n" + settings + "\n") { site in
            let ended = try await site.moonkeep("plugins")
            #expect(ended.exitCode == 2)
            #expect(ended.error.contains(message), "\(ended)")
        }
    }

    @Test func `settings for a plugin that is not there are told`() async throws {
        try await withPlugin("plugins: {pagr: {server: x}}\n") { site in
            let shown = try await site.moonkeep("plugins")
            #expect(
                shown.output.hasSuffix("moonkeep.yaml: settings for 'pagr'. Did you mean 'pager'?\n"),
                "\(shown)"
            )
        }
    }
}
