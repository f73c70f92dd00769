import BackupAPI
import BackupTesting
import Foundation
import Testing

/// A program whose input and output belong to a test.
struct Program: Sendable {
    private let path: String

    init(_ path: String) {
        self.path = path
    }

    /// What the program writes until it ends.
    func run(
        _ arguments: [String],
        input: Data = Data(),
        environment: [String: String]? = nil
    ) async throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        if let environment { process.environment = environment }
        let (source, output) = (Pipe(), Pipe())
        process.standardInput = source
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        let written = AsyncStream<Data>.makeStream()
        try process.run()
        Thread.detachNewThread {
            try? source.fileHandleForWriting.write(contentsOf: input)
            try? source.fileHandleForWriting.close()
        }
        // While it runs: a pipe that nobody reads takes 64 KiB.
        Thread.detachNewThread {
            written.continuation.yield(output.fileHandleForReading.readDataToEndOfFile())
            written.continuation.finish()
        }
        var text = Data()
        for await data in written.stream { text = data }
        process.waitUntilExit()
        return String(decoding: text, as: UTF8.self)
    }
}

/// A run of the curl program, which answers the status, a space, and the body.
struct Curl: Sendable {
    private let arguments: [String]

    init(_ arguments: [String]) {
        self.arguments = ["-sS", "-m", "60", "-w", "\n%{http_code}"] + arguments
    }

    /// Adds the token and the address of a server's resource.
    init(_ arguments: [String], _ server: Fixture, _ path: String) {
        self.init(arguments + ["-H", "X-Auth-Token: \(server.token)", server.base + path])
    }

    func run(input: Data = Data()) async throws -> String {
        let text = try await Program("/usr/bin/curl").run(arguments, input: input)
        let parts = text.split(separator: "\n", omittingEmptySubsequences: false)
        return "\(parts.last ?? "") " + parts.dropLast().joined(separator: "\n")
    }
}

@Suite(
    .timeLimit(.minutes(2)),
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/curl"), "it runs curl")
)
struct CurlTests {
    /// The documentation gives the variable two meanings (contract 6.1.6); both work.
    @Test(arguments: ["", "/v2/123456"])
    func `the documented call starts a backup`(suffix: String) async throws {
        try await withServer { server in
            let script = #"""
                curl -sS -w '\n%{http_code}' -X POST $API_ENDPOINT/v2/$TENANT_ID/backups \
                     -H "X-Auth-Token: $AUTH_TOKEN" \
                     -H "Content-Type: application/json" \
                     -d '{"configuration_id": "nightly", "state": "start_requested"}'
                """#
            let text = try await Program("/bin/sh").run(
                ["-c", script],
                environment: [
                    "PATH": "/usr/bin:/bin", "API_ENDPOINT": server.base + suffix, "TENANT_ID": "123456",
                    "AUTH_TOKEN": server.token,
                ]
            )
            #expect(text.hasSuffix("\n201"))
            #expect(text.contains(#""state":"start_requested""#))
            #expect(server.service.startRequests.map(\.configuration) == ["nightly"])
        }
    }

    @Test func `a body of 10 MB without a length is refused`() async throws {
        try await withServer { server in
            let curl = Curl(["-X", "POST", "-H", "Expect:", "-T", "-"], server, "/v2/backups")
            let reply = try await curl.run(input: Data(repeating: 0x20, count: 10_000_000))
            #expect(reply.hasPrefix("413 "))
            #expect(reply.hasSuffix(#"{"message":"the body has more than 1048576 bytes"}"#))
        }
    }
}
