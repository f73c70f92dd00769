import BackupAPI
import BackupTesting
import CloudBackup
import LoopbackTesting
import Testing

/// What has become of starts at a service that knows no keys.
struct FateTests {
    let bench = Bench()
    let keyless = KeylessService()

    private static let backup = StartRequest.backup("c1")
    private static let draft = RestoreDraft(
        backup: "b9",
        destinationAgent: "a1",
        destinationPath: "/restored/",
        inclusions: [PathRule(type: .folder, path: "/srv/")]
    )

    private func serve(_ body: (CloudBackupService) async throws -> Void) async throws {
        try await LoopbackServer.run(keyless.script) { try await body(bench.service(port: $0.port)) }
    }

    private func lose(_ request: StartRequest, _ mishap: KeylessService.Mishap, _ service: CloudBackupService)
        async throws
    {
        keyless.fail(with: mishap)
        await #expect(throws: BackupError.self) {
            switch request {
            case .backup(let id): _ = try await service.start(id, key: "run/0#1")
            case .restore(let draft): _ = try await service.startRestore(draft, key: "run/0#1")
            case .cleanup(let id, _): _ = try await service.startCleanup(id, key: "run/0#1")
            }
        }
    }

    private static func all(overwriting: Bool = false) -> [StartRequest] {
        var draft = draft
        draft.overwriteFiles = overwriting
        return [backup, .restore(draft), .cleanup("a1")]
    }

    @Test(arguments: all() + [all(overwriting: true)[1]])
    func `a start whose answer was lost has happened`(request: StartRequest) async throws {
        for kind in ["backups", "restores", "cleanups"] { keyless.add(kind) }
        try await serve { service in
            let watermark = try await service.watermark(before: request)
            try await lose(request, .answerIsLost, service)
            #expect(try await service.fate(of: request, watermark) == .happened(id: "s4"))
            #expect(keyless.ids.count == 4)
        }
    }

    @Test(arguments: all() + [all(overwriting: true)[1]])
    func `a start that never got there is absent, after a moment in which it might come`(
        request: StartRequest
    )
        async throws
    {
        try await serve { service in
            let watermark = try await service.watermark(before: request)
            try await lose(request, .requestIsLost, service)
            let before = bench.pauses.now.offset
            #expect(try await service.fate(of: request, watermark) == .absent)
            #expect(bench.pauses.now.offset - before == .seconds(4))
            #expect(keyless.ids.isEmpty)
        }
    }

    @Test func `a backup that the agent's schedule has started meanwhile is taken`() async throws {
        try await serve { service in
            let watermark = try await service.watermark(before: Self.backup)
            try await lose(Self.backup, .requestIsLost, service)
            keyless.add(state: "start_scheduled")
            #expect(try await service.fate(of: Self.backup, watermark) == .happened(id: "s1"))
        }
    }

    @Test func `two lost starts of one configuration are two backups`() async throws {
        try await serve { service in
            let first = try await service.watermark(before: Self.backup)
            try await lose(Self.backup, .answerIsLost, service)
            let second = try await service.watermark(before: Self.backup)
            try await lose(Self.backup, .answerIsLost, service)
            #expect(try await service.fate(of: Self.backup, first) == .happened(id: "s1"))
            #expect(try await service.fate(of: Self.backup, second, claimed: ["s1"]) == .happened(id: "s2"))
            #expect(try await service.fate(of: Self.backup, first, claimed: ["s1", "s2"]) == .absent)
        }
    }

    @Test func `two starts side by side get one backup each`() async throws {
        try await serve { service in
            let watermark = try await service.watermark(before: Self.backup)
            try await lose(Self.backup, .answerIsLost, service)
            try await lose(Self.backup, .answerIsLost, service)
            #expect(try await service.fate(of: Self.backup, watermark) == .happened(id: "s1"))
            #expect(
                try await service.fate(of: Self.backup, watermark, claimed: ["s1"]) == .happened(id: "s2")
            )
        }
    }

    @Test func `restores and other configurations' backups are not taken for a backup`() async throws {
        try await serve { service in
            let watermark = try await service.watermark(before: Self.backup)
            keyless.add("restores", words: KeylessService.restore())
            keyless.add(words: #""configuration": {"id": "c2"}"#)
            #expect(try await service.fate(of: Self.backup, watermark) == .absent)
        }
    }

    @Test func `a start without a watermark is unknown`() async throws {
        keyless.add()
        keyless.add("cleanups", words: KeylessService.cleanup)
        try await serve { service in
            let unknown = StartFate.unknown(
                reason: "what the service had before the start was not recorded",
                candidates: []
            )
            let backup = try await service.fate(of: Self.backup, "")
            let restore = try await service.fate(of: .restore(Self.draft), "no watermark")
            let cleanup = try await service.fate(of: .cleanup("a1"), "")
            #expect([backup, restore, cleanup] == [unknown, unknown, unknown])
        }
    }

    @Test func `a backup of a configuration that is not there any more did not happen`() async throws {
        try await serve { service in
            let fate = try await service.fate(of: .backup("gone"), "")
            #expect(fate == .absent)
            let error = await #expect(throws: BackupError.self) {
                try await service.watermark(before: .backup("gone"))
            }
            #expect(error?.code == .unknownConfiguration)
        }
    }

    @Test func `a service that cannot be reached throws, to be asked again`() async throws {
        try await ClosedPort.hold { port in
            let service = try bench.service(port: port)
            let error = await #expect(throws: BackupError.self) {
                try await service.reconcile(Self.backup, key: "k", watermark: "", claimed: [])
            }
            #expect(error?.isRetryable == true)
        }
    }
}
