import BackupAPI
import BackupServer
import BackupTesting
import Foundation
import Logging
import Testing

@Suite(
    .timeLimit(.minutes(2)),
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl"), "it makes a certificate")
)
struct TLSTests {
    @Test func `a server with a certificate speaks TLS, and its links say so`() async throws {
        try await withCertificate { tls in
            var settings = ServerSettings.make()
            settings.tls = tls
            try await withServer(settings: settings) { server in
                let base = "https://127.0.0.1:\(server.port)"
                let curl = Curl(
                    [
                        "--cacert", tls.certificateFile, "-H", "X-Auth-Token: \(server.token)",
                        base + "/v2/agents",
                    ]
                )
                let reply = try await curl.run()
                #expect(reply.hasPrefix("200 "))
                #expect(reply.contains(base + "/v2/agents/"))
            }
        }
    }

    @Test func `a certificate that cannot be read is named`() async throws {
        try await withFolder { folder in
            let path = folder + "/none.pem"
            let settings = ServerSettings(
                host: "0.0.0.0",
                port: 0,
                tls: ServerSettings.TLS(certificateFile: path, keyFile: path)
            )
            let server = BackupServer(
                service: InMemoryBackupService(),
                settings: settings,
                tokens: FileTokenStore(path: folder + "/tokens.json", now: { .sample }),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                now: { .sample },
                makeID: { "id" }
            )
            let error = await #expect(throws: ServerError.self) { try await server.run() }
            #expect(error?.code == .certificate)
            #expect(error?.message.hasPrefix("'\(path)' is no certificate or key in PEM form: ") == true)
            #expect(error?.fix == "Give the paths of a PEM certificate chain and of its private key.")
        }
    }

    @Test(arguments: [
        ("-tls1_3", "TLS_AES_128_GCM_SHA256", true),
        ("-tls1_2", "ECDHE-RSA-AES128-GCM-SHA256", true),
        ("-tls1_2", "ECDHE-RSA-CHACHA20-POLY1305", true),
        ("-tls1_2", "AES128-GCM-SHA256", false),
        ("-tls1_2", "AES256-SHA", false),
        ("-tls1_2", "ECDHE-RSA-AES128-SHA", false),
        ("-tls1_1", "ECDHE-RSA-AES128-SHA", false),
        ("-tls1", "AES128-SHA", false),
    ])
    func `only TLS 1.2 and later with forward secrecy is spoken`(
        version: String,
        cipher: String,
        isSpoken: Bool
    ) async throws {
        try await withCertificate(key: ["rsa:2048"]) { tls in
            var settings = ServerSettings.make()
            settings.tls = tls
            try await withServer(settings: settings) { server in
                let option = version == "-tls1_3" ? "-ciphersuites" : "-cipher"
                let ciphers = version == "-tls1_3" ? cipher : "\(cipher):@SECLEVEL=0"
                let text = try await Program("/usr/bin/openssl").run([
                    "s_client", "-connect", "127.0.0.1:\(server.port)", version, option, ciphers,
                ])
                #expect(text.contains("Cipher is \(cipher)") == isSpoken)
                #expect(text.contains("Cipher is (NONE)") == !isSpoken)
            }
        }
    }

    private func withCertificate(
        key: [String] = ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"],
        _ body: (ServerSettings.TLS) async throws -> Void
    ) async throws {
        try await withFolder { folder in
            let tls = ServerSettings.TLS(certificateFile: folder + "/cert.pem", keyFile: folder + "/key.pem")
            _ = try await Program("/usr/bin/openssl").run(
                ["req", "-x509", "-newkey"] + key + [
                    "-nodes", "-days", "1", "-subj", "/CN=localhost", "-addext",
                    "subjectAltName=IP:127.0.0.1", "-keyout", tls.keyFile, "-out", tls.certificateFile,
                ]
            )
            try await body(tls)
        }
    }
}
