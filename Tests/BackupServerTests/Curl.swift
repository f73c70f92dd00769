import BackupAPI
import BackupTesting
import Foundation
import Testing

/// A run of the curl program, which answers the status, a space, and the body.
struct Curl: Sendable {
    let arguments: [String]

    /// Adds the token and the address of a server's resource.
    init(_ arguments: [String], _ server: Fixture, _ path: String) {
        self.arguments = arguments + ["-H", "X-Auth-Token: \(server.token)", server.base + path]
    }

    func run(input: Data) async throws -> String {
        try await run { pipe in
            try? pipe.fileHandleForWriting.write(contentsOf: input)
            try? pipe.fileHandleForWriting.close()
        }
    }

    private func run(feed: @escaping @Sendable (Pipe) -> Void) async throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/curl")
        process.arguments = ["-sS", "-m", "60", "-w", "\n%{http_code}"] + arguments
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        let ended = AsyncStream<Void>.makeStream()
        process.terminationHandler = { _ in ended.continuation.finish() }
        try process.run()
        let feeding = Thread { feed(input) }
        feeding.start()
        for await _ in ended.stream {}
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let parts = text.split(separator: "\n", omittingEmptySubsequences: false)
        return "\(parts.last ?? "") " + parts.dropLast().joined(separator: "\n")
    }
}

@Suite(.timeLimit(.minutes(2)), .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/curl")))
struct CurlTests {
    @Test(arguments: ["", "/v2/123456"])
    func `the documented call starts a backup`(suffix: String) async throws {
        try await withServer { server in
            // The documentation gives the variable two meanings (contract 6.1.6); both work.
            let script = #"""
                curl -sS -w '\n%{http_code}' -X POST $API_ENDPOINT/v2/$TENANT_ID/backups \
                     -H "X-Auth-Token: $AUTH_TOKEN" \
                     -H "Content-Type: application/json" \
                     -d '{"configuration_id": "nightly", "state": "start_requested"}'
                """#
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = ["-c", script]
            process.environment = [
                "PATH": "/usr/bin:/bin", "API_ENDPOINT": server.base + suffix, "TENANT_ID": "123456",
                "AUTH_TOKEN": server.token,
            ]
            let output = Pipe()
            process.standardOutput = output
            let ended = AsyncStream<Void>.makeStream()
            process.terminationHandler = { _ in ended.continuation.finish() }
            try process.run()
            for await _ in ended.stream {}
            let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            #expect(text.hasSuffix("\n201"))
            #expect(text.contains(#""state":"start_requested""#))
            #expect(server.service.startRequests.map(\.configuration) == ["nightly"])
        }
    }
}
