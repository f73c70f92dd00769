import BackupAPI
import CloudBackup
import LoopbackTesting
import Testing

/// What has become of starts at a service that knows no keys and whose lists are long.
struct LongListFateTests {
    let bench = Bench()
    let keyless = KeylessService()

    private static let backup = StartRequest.backup("c1")

    private func serve(
        _ keyless: KeylessService? = nil,
        _ body: (CloudBackupService) async throws -> Void
    ) async throws {
        let keyless = keyless ?? self.keyless
        try await LoopbackServer.run(keyless.script) { try await body(bench.service(port: $0.port)) }
    }

    @Test(arguments: [100, 30])
    func `a list of more than a page is read until what was there before comes`(pageSize: Int) async throws {
        let keyless = KeylessService(pageSize: pageSize)
        for _ in 0..<150 { keyless.add() }
        try await serve(keyless) { service in
            let watermark = try await service.watermark(before: Self.backup)
            for _ in 0..<250 { keyless.add() }
            #expect(try await service.fate(of: Self.backup, watermark) == .happened(id: "s151"))
            let claimed = Set((151...399).map { "s\($0)" })
            #expect(
                try await service.fate(of: Self.backup, watermark, claimed: claimed) == .happened(id: "s400")
            )
            let all = claimed.union(["s400"])
            #expect(try await service.fate(of: Self.backup, watermark, claimed: all) == .absent)
        }
    }

    @Test func `what was running before and has changed since does not hide what is new`() async throws {
        for _ in 0..<99 { keyless.add() }
        keyless.add(state: "in_progress")
        try await serve { service in
            let watermark = try await service.watermark(before: Self.backup)
            for _ in 0..<120 { keyless.add() }
            keyless.change("s100", to: "completed")
            #expect(try await service.fate(of: Self.backup, watermark) == .happened(id: "s101"))
        }
    }

    @Test func `old backups that get onto the newest page are not new`() async throws {
        for _ in 0..<150 { keyless.add() }
        try await serve { service in
            let watermark = try await service.watermark(before: Self.backup)
            // The newest ones are deleted, all but one of those on the page.
            for number in 52...150 { keyless.remove("s\(number)") }
            #expect(try await service.fate(of: Self.backup, watermark) == .absent)
        }
    }

    @Test func `a list that does not reach back to what was there leaves it unknown`() async throws {
        for _ in 0..<150 { keyless.add() }
        try await serve { service in
            let watermark = try await service.watermark(before: Self.backup)
            for _ in 0..<30 { keyless.add() }
            keyless.forget(allBut: 30)
            let candidates = (161...180).reversed().map { "s\($0)" }
            #expect(
                try await service.fate(of: Self.backup, watermark)
                    == .unknown(
                        reason: "the service's list does not reach back to what it had before the start",
                        candidates: candidates
                    )
            )
        }
    }

    @Test func `a cleanup is repeated where the list does not reach back`() async throws {
        for _ in 0..<150 { keyless.add("cleanups", words: KeylessService.cleanup) }
        try await serve { service in
            let watermark = try await service.watermark(before: .cleanup("a1"))
            for _ in 0..<30 { keyless.add("cleanups", words: KeylessService.cleanup) }
            keyless.forget(allBut: 30)
            let fate = try await service.fate(of: .cleanup("a1"), watermark)
            #expect(fate == .absent)
        }
    }

    @Test func `no more than 2,000 entries are read`() async throws {
        for _ in 0..<150 { keyless.add() }
        try await serve { service in
            let watermark = try await service.watermark(before: Self.backup)
            for _ in 0..<2_100 { keyless.add() }
            guard case .unknown(_, let candidates) = try await service.fate(of: Self.backup, watermark) else {
                Issue.record("known")
                return
            }
            #expect(candidates.first == "s2250")
        }
    }

    @Test func `a watermark is short whatever the ids are`() async throws {
        let long = String(repeating: "\u{1}", count: 500)
        try await LoopbackServer.run { _ in
            let items = (0..<100).map { #"{"id": "\#($0)\#(long)", "type": "backup", "state": "completed"}"# }
            return .json(
                "{\"activities\": [\(items.joined(separator: ","))]}".replacing("\u{1}", with: "\\u0001")
            )
        } _: { server in
            let watermark = try await bench.service(port: server.port).watermark(before: Self.backup)
            #expect(watermark.utf8.count <= 64 << 10)
            #expect(watermark.contains(#""is_whole":false,"over":["0\u0001"#))
        }
    }
}
