import BackupServer
import Testing

/// What the headers of a request say of its body and of itself.
@Suite(.timeLimit(.minutes(2))) struct FramingTests {
    private func answer(_ server: Fixture, _ head: String, _ body: String = "") async throws -> String {
        let connection = try RawConnection(port: server.port)
        connection.send(head.replacing("TOKEN", with: server.token) + body)
        connection.finishSending()
        return await connection.received()
    }

    private static let post = "POST /v2/backups HTTP/1.1\r\nHost: x\r\nX-Auth-Token: TOKEN\r\n"

    @Test(arguments: ["zz\r\n{}\r\n0\r\n\r\n", "5\r\n{}\r\n0\r\n\r\n", "-2\r\n{}\r\n0\r\n\r\n", "2\r\n{}"])
    func `chunks that are none are a 400`(body: String) async throws {
        try await withServer { server in
            let text = try await answer(server, Self.post + "Transfer-Encoding: chunked\r\n\r\n", body)
            #expect(text.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
            #expect(text.contains("\r\nConnection: close\r\n"))
            #expect(
                text.hasSuffix(
                    #"{"message":"the body is not framed as HTTP says: a chunk or the end is wrong"}"#
                )
            )
        }
    }

    @Test(arguments: ["gzip", "gzip, chunked", "GZIP,chunked", "x-own"])
    func `a transfer coding that is not served is a 501`(coding: String) async throws {
        try await withServer { server in
            let text = try await answer(
                server,
                Self.post + "Transfer-Encoding: \(coding)\r\n\r\n",
                "0\r\n\r\n"
            )
            #expect(text.hasPrefix("HTTP/1.1 501 Not Implemented\r\n"))
            let name = coding.contains("own") ? "x-own" : "gzip"
            #expect(
                text.hasSuffix(
                    #"{"message":"the transfer coding '\#(name)' is not served; send the body in chunks or with its length"}"#
                )
            )
        }
    }

    @Test func `a body that is compressed is a 415, and one that says it is not is taken`() async throws {
        try await withServer { server in
            let head = Self.post + "Content-Length: 2\r\nConnection: close\r\nContent-Encoding: "
            let text = try await answer(server, head + "gzip\r\n\r\n", "{}")
            #expect(text.hasPrefix("HTTP/1.1 415 Unsupported Media Type\r\n"))
            #expect(
                text.hasSuffix(
                    #"{"message":"the content coding 'gzip' is not served; send the body as it is"}"#
                )
            )
            #expect(
                try await answer(server, head + "Identity\r\n\r\n", "{}").contains("configuration_id missing")
            )
        }
    }

    @Test(arguments: ["", "Host: x\r\nHost: y\r\n", "Host: x\r\nhost: x\r\n"])
    func `a request without exactly one Host is a 400`(hosts: String) async throws {
        try await withServer { server in
            let text = try await answer(server, "GET /ping HTTP/1.1\r\n\(hosts)\r\n")
            #expect(text.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
            #expect(text.hasSuffix(#"{"message":"a request must have exactly one Host header"}"#))
        }
    }

    @Test func `a request of HTTP/1.0 needs no Host, and its connection ends`() async throws {
        try await withServer { server in
            let connection = try RawConnection(port: server.port)
            connection.send("GET /ping HTTP/1.0\r\n\r\n")
            #expect(await connection.received().hasPrefix("HTTP/1.1 204 No Content\r\n"))
        }
    }

    @Test func `a client that expects a word before its body gets it when the body is wanted`() async throws {
        try await withServer { server in
            let body = #"{"configuration_id": "nightly", "state": "start_requested"}"#
            let connection = try RawConnection(port: server.port)
            let head = Self.post.replacing("TOKEN", with: server.token) + "Expect: 100-Continue\r\n"
            connection.send(head + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n")
            #expect(await connection.received(upTo: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
            connection.send(body)
            #expect(await connection.received().hasPrefix("HTTP/1.1 201 Created\r\n"))
        }
    }

    @Test func `one whose body is not wanted gets the answer, and the end of the connection`() async throws {
        try await withServer { server in
            let head = "Content-Length: 5000000\r\nExpect: 100-continue\r\n\r\n"
            for (start, status) in [
                (Self.post, "413 Payload Too Large"),
                (Self.post.replacing("TOKEN", with: "none"), "401 Unauthorized"),
            ] {
                let connection = try RawConnection(port: server.port)
                connection.send((start + head).replacing("TOKEN", with: server.token))
                let text = await connection.received()
                #expect(text.hasPrefix("HTTP/1.1 \(status)\r\n"))
                #expect(text.contains("\r\nConnection: close\r\n"))
            }
        }
    }

    @Test func `an expectation that is not known is a 417`() async throws {
        try await withServer { server in
            let text = try await answer(server, Self.post + "Content-Length: 0\r\nExpect: magic\r\n\r\n")
            #expect(text.hasPrefix("HTTP/1.1 417 Expectation Failed\r\n"))
            #expect(text.hasSuffix(#"{"message":"the expectation 'magic' is not known; 100-continue is"}"#))
        }
    }
}
