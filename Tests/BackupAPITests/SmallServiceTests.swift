import BackupAPI
import Testing

/// What a service gets that does only what it must.
struct SmallServiceTests {
    private struct Small: BackupService {
        let record = Backup(
            id: "b1",
            agent: Reference(id: "a"),
            configuration: Reference(id: "c"),
            state: .failed,
            errors: ErrorSummary(count: 2, reason: "full", diagnostics: "no space")
        )

        func configurations() -> [Configuration] {
            [Configuration(id: "c", agent: Reference(id: "a"), name: "web", inclusions: [])]
        }
        func start(_ configuration: ResourceID<Configuration>, key: String?) -> Backup { record }
        func backup(_ id: ResourceID<Backup>) -> Backup { record }
        func backups(_ filter: BackupFilter) -> [Backup] { [record] }
    }

    @Test func `the news of a backup that is over are its record`() async throws {
        var news: [BackupUpdate] = []
        let service = Small()
        #expect(try await service.wait(for: "b1") { news.append($0) } == service.record)
        #expect(news == [BackupUpdate(backup: service.record)])
    }

    @Test func `errors are those of the record`() async throws {
        let errors = try await Small().errors(of: "b1")
        #expect(errors == ErrorList(count: 2, reason: "full", diagnostics: "no space"))
    }

    @Test func `a configuration is found by its id, and an unknown one is refused`() async throws {
        #expect(try await Small().configuration("c").name == "web")
        let error = await #expect(throws: BackupError.self) { try await Small().configuration("x") }
        #expect(error?.code == .unknownConfiguration)
    }

    @Test func `what it cannot do is refused`() async throws {
        let error = await #expect(throws: BackupError.self) { try await Small().stop("b1") }
        #expect(error?.code == .unsupported)
    }
}
