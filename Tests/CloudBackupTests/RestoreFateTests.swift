import BackupAPI
import CloudBackup
import LoopbackTesting
import Testing

/// What has become of restores at a service that knows no keys: which one it is, is told by what it restores.
struct RestoreFateTests {
    let bench = Bench()
    let keyless = KeylessService()

    private func draft(overwriting: Bool) -> RestoreDraft {
        RestoreDraft(
            backup: "b9",
            destinationAgent: "a1",
            destinationPath: "/restored",
            overwriteFiles: overwriting,
            inclusions: [PathRule(type: .folder, path: "/srv")]
        )
    }

    /// The fate of a start after which these restores have come.
    private func fate(overwriting: Bool = false, after restores: [String]) async throws -> StartFate {
        try await LoopbackServer.run(keyless.script) { server in
            let service = try bench.service(port: server.port)
            let request = StartRequest.restore(draft(overwriting: overwriting))
            let watermark = try await service.watermark(before: request)
            for words in restores { keyless.add("restores", words: words) }
            return try await service.reconcile(request, key: "k", watermark: watermark, claimed: [])
        }
    }

    @Test(arguments: [
        KeylessService.restore(path: "/elsewhere"), KeylessService.restore(overwrites: true),
        KeylessService.restore(backup: "b8"), KeylessService.restore(inclusion: "/etc"),
    ])
    func `another restore is not taken for it`(words: String) async throws {
        #expect(try await fate(after: [words]) == .absent)
        #expect(try await fate(after: [words, KeylessService.restore()]) == .happened(id: "s3"))
    }

    @Test func `of several that write no file twice the oldest is taken`() async throws {
        let twice = [KeylessService.restore(), KeylessService.restore()]
        #expect(try await fate(after: twice) == .happened(id: "s1"))
    }

    @Test func `of several that replace files it is not known which it is`() async throws {
        let twice = Array(repeating: KeylessService.restore(overwrites: true), count: 2)
        #expect(
            try await fate(overwriting: true, after: twice)
                == .unknown(
                    reason: "it is not clear which of the service's restores has come of the start",
                    candidates: ["s2", "s1"]
                )
        )
    }

    @Test(arguments: [true, false])
    func `one of which the service does not say enough is no answer`(overwriting: Bool) async throws {
        let words = #""destination_path": "/restored", "overwrite_files": \#(overwriting)"#
        #expect(
            try await fate(overwriting: overwriting, after: [words])
                == .unknown(
                    reason: "it is not clear which of the service's restores has come of the start",
                    candidates: ["s1"]
                )
        )
    }
}
