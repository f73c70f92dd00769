import Foundation
import LuaKit
import ScriptLibrary
import Testing

/// A server with a certificate that nobody has signed.
@Suite(
    .timeLimit(.minutes(2)),
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl"), "openssl is the server")
)
struct CertificateTests {
    @Test func `a certificate that is not trusted is refused before anything is sent`() async throws {
        let folder = try TemporaryFolder()
        let setup = try Site(needs: ["shell:openssl"])
        _ = try await setup.values(
            """
            shell.run { "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost",
                "-keyout", "\(folder.path)/key", "-out", "\(folder.path)/certificate" }
            """
        )
        let server = Process()
        server.executableURL = URL(filePath: "/usr/bin/openssl")
        server.arguments = [
            "s_server", "-accept", "127.0.0.1:0", "-key", "\(folder.path)/key", "-cert",
            "\(folder.path)/certificate", "-www",
        ]
        let output = Pipe()
        server.standardOutput = output
        server.standardInput = FileHandle.nullDevice
        server.standardError = FileHandle.nullDevice
        try server.run()
        defer { server.terminate() }
        var said = ""
        while !said.contains("ACCEPT"), case let data = output.fileHandleForReading.availableData,
            !data.isEmpty
        {
            said += String(decoding: data, as: UTF8.self)
        }
        while !said.contains("\n") {
            said += String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        }
        let line = try #require(said.split(separator: "\n").first { $0.contains("ACCEPT") })
        let port = try #require(
            Int(line.split(separator: ":").last?.trimmingCharacters(in: .whitespaces) ?? "")
        )
        let site = try Site(needs: ["http:https://127.0.0.1:\(port)"])
        #expect(
            try await site.failure("http.post('https://127.0.0.1:\(port)/', { body = 'x' })")
                == "test.lua:1: POST https://127.0.0.1:\(port)/: no connection came about (its certificate is not trusted). Check the address, and that the server runs."
        )
        try await site.library.shutDown()
    }
}
