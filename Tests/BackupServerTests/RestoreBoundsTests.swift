import BackupAPI
import BackupServer
import BackupTesting
import Foundation
import Testing

/// Where restores through the server may write.
@Suite(.timeLimit(.minutes(2))) struct RestoreBoundsTests {
    /// A folder with `allowed`, `allowed-too`, `private`, and links in and out of `allowed`.
    private func withTree(_ body: @escaping @Sendable (String, Fixture) async throws -> Void) async throws {
        try await withFolder { folder in
            let files = FileManager.default
            for name in ["allowed/sub", "allowed-too", "private"] {
                try files.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
            }
            for (link, target) in [
                ("allowed/out", "\(folder)/private"), ("in", "allowed/sub"), ("round", "round"),
                ("allowed/up", "../private"),
            ] {
                try files.createSymbolicLink(atPath: "\(folder)/\(link)", withDestinationPath: target)
            }
            var settings = ServerSettings.make()
            settings.restoreBelow = ["\(folder)/allowed"]
            let service = InMemoryBackupService()
            _ = try await service.wait(for: service.start("nightly", key: nil).id)
            try await withServer(service, settings: settings) { server in try await body(folder, server) }
        }
    }

    private func restore(_ destination: String?, of path: String = "/data/", _ server: Fixture) async throws
        -> Reply
    {
        let body = server.filled(Samples.restore)
            .replacing(#""/restore/target""#, with: destination.map { "\"\($0)\"" } ?? "null")
            .replacing(
                #"[{"type":"folder","path":"/data/"}]"#,
                with: #"[{"type":"folder","path":"\#(path)"}]"#
            )
        return try await server.send("POST", "/v2/restores", body)
    }

    @Test(arguments: [
        "allowed", "allowed/", "allowed/sub", "allowed/new/folder", "in", "in/new", "allowed/sub/../new",
        "allowed//./sub",
        "private/../allowed",
    ])
    func `a destination below an allowed folder is taken`(path: String) async throws {
        try await withTree { folder, server in
            let reply = try await restore("\(folder)/\(path)", server)
            #expect(reply.status == 201)
        }
    }

    @Test(arguments: [
        "", "private", "allowed-too", "allowed/out", "allowed/out/deeper", "allowed/up/x",
        "allowed/../private", "round/x",
        "Allowed", "in/../../private",
    ])
    func `any other is refused, in words that name nothing but it`(path: String) async throws {
        try await withTree { folder, server in
            let destination = "\(folder)/\(path)"
            let reply = try await restore(destination, server)
            #expect(reply.status == 403)
            #expect(
                reply.body
                    == #"{"message":"restores through this server may not write to '\#(destination)'; ask its operator for a folder that they may write to"}"#
            )
            let list = try await server.get("/v2/restores")
            #expect(list.body == #"{"restores":[]}"#)
        }
    }

    @Test func `without a destination each path counts`() async throws {
        try await withTree { folder, server in
            for (path, status) in [
                ("\(folder)/allowed/sub", 201), ("/", 403), ("\(folder)/allowed/out", 403),
            ] {
                let reply = try await restore(nil, of: path, server)
                #expect(reply.status == status)
            }
        }
    }
}
