import Foundation
import Testing

/// A server of a test's site, and what a client needs to use it.
struct Serving {
    let site: TestSite
    let program: Program
    /// The server's address, without a path.
    let endpoint: String
    let token: String

    init(_ site: TestSite) async throws {
        self.site = site
        let made = try await site.moonkeep("token", "create", "test", "--lifetime", "1h")
        #expect(made.exitCode == 0, "\(made)")
        token = made.output.trimmingCharacters(in: .newlines)
        program = try site.start(["serve", "--port", "0"])
        let prefix = "serving on "
        guard await program.output.reaches({ $0.hasPrefix(prefix) && $0.hasSuffix("\n") }) else {
            throw CocoaError(.featureUnsupported, userInfo: [NSLocalizedDescriptionKey: program.error.text])
        }
        endpoint = String(program.output.text.dropFirst(prefix.count).dropLast())
    }

    /// The documented call, word for word, with the variables that the documentation sets.
    func shell(_ command: String) async throws -> Ended {
        try await site.execute(
            "/bin/sh",
            "-c",
            command,
            environment: ["API_ENDPOINT": endpoint, "TENANT_ID": "local", "AUTH_TOKEN": token]
        )
    }

    func end() async -> Ended {
        program.send(SIGTERM)
        return await program.end()
    }
}

