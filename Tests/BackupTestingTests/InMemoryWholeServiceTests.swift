import BackupAPI
import BackupTesting
import Testing

/// What the in-memory service does beyond backups.
struct InMemoryWholeServiceTests {
    private static let draft = ConfigurationDraft(
        name: "mail",
        schedule: Schedule(recurrence: ["RRULE:FREQ=HOURLY;INTERVAL=2"], timeZone: "UTC"),
        inclusions: [PathRule(type: .folder, path: "/srv/mail/")]
    )

    private static func restorable() async throws -> (InMemoryBackupService, RestoreDraft) {
        let service = InMemoryBackupService()
        let backup = try await service.wait(for: service.start("nightly", key: nil).id)
        let draft = RestoreDraft(
            backup: backup.id,
            destinationAgent: .make(0),
            destinationPath: "/tmp/there",
            inclusions: [PathRule(type: .folder, path: "/srv/nightly/")]
        )
        return (service, draft)
    }

    @Test func `a configuration is made, changed, deleted and made anew`() async throws {
        let service = InMemoryBackupService([])
        let made = try await service.create(Self.draft)
        #expect(made.schedule?.start == Timestamp.sample.advanced(by: .seconds(1)))
        #expect(made.backups.next?.scheduledTime == Timestamp.sample.advanced(by: .seconds(7_201)))
        let changed = try await service.update(
            made.id,
            ConfigurationChanges(name: "post", schedule: .some(nil))
        )
        #expect(changed.name == "post" && changed.schedule == nil && changed.backups.next == nil)
        try await service.delete(made.id)
        try await service.delete(made.id)
        #expect(try await service.configurations().isEmpty)
        #expect(try await service.configuration(made.id).deleted)
        let again = try await service.create(Self.draft)
        #expect(again.id == made.id && !again.deleted)
    }

    @Test func `a name is one configuration's only, and every broken rule is named`() async throws {
        let service = InMemoryBackupService([.make("nightly"), .make("mail")])
        let taken = await #expect(throws: BackupError.self) { try await service.create(Self.draft) }
        #expect(
            taken?.description
                == "another configuration has the name 'mail'. Choose another name, or delete that one."
        )
        let renamed = await #expect(throws: BackupError.self) {
            try await service.update("nightly", ConfigurationChanges(name: "mail"))
        }
        #expect(renamed?.code == .conflict)
        let broken = await #expect(throws: BackupError.self) {
            try await service.update("nightly", ConfigurationChanges(retentionDays: -1, inclusions: []))
        }
        #expect(
            broken?.description
                == "configuration 'nightly': retention.days: -1 is less than 0; inclusions: at least one path is needed"
        )
    }

    @Test func `a restore runs its script, and knows its key`() async throws {
        let (service, draft) = try await Self.restorable()
        let first = try await service.startRestore(draft, key: "a")
        #expect(first.state == .startRequested)
        #expect(try await service.startRestore(draft, key: "a").id == first.id)
        let final = try await service.restore(first.id)
        #expect(final.state == .completed && final.filesRestored == 2 && final.bytesRestored == 1_512)
        let error = await #expect(throws: BackupError.self) { try await service.stopRestore(first.id) }
        #expect(error?.description == "restore '\(first.id)' is already completed and cannot be stopped")
    }

    @Test func `a restore that lacks something says what`() async throws {
        let (service, whole) = try await Self.restorable()
        let draft = RestoreDraft(
            backup: whole.backup,
            destinationAgent: "other",
            destinationPath: "there",
            inclusions: []
        )
        let error = await #expect(throws: BackupError.self) {
            try await service.startRestore(draft, key: nil)
        }
        #expect(error?.code == .invalidRequest)
        #expect(
            error?.description
                == "destination agent 'other' is not known; destination path 'there' is not absolute; "
                + "inclusions: at least one path is needed"
        )
    }

    @Test func `a cleanup has no state that cleanups have not`() async throws {
        let service = InMemoryBackupService()
        let id = try await service.startCleanup(.make(0), key: nil).id
        #expect(try await service.cleanup(id).state == .completed)
        let events = try await service.events(of: .cleanup(id), Page()).map(\.event)
        #expect(
            events == ["cleanup_start_request", "cleanup_queued", "cleanup_in_progress", "cleanup_completed"]
        )
        #expect(try await service.errors(ofCleanup: id).diagnostics == nil)
    }

    @Test func `activities are of one agent or configuration, and the last change comes first`() async throws
    {
        let (service, draft) = try await Self.restorable()
        let restore = try await service.startRestore(draft, key: nil).id
        let cleanup = try await service.startCleanup(.make(0), key: nil).id
        _ = try await service.restore(restore)
        let all = try await service.activities(ActivityFilter())
        #expect(all.map(\.type) == ["restore", "cleanup", "backup"])
        let byName = try await service.activities(ActivityFilter(configuration: "nightly"))
        #expect(byName.map(\.type) == ["restore", "backup"])
        let page = Page<Activity>(after: ResourceID(cleanup.rawValue), limit: 1)
        #expect(try await service.activities(ActivityFilter(page: page)).map(\.type) == ["backup"])
        #expect(try await service.activities(ActivityFilter(agent: "other")).isEmpty)
    }

    @Test func `events after a marker are newer ones, and a marker that expired counts as the oldest`()
        async throws
    {
        let service = InMemoryBackupService()
        let id = try await service.start("nightly", key: nil).id
        let first = try #require(try await service.events(of: .project, Page()).first)
        _ = try await service.backup(id)
        let later = try await service.events(of: .backup(id), Page(after: first.id))
        #expect(later.count == 5 && !later.contains(first))
        #expect(try await service.events(of: .backup(id), Page(after: "1")).first == first)
        #expect(
            try await service.events(of: .project, Page(limit: 1, isAscending: false)).first == later.last
        )
        let error = await #expect(throws: BackupError.self) {
            try await service.events(of: .restore("none"), Page())
        }
        #expect(error?.code == .unknownRestore)
    }

    @Test func `folders are listed by name`() async throws {
        let (service, draft) = try await Self.restorable()
        let items = try await service.browse(draft.backup, path: "/srv/nightly/")
        #expect(items.map(\.name) == ["a", "b", "latest"])
        #expect(try await service.browse(agent: .make(0), path: "/").first?.isFolder == true)
        let error = await #expect(throws: BackupError.self) {
            try await service.browse(agent: .make(0), path: "/none")
        }
        #expect(error?.description == "there is no folder '/none'")
    }
}
