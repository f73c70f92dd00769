import Foundation
import LoopbackTesting
import LuaKit
import ScriptLibrary
import Synchronization
import Testing

/// Addresses, redirects and headers of scripts and servers that mean harm.
@Suite(.timeLimit(.minutes(2))) struct AddressTests {
    @Test(arguments: [
        ("'ftp://a/'", "\"ftp://a/\" it begins with neither 'https://' nor 'http://'"),
        ("'file:///etc/passwd'", "\"file:///etc/passwd\" it begins with neither 'https://' nor 'http://'"),
        ("'//a/'", "\"//a/\" it begins with neither 'https://' nor 'http://'"),
        ("'https://u:p4ss@a/'", "it has a name or password in it; use 'auth'"),
        ("'https://a@b/'", "it has a name or password in it; use 'auth'"),
        ("'https:///x'", "\"https:///x\" it has no host"),
        ("'https://a b/'", "\"https://a b/\" it has characters that must be written as %XX"),
        ("'https://a/\\r\\nX: y'", "\"https://a/??X: y\" it has characters that must be written as %XX"),
        ("'https://a\\\\b/'", "\"https://a\\b/\" it has characters that must be written as %XX"),
        ("'https://é/'", "\"https://é/\" it has characters that must be written as %XX"),
        ("'https://a:0/'", "\"https://a:0/\" its port is no number from 1 to 65535"),
        ("'https://a:x/'", "\"https://a:x/\" its port is no number from 1 to 65535"),
        ("'https://a/b/../c'", "\"https://a/b/../c\" its path has '.' or '..' as a part"),
        ("'https://a/b/%2E%2e/c'", "\"https://a/b/%2E%2e/c\" its path has '.' or '..' as a part"),
        ("'https://[::1/'", "\"https://[::1/\" it has no host"),
    ])
    func `an address that could be read in two ways is wrong`(address: String, problem: String) async throws {
        #expect(
            try await Site(needs: ["http:*"]).failure("http.get(\(address))")
                == "test.lua:1: bad argument #1 to 'http.get': an address such as \"https://example.org/path\" expected: \(problem)"
        )
    }

    @Test(arguments: [
        ("'https://other.example/'", "https://other.example"),
        ("'http://hooks.example/'", "http://hooks.example"),
        ("'https://hooks.example:8443/'", "https://hooks.example:8443"),
        ("'https://hooks.example.evil/'", "https://hooks.example.evil"),
        ("'https://evil.hooks.example/'", "https://evil.hooks.example"),
        ("'http://127.0.0.1/'", "http://127.0.0.1"), ("'http://localhost:80/x?k=1'", "http://localhost"),
        ("'http://[::1]:9/'", "http://[::1]:9"), ("'HTTPS://PATH.example/b'", "https://path.example"),
        ("'https://path.example/ab'", "https://path.example"),
    ])
    func `a server that was not granted is refused`(address: String, origin: String) async throws {
        let site = try Site(needs: ["http:https://hooks.example", "http:https://path.example/a"])
        for call in ["http.get(\(address))", "http.post(\(address))", "http.request('HEAD', \(address))"] {
            #expect(
                try await site.failure(call)
                    == "test.lua:1: the script may not do this: it has no permission 'http:\(origin)'. Ask for it in the script's 'needs', and grant it with 'moonkeep allow test.lua'."
            )
        }
    }

    @Test(arguments: [
        (
            "headers = { ['X-A'] = 'b\\r\\nX-B: c' }",
            "headers: X-A: one line of text expected, got control characters"
        ),
        ("headers = { ['X-A\\r\\nX-B'] = 'c' }", "headers: a header's name expected, got \"X-A??X-B\""),
        ("headers = { Host = 'x' }", "headers: the header 'Host' is the host's own and cannot be set"),
        (
            "headers = { ['content-length'] = 1 }",
            "headers: the header 'content-length' is the host's own and cannot be set"
        ),
        ("headers = { A = {} }", "headers: A: text, number or boolean expected, got table"),
        ("headers = { A = secrets.get('key') }", "headers: A: text, number or boolean expected, got Secret"),
        (
            "auth = { bearer = 'text' }",
            "auth: bearer: a Secret expected, got string; 'secrets.get' answers one, and texts would be in the journal"
        ),
        (
            "auth = { token = 'x' }",
            "auth: { bearer = secret }, { user = name, password = secret } or { header = name, value = secret } expected"
        ),
        ("retry = { attemps = 3 }", "retry: there is no 'attemps'; known are: attempts, base, max"),
        ("retry = { attempts = 0 }", "retry.attempts: 1 to 20 expected"),
        ("expect = 99", "expect: statuses from 100 to 599, or \"any\", expected, got 99"),
        ("timout = 1", "there is no option 'timout'; did you mean 'timeout'?"),
    ])
    func `a wrong option is named`(option: String, problem: String) async throws {
        let site = try Site(needs: ["http:*", "secrets:key"], secrets: ["key": "s3cret-word"])
        #expect(
            try await site.failure("http.post('https://hooks.example/', { \(option) })")
                == "test.lua:1: bad argument #2 to 'http.post': \(problem)"
        )
    }

    @Test func `a redirect to a server that was not granted is refused`() async throws {
        try await LoopbackServer.run({ _ in .answer(200) }) { other in
            try await LoopbackServer.run({ _ in .answer(302, ["Location": "\(other.origin)/x"]) }) { server in
                let site = try Site(needs: ["http:\(server.origin)"])
                let failure = try await site.failure("http.get('\(server.origin)/')")
                #expect(failure?.contains("no permission 'http:\(other.origin)'") == true)
                #expect(other.requests.isEmpty)
            }
        }
    }

    @Test func `a redirect to another granted server gets no credentials`() async throws {
        try await LoopbackServer.run({ _ in .answer(200, [:], "there") }) { other in
            try await LoopbackServer.run({ request in
                request.uri == "/"
                    ? .answer(307, ["Location": "/same"]) : .answer(307, ["Location": "\(other.origin)/x"])
            }) { server in
                let site = try Site(
                    needs: ["http:\(server.origin)", "http:\(other.origin)", "secrets:key"],
                    secrets: ["key": "s3cret-word"]
                )
                let values = try await site.values(
                    """
                    local r = http.put("\(server.origin)/", { json = 1, auth = { bearer = secrets.get("key") },
                        headers = { Accept = "text/plain", Cookie = "a", ["X-Key"] = "b" } })
                    return r.body, r.url
                    """
                )
                #expect(values == ["there", .string("\(other.origin)/x")])
                #expect(
                    server.requests.map { $0.header("Authorization") }
                        == Array(repeating: "Bearer s3cret-word", count: 2)
                )
                #expect(server.requests.map { $0.header("X-Key") } == ["b", "b"])
                let last = try #require(other.requests.first)
                #expect(last.method == "PUT")
                #expect(last.body == "1")
                #expect(last.header("Accept") == "text/plain")
                for name in ["Authorization", "Cookie", "X-Key"] {
                    #expect(last.header(name) == nil, "\(name)")
                }
            }
        }
    }

    @Test func `a server that is come back to gets no credentials either`() async throws {
        let first = Mutex("")
        try await LoopbackServer.run({ _ in .answer(302, ["Location": first.withLock { $0 } + "/back"]) }) {
            other in
            try await LoopbackServer.run({ request in
                request.uri == "/" ? .answer(302, ["Location": "\(other.origin)/x"]) : .answer(200)
            }) { server in
                first.withLock { $0 = server.origin }
                let site = try Site(
                    needs: ["http:\(server.origin)", "http:\(other.origin)", "secrets:key"],
                    secrets: ["key": "s3cret-word"]
                )
                _ = try await site.values(
                    "http.get('\(server.origin)/', { auth = { bearer = secrets.get('key') } })"
                )
                #expect(server.lines == ["GET /", "GET /back"])
                #expect(server.requests.map { $0.header("Authorization") } == ["Bearer s3cret-word", nil])
            }
        }
    }

    @Test(arguments: [
        (301, "post", "GET"), (302, "post", "GET"), (303, "put", "GET"), (307, "post", "POST"),
        (308, "patch", "PATCH"),
        (301, "put", "PUT"),
    ])
    func `a redirect keeps the method where it says so`(status: Int, method: String, followed: String)
        async throws
    {
        try await LoopbackServer.run({ request in
            request.uri == "/" ? .answer(status, ["Location": "on/to?a=b"]) : .answer(200)
        }) { server in
            let site = try Site(needs: ["http:\(server.origin)"])
            _ = try await site.values("http.\(method)('\(server.origin)/', { body = 'x' })")
            #expect(server.lines == ["\(method.uppercased()) /", "\(followed) /on/to?a=b"])
            #expect(server.requests.last?.body == (followed == "GET" ? "" : "x"))
        }
    }

    @Test(arguments: [
        ("/", "U/ leads on more than 5 times", 6),
        ("gopher://x/", "U/ leads on to what is no address that can be followed", 1),
        ("http://u:p@127.0.0.1/", "U/ leads on to what is no address that can be followed", 1),
        ("/a/../b", "U/ leads on to what is no address that can be followed", 1),
    ])
    func `a redirect that cannot be followed is named`(location: String, message: String, count: Int)
        async throws
    {
        try await LoopbackServer.run({ _ in .answer(302, ["Location": location]) }) { server in
            let site = try Site(needs: ["http:\(server.origin)"])
            #expect(
                try await site.failure("http.get('\(server.origin)/')")
                    == "test.lua:1: " + message.replacing("U/", with: "\(server.origin)/")
            )
            #expect(server.requests.count == count)
        }
    }

    @Test func `a redirect that is expected is an answer`() async throws {
        try await LoopbackServer.run({ _ in .answer(302, ["Location": "/x"]) }) { server in
            let site = try Site(needs: ["http:\(server.origin)"])
            #expect(
                try await site.values(
                    "return http.get('\(server.origin)/', { expect = 302 }).headers.location"
                ) == ["/x"]
            )
        }
    }
}
