import Foundation
import Testing

/// A site with two secrets, and a workflow that may use them.
struct PlantedSite {
    let site: TestSite
    /// In the file `secrets/planted`.
    let secret = PlantedSecret(isQuoted: true)
    /// In systemd's folder of credentials.
    let plain = PlantedSecret(isQuoted: false)

    /// Where the secrets are, and where programs put them that were told to.
    private static let places = ["secrets", "credentials", "given", "source", "repository"]

    init(_ site: TestSite) throws {
        self.site = site
        for folder in ["secrets", "credentials", "given", "folder", "metrics", "tmp"] {
            try site.makeFolder(folder)
        }
        try site.write(secret.value + "\n", to: "secrets/planted")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600],
            ofItemAtPath: site.path("secrets/planted")
        )
        try site.write(plain.value, to: "credentials/of@systemd")
    }

    var environment: [String: String] {
        ["CREDENTIALS_DIRECTORY": site.path("credentials"), "TMPDIR": site.path("tmp"), "TERM": "xterm"]
    }

    /// Writes `workflow.lua` and grants it what it may need; `s` and `p` are the secrets, and `ORIGIN` and `FOLDER` in it a
    /// server and the site's folder.
    func write(_ script: String, origin: String = "http://127.0.0.1:1") async throws {
        let text = """
            return {
              api = 1,
              name = "planted",
              needs = {
                "secrets:*", "shell:*", "shell:sh", "http:\(origin)", "http:http://127.0.0.1:1", "fs:read:\(site.folder)", "fs:write:\(site.folder)",
                "notify:*", "mail:*", "state:shared", "restore:start",
              },
              run = function()
                local s, p = secrets.get("planted"), secrets.get("of/systemd")
            \(script)
              end,
            }
            """
        try site.write(
            text.replacing("ORIGIN", with: origin).replacing("FOLDER", with: site.folder),
            to: "workflow.lua"
        )
        let ended = try await site.moonkeep("allow", "workflow.lua")
        try #require(ended.exitCode == 0, "\(ended)")
    }

    /// Adds a plugin with hooks, and grants it what it needs.
    func write(plugin: String) async throws {
        try site.makeFolder("plugins/watch")
        try site.write(plugin, to: "plugins/watch/plugin.lua")
        let ended = try await site.moonkeep("allow", "plugins/watch/plugin.lua")
        try #require(ended.exitCode == 0, "\(ended)")
    }

    func start(_ arguments: [String], terminal: Terminal? = nil) throws -> Program {
        try Program(
            Program.moonkeep,
            arguments,
            in: site.folder,
            environment: site.environment.merging(environment) { $1 },
            terminal: terminal
        )
    }

    func moonkeep(_ arguments: String...) async throws -> Ended { try await start(arguments).end() }

    /// What the commands that look back say of every run and backup.
    func account() async throws -> String {
        var texts: [Ended] = []
        let runs = try await moonkeep("runs", "--json")
        for run in try runs.jsonList() {
            let id = try #require(run["id"] as? String)
            texts += [
                try await moonkeep("runs", id), try await moonkeep("runs", id, "--json"),
                try await moonkeep("replay", id), try await moonkeep("replay", id, "--json"),
            ]
        }
        texts += [
            runs, try await moonkeep("runs"), try await moonkeep("backups", "--json"),
            try await moonkeep("locks"),
        ]
        return texts.map { $0.output + $0.error }.joined()
    }

    /// The forms in which something of a secret stands in a text.
    func forms(in text: String) -> Set<String> { secret.forms(in: text).union(plain.forms(in: text)) }

    /// Where something of a secret stands in the site, but for where it belongs.
    func finds() throws -> [String] {
        try secret.finds(beneath: site.folder, except: Self.places)
            + plain.finds(beneath: site.folder, except: Self.places)
    }
}

/// Gives a test such a site, and removes it afterwards.
func withPlantedSite(
    _ siteFile: String = TestSite.siteFile,
    _ test: (PlantedSite) async throws -> Void
) async throws {
    try await withSite(siteFile + "metrics: {textfile: metrics}\n") { try await test(PlantedSite($0)) }
}
