import BackupTesting
import Foundation
import LoopbackTesting
import LuaKit
import PluginHost
import ScriptLibrary
import Testing

/// Addresses that are secrets, as those of webhooks are.
@Suite(.timeLimit(.minutes(2))) struct SecretAddressTests {
    private static let path = "/services/T0planted/B0planted/x7tokenplanted"

    /// Runs a test with a server, and a site whose secret `slack/webhook` is an address of it.
    private func serve(
        isGranted: Bool = true,
        _ script: @escaping LoopbackServer.Script,
        _ body: (Site, LoopbackServer) async throws -> Void
    ) async throws {
        try await LoopbackServer.run(script) { server in
            let site = try Site(
                needs: ["secrets:slack/*"] + (isGranted ? ["http:\(server.origin)"] : []),
                secrets: ["slack/webhook": server.origin + Self.path, "slack/word": "planted-word"]
            )
            try await body(site, server)
            try await site.library.shutDown()
            #expect(try !site.account.contains("planted"))
        }
    }

    @Test func `a request goes to the address, and only its name is seen`() async throws {
        try await serve({ request in .answer(200, ["X-Echo": request.uri], "no \(request.uri) here") }) {
            site,
            server in
            let values = try await site.values(
                """
                local r = http.post(secrets.get("slack/webhook"), { json = { text = "done" } })
                log.info(r.body, r.headers)
                return r.status, r.url, r.body, r.headers["x-echo"]
                """
            )
            #expect(
                values == [
                    200, "<secret slack/webhook>", "no <secret slack/webhook> here", "<secret slack/webhook>",
                ]
            )
            #expect(server.lines == ["POST " + Self.path])
            #expect(try site.account.contains("<secret slack/webhook>"))
        }
    }

    @Test func `a failure names the secret alone, whatever part of it the server repeats`() async throws {
        try await serve({ _ in .answer(404, [:], "no_team T0planted, no_token x7tokenplanted") }) { site, _ in
            let failure = try await site.failure(#"http.post(secrets.get("slack/webhook"), { body = "x" })"#)
            #expect(
                failure
                    == "test.lua:1: POST <secret slack/webhook> was answered with 404 Not Found: no_team <secret slack/webhook>, no_token <secret slack/webhook>"
            )
        }
    }

    @Test func `the server must be granted, and is not named`() async throws {
        try await serve(isGranted: false, { _ in .answer(200, [:], "") }) { site, server in
            let failure = try await site.failure(#"http.post(secrets.get("slack/webhook"), { body = "x" })"#)
            #expect(
                failure
                    == "test.lua:1: the script may not do this: it has no permission for the server of <secret slack/webhook>. Ask for 'http:https://HOST' with that server's name in the script's 'needs', and grant it with 'moonkeep allow test.lua'."
            )
            #expect(server.lines == [])
            #expect(try !site.account.contains("127.0.0.1"))
        }
    }

    @Test func `a secret that is no address is not shown`() async throws {
        try await serve({ _ in .answer(200, [:], "") }) { site, server in
            let failure = try await site.failure(#"http.get(secrets.get("slack/word"))"#)
            #expect(
                failure
                    == #"test.lua:1: the secret 'slack/word' is no address such as "https://example.org/path", which is needed where it is used"#
            )
            #expect(server.lines == [])
        }
    }

    @Test func `a redirect of a secret address is shown by the secret's name`() async throws {
        try await serve({ request in
            request.uri == Self.path
                ? .answer(307, ["Location": "/other/planted-too"], "") : .answer(500, [:], "")
        }) { site, server in
            let failure = try await site.failure(#"http.post(secrets.get("slack/webhook"), { body = "x" })"#)
            #expect(
                failure
                    == "test.lua:1: POST <secret slack/webhook> was answered with 500 Internal Server Error"
            )
            #expect(server.lines == ["POST " + Self.path, "POST /other/planted-too"])
        }
    }

    @Test func `a path and a query are added to a secret address`() async throws {
        try await serve({ _ in .answer(200, [:], "OK") }) { site, server in
            let values = try await site.values(
                """
                local hook = secrets.get("slack/webhook")
                http.get(hook, { path = "/start", query = { rid = "7c4f" } })
                return http.get(hook, { path = "/fail" }).url
                """
            )
            #expect(values == ["<secret slack/webhook>"])
            #expect(server.lines == ["GET \(Self.path)/start?rid=7c4f", "GET \(Self.path)/fail"])
        }
    }

    @Test(arguments: ["start", "/../x", "/a?b", "/a#b", "/a b"])
    func `what is no rest of a path is not added`(path: String) async throws {
        try await serve({ _ in .answer(200, [:], "OK") }) { site, server in
            let failure = try await site.failure(
                #"http.get(secrets.get("slack/webhook"), { path = "\#(path)" })"#
            )
            #expect(
                failure
                    == #"test.lua:1: bad argument #2 to 'http.get': path: the rest of an address's path, such as "/start", expected, got "\#(path)""#
            )
            #expect(server.lines == [])
        }
    }

    @Test func `a secret in a body of JSON is sent and not seen`() async throws {
        try await serve({ request in .answer(202, [:], request.body) }) { site, server in
            let values = try await site.values(
                """
                local key = secrets.get("slack/word")
                return http.post("\(server.origin)/v2", { json = { routing_key = key, list = { key } } }).body
                """
            )
            #expect(
                values == [#"{"list":["<secret slack/word>"],"routing_key":"<secret slack/word>"}"#]
            )
            #expect(
                server.requests.map(\.body) == [#"{"list":["planted-word"],"routing_key":"planted-word"}"#]
            )
        }
    }
}
