import BackupAPI
import BackupServer
import BackupTesting
import Testing

@Suite(.timeLimit(.minutes(2))) struct LoginTests {
    private func body(_ user: String, _ key: String) -> String {
        #"{"auth": {"RAX-KSKEY:apiKeyCredentials": {"username": "\#(user)", "apiKey": "\#(key)"}}}"#
    }

    @Test func `a user name and a key give a token, a catalog and a role`() async throws {
        try await withServer { server in
            let key = try await server.tokens.createUser("jsmith", project: "123456", role: .creator)
            let reply = try await server.send("POST", "/v2.0/tokens", body("jsmith", key), token: "")
            #expect(reply.status == 200)
            let token = try #require(reply.body.split(separator: "\"").dropFirst(7).first)
            #expect(token.count == 64)
            #expect(
                reply.body
                    == server.filled(
                        #"""
                        {"access": {"token": {"id": "TOKEN", "expires": "2014-08-06T18:22:22.000Z", "tenant": {"id": "123456", "name": "123456"},
                           "RAX-AUTH:authenticatedBy": ["APIKEY"]},
                          "serviceCatalog": [{"name": "cloudBackup", "type": "rax:backup",
                            "endpoints": [{"region": "LOCAL", "tenantId": "123456", "publicURL": "https://API/v2/123456"}]}],
                          "user": {"id": "jsmith", "name": "jsmith", "RAX-AUTH:defaultRegion": "LOCAL",
                           "roles": [{"id": "2", "name": "cloudbackup:creator", "description": "May readREST", "tenantId": "123456"}]}}}
                        """#
                    ).replacing("TOKEN", with: token).replacing("REST", with: ", create and update.")
            )
            #expect(try await server.send("GET", "/v2/123456/backups", token: String(token)).status == 200)
            let refused = try await server.send("DELETE", "/v2/configurations/nightly", token: String(token))
            #expect(refused.status == 403)
            #expect(refused.body == #"{"message":"the role creator does not allow DELETE"}"#)
        }
    }

    @Test func `a wrong key and an unknown user are refused in the same words`() async throws {
        try await withServer { server in
            let key = try await server.tokens.createUser("jsmith", project: "123456")
            for (user, key) in [("jsmith", "wrong"), ("nobody", key)] {
                let reply = try await server.send("POST", "/v2.0/tokens", body(user, key), token: "")
                #expect(reply.status == 401)
                #expect(reply.body == #"{"message":"the user name or the key is wrong"}"#)
                #expect(reply.headers["www-authenticate"] == "Keystone uri=\"\(server.base)/v2.0\"")
            }
            let broken = try await server.send("POST", "/v2.0/tokens", #"{"auth": {}}"#, token: "")
            #expect(broken.status == 400)
        }
    }

    @Test func `a request without a token, or with one that is wrong, revoked or expired, is a 401`()
        async throws
    {
        try await withServer { server in
            let missing = try await server.send("GET", "/v2/backups", token: "")
            #expect(missing.status == 401)
            #expect(missing.body == #"{"message":"the request has no X-Auth-Token"}"#)
            let unknown = #"{"message":"the token is unknown, revoked or expired"}"#
            #expect(try await server.send("GET", "/v2/backups", token: "wrong").body == unknown)
            let other = try await server.tokens.createToken(
                for: "x",
                project: "123456",
                lifetime: .seconds(60)
            )
            #expect(try await server.send("GET", "/v2/backups", token: other.secret).status == 200)
            try await server.tokens.revokeToken(other.id)
            #expect(try await server.send("GET", "/v2/backups", token: other.secret).body == unknown)
            server.time.advance(by: .seconds(3_600))
            let expired = try await server.get("/v2/backups")
            #expect(expired.status == 401)
            #expect(expired.body == unknown)
        }
    }

    @Test func `an address that goes on with wrong logins waits longer and longer`() async throws {
        let clock = ManualClock()
        let lines = LogLines()
        try await withServer(clock: clock, logLines: lines) { server in
            let key = try await server.tokens.createUser("jsmith", project: "123456")
            func logIn(_ key: String) async throws -> Reply {
                try await server.send("POST", "/v2.0/tokens", body("jsmith", key), token: "")
            }
            for _ in 1...5 { #expect(try await logIn("wrong-key").status == 401) }
            for seconds in [2, 4, 8] {
                let blocked = try await logIn(key)
                #expect(blocked.status == 429)
                #expect(blocked.headers["retry-after"] == "\(seconds)")
                #expect(
                    blocked.body
                        == #"{"message":"too many wrong logins came from this address; try again in \#(seconds) s"}"#
                )
                clock.advance(by: .seconds(seconds))
                #expect(try await logIn("wrong-key").status == 401)
            }
            #expect(try await server.get("/v2/backups").status == 200)
            clock.advance(by: .seconds(16))
            #expect(try await logIn(key).status == 200)
            #expect(try await logIn("wrong-key").status == 401)
            #expect(try await logIn(key).status == 200)
            #expect(!lines.all.contains { $0.contains("wrong-key") || $0.contains(key) })
        }
        let refusals = lines.all.filter { $0.hasPrefix("warning wrong login client.address=127.0.0.1") }
        #expect(refusals.count == 9)
    }

    @Test func `many wrong tokens are told to wait, and valid ones never`() async throws {
        let lines = LogLines()
        try await withServer(clock: ManualClock(), logLines: lines) { server in
            for _ in 1...20 {
                #expect(try await server.send("GET", "/v2/backups", token: "wrong-one").status == 401)
            }
            let blocked = try await server.send("GET", "/v2/backups", token: "wrong-one")
            #expect(blocked.status == 429)
            #expect(blocked.headers["retry-after"] == "2")
            #expect(try await server.get("/v2/backups").status == 200)
            #expect(try await server.send("GET", "/v2/backups", token: "wrong-one").status == 401)
        }
        #expect(lines.all.filter { $0.hasPrefix("warning wrong token client.address=127.0.0.1") }.count == 21)
        #expect(!lines.all.contains { $0.contains("wrong-one") })
    }

    @Test func `a token of another project opens nothing`() async throws {
        try await withServer { server in
            let other = try await server.tokens.createToken(
                for: "x",
                project: "654321",
                lifetime: .seconds(60)
            )
            for path in ["/v2/654321/backups", "/v2/123456/backups", "/v2/backups"] {
                let reply = try await server.send("GET", path, token: other.secret)
                #expect(reply.status == 403)
            }
        }
    }

    @Test func `an observer reads only`() async throws {
        try await withServer(role: .observer) { server in
            #expect(try await server.get("/v2/backups").status == 200)
            let start = #"{"configuration_id": "nightly", "state": "start_requested"}"#
            let reply = try await server.send("POST", "/v2/backups", start)
            #expect(reply.status == 403)
            #expect(reply.body == #"{"message":"the role observer does not allow POST"}"#)
            #expect(server.service.startCount == 0)
        }
    }
}