@Suite(.enabled(if: Machine.hasRestic, "restic is not installed")) struct ServeTests {
    private static let get = "curl -s -H \"X-Auth-Token: $AUTH_TOKEN\" $API_ENDPOINT/v2/$TENANT_ID/"

    @Test func `the documented cURL call starts a real backup`() async throws {
        try await withSite { site in
            let serving = try await Serving(site)
            let id = try #require(
                try await site.moonkeep("configurations", "web", "--json").jsonObject()["id"] as? String
            )
            // As the README shows it, word for word.
            let readme = try Checkout.text("README.md")
            let line = try #require(readme.split(separator: "\n").first { $0.hasPrefix("$ curl ") })
            let call = String(line.dropFirst("$ curl ".count)).replacing("\"ID\"", with: "\"\(id)\"")
            let started = try await serving.shell("curl -s -w '%{http_code}' \(call)")
            #expect(started.output.hasSuffix("201"), "\(started)")
            let backup = try Ended(exitCode: 0, output: String(started.output.dropLast(3)), error: "")
                .jsonObject()
            #expect(
                Set(backup.keys) == [
                    "project_id", "id", "agent", "configuration", "state", "started_time", "ended_time",
                    "snapshot_id", "errors", "files_searched", "files_backed_up", "bytes_searched",
                    "bytes_backed_up", "bytes_in_db", "bandwidth_avg_bps", "restorable", "links",
                ]
            )
            #expect(backup["state"] as? String == "start_requested")
            #expect(backup["snapshot_id"] is NSNull)
            #expect(backup["files_searched"] as? Int == 0)
            let backupID = try #require(backup["id"] as? String)
            // The command waits for the backup as any other reader of the site would.
            let waited = try await site.run("report.add(backup.wait('\(backupID)'))")
            #expect(waited.exitCode == 0, "\(waited)")
            let later = try await serving.shell(Self.get + "backups/\(backupID)").jsonObject()
            #expect(later["state"] as? String == "completed")
            #expect(later["files_searched"] as? Int == 2)
            #expect(later["bytes_searched"] as? Int == 8)
            let ended = await serving.end()
            #expect(ended.exitCode == 0, "\(ended)")
            #expect(ended.error.contains("stopping; running backups go on"))
        }
    }

    @Test func `a site of the cloud service works against the server as a local one does`() async throws {
        try await withSite { site in
            let serving = try await Serving(site)
            try site.makeFolder("cloud")
            try site.write(serving.token + "\n", to: "cloud/token")
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600],
                ofItemAtPath: site.path("cloud/token")
            )
            let example = try Checkout.text("examples/cloud/moonkeep.yaml")
            #expect(example.contains("http://127.0.0.1:8080"))
            let file = example.replacingOccurrences(of: "http://127.0.0.1:8080", with: serving.endpoint)
            try site.write(file, to: "cloud/moonkeep.yaml")
            try site.write("report.add(backup.run('web'))", to: "cloud/script.lua")
            let ran = try await site.moonkeep("run", "script.lua", in: "cloud")
            #expect(ran.exitCode == 0, "\(ran)")
            let listed = try await site.moonkeep("backups", in: "cloud")
            #expect(listed.output.contains("completed"), "\(listed)")
            let made = try await site.moonkeep(
                "configurations",
                "create",
                "second",
                "--include",
                site.path("source") + "/",
                in: "cloud"
            )
            #expect(made.exitCode == 0, "\(made)")
            let names = try await site.moonkeep("configurations")
            #expect(names.output.contains("second"), "\(names)")
            #expect(await serving.end().exitCode == 0)
        }
    }

    @Test func `the walk-through with curl backs up and tells what happened`() async throws {
        try await withSite { site in
            let serving = try await Serving(site)
            let ended = try await serving.shell("\(Checkout.folder)/examples/cloud/walkthrough.sh web")
            #expect(ended.exitCode == 0, "\(ended)")
            let lines = ended.output.split(separator: "\n")
            #expect(lines.first == "configurations:")
            #expect(lines.contains("  backup_completed"), "\(ended)")
            #expect(lines.last?.hasPrefix("completed: 2 of 2 files, ") == true, "\(ended)")
            #expect(await serving.end().exitCode == 0)
        }
    }

    @Test func `a wrong token is refused with what to do`() async throws {
        try await withSite { site in
            let serving = try await Serving(site)
            let status = "-o /dev/null -w '%{http_code}' $API_ENDPOINT/v2/$TENANT_ID/backups"
            #expect(try await serving.shell("curl -s " + status).output == "401")
            #expect(try await serving.shell("curl -s -H 'X-Auth-Token: no' " + status).output == "401")
            let tokens = try await site.moonkeep("token", "list")
            let id = try #require(tokens.output.split(separator: "\n").last?.split(separator: " ").first)
            #expect(try await site.moonkeep("token", "revoke", String(id)).exitCode == 0)
            #expect(
                try await serving.shell("curl -s -H \"X-Auth-Token: $AUTH_TOKEN\" " + status).output == "401"
            )
            #expect(await serving.end().exitCode == 0)
        }
    }

    @Test func `an address that others reach needs TLS or a word`() async throws {
        let siteFile = "server: {host: 0.0.0.0, port: 0}\n"
        try await withSite(siteFile) { site in
            let ended = try await site.moonkeep("serve")
            #expect(ended.exitCode == 2, "\(ended)")
            #expect(ended.error.contains("0.0.0.0"))
        }
    }

    @Test func `what a creator may do on the host is said where tokens are made`() async throws {
        try await withSite { site in
            let help = try await site.moonkeep("token", "create", "--help")
            let text = help.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect(
                text.contains(
                    "a creator backs up any file that the user of 'moonkeep serve' can read, lists its folders,"
                )
            )
            #expect(text.contains("'restore_below' under 'server' in the site file names the folders"))
            let made = try await site.moonkeep("token", "create", "--role", "creator", "x")
            let note = "note: a creator can back up any file that the server's user can read, and restore "
            #expect(
                made.error.hasSuffix(
                    note
                        + "to any place it can write (the site file's 'restore_below' under 'server' limits that)\n"
                )
            )
            #expect(made.output.utf8.count == 65)
            #expect(
                try await !site.moonkeep("token", "create", "--role", "observer", "y").error.contains("note:")
            )
        }
        try await withSite("server: {restore_below: out}\n" + TestSite.siteFile) { site in
            let made = try await site.moonkeep("token", "create-user", "x")
            #expect(
                made.error
                    == "note: an admin can back up any file that the server's user can read, and restore below the folders of 'restore_below' in the site file\n"
            )
        }
    }

    @Test(arguments: ["restore_below: [out, /none]", "restore_below: out"])
    func `restores through the server stay below the folders that the site file names`(key: String)
        async throws
    {
        try await withSite("server: {\(key)}\n" + TestSite.siteFile) { site in
            let serving = try await Serving(site)
            for (place, status) in [("out/x", "404"), ("elsewhere", "403")] {
                let body = """
                    {"backup_id": "none", "destination_agent_id": "none", "destination_path": "\(site.path(place))",
                     "inclusions": [{"type": "folder", "path": "/data"}], "exclusions": []}
                    """
                let reply = try await serving.shell(
                    "curl -s -o /dev/null -w '%{http_code}' -H \"X-Auth-Token: $AUTH_TOKEN\" -d '\(body)' $API_ENDPOINT/v2/restores"
                )
                #expect(reply.output == status)
            }
            #expect(await serving.end().exitCode == 0)
        }
    }
}
