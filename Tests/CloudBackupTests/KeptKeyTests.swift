import BackupAPI
import CloudBackup
import LoopbackTesting
import Synchronization
import Testing

/// What has become of starts at a service that says what it knows of their keys.
struct KeptKeyTests {
    let bench = Bench()
    private let request = StartRequest.backup("c1")

    /// A service that keeps keys while `keeps` says so, and has started `started` with the key `k`.
    private func script(_ keyless: KeylessService, keeps: Flag, started: Flag) -> LoopbackServer.Script {
        { request in
            guard case .answer(let status, var headers, let body) = await keyless.script(request),
                let key = request.header("Idempotency-Key"), keeps.isSet
            else { return await keyless.script(request) }
            headers["Idempotency-Key"] = key
            if started.isSet, key == "k" { headers["Location"] = "https://API/v2/123456/backups/own" }
            return .answer(status, headers, body)
        }
    }

    private final class Flag: Sendable {
        private let value: Mutex<Bool>

        init(_ value: Bool) { self.value = Mutex(value) }

        var isSet: Bool { value.withLock { $0 } }

        func set() { value.withLock { $0 = true } }
    }

    @Test func `the key says it in one request, whatever else was started`() async throws {
        let keyless = KeylessService()
        let started = Flag(false)
        try await LoopbackServer.run(script(keyless, keeps: Flag(true), started: started)) { server in
            let service = try bench.service(port: server.port)
            let watermark = try await service.watermark(before: request)
            keyless.add()
            let count = server.requests.count
            let absent = try await service.reconcile(request, key: "k", watermark: watermark, claimed: [])
            #expect(absent == .absent)
            started.set()
            let found = try await service.reconcile(request, key: "k", watermark: watermark, claimed: ["own"])
            #expect(found == .happened(id: "own"))
            #expect(server.requests.count == count + 2)
            #expect(bench.pauses.sleeps.isEmpty)
        }
    }

    @Test func `a service that has learnt of keys since the start is asked for what has come, too`()
        async throws
    {
        let keyless = KeylessService()
        let keeps = Flag(false)
        let started = Flag(false)
        try await LoopbackServer.run(script(keyless, keeps: keeps, started: started)) { server in
            let service = try bench.service(port: server.port)
            let watermark = try await service.watermark(before: request)
            keyless.add()
            keeps.set()
            let fate = try await service.reconcile(request, key: "k", watermark: watermark, claimed: [])
            #expect(fate == .happened(id: "s1"))
            started.set()
            let found = try await service.reconcile(request, key: "k", watermark: watermark, claimed: [])
            #expect(found == .happened(id: "own"))
        }
    }
}
