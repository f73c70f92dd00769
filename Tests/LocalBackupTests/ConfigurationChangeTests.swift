import BackupAPI
import LocalBackup
import Testing

struct ConfigurationChangeTests {
    private func draft(_ site: TestSite, _ name: String = "made") -> ConfigurationDraft {
        ConfigurationDraft(name: name, inclusions: [PathRule(type: .folder, path: site.source)])
    }

    @Test func `a made configuration is there for every service, and its id depends on its name`()
        async throws
    {
        try await withSite { site in
            let first = try await site.open()
            let made = try await first.create(draft(site))
            #expect(made.id == LocalBackupService.configurationID(forName: "made"))
            let second = try await site.open()
            #expect(try await second.configurations().map(\.name) == ["made", "nightly"])
            try await second.delete(made.id)
            #expect(try await first.configuration(made.id).deleted)
            let again = try await first.create(draft(site)).id
            #expect(again != made.id, "what was backed up under an id stays with it")
            #expect(try await second.configuration(made.id).deleted)
            #expect(try await second.configurations().map(\.id).contains(again))
        }
    }

    @Test func `a configuration of the settings can only be changed where it stands`() async throws {
        try await withSite { site in
            var settings = site.settings()
            settings.configurationFile = "/srv/site/moonkeep.yaml"
            let service = try await site.open(settings)
            let id = LocalBackupService.nightly
            for call in [
                { _ = try await service.update(id, ConfigurationChanges(enabled: false)) },
                { try await service.delete(id) },
            ] as [@Sendable () async throws -> Void] {
                let error = await #expect(throws: BackupError.self) { try await call() }
                #expect(error?.code == .conflict)
                #expect(
                    error?.description
                        == "configuration 'nightly' stands in the file '/srv/site/moonkeep.yaml' and cannot be changed "
                        + "here. Change it there, then open the site again."
                )
            }
            let error = await #expect(throws: BackupError.self) {
                try await service.create(draft(site, "nightly"))
            }
            #expect(
                error?.description
                    == "another configuration has the name 'nightly'. Choose another name, or delete that one."
            )
        }
    }

    @Test func `a made configuration that the settings have now is theirs`() async throws {
        try await withSite { site in
            let made = try await site.open().create(draft(site))
            var settings = site.settings()
            settings.configurations.append(draft(site))
            settings.configurations[1].enabled = false
            let service = try await site.open(settings)
            #expect(try await service.configurations().map(\.name) == ["made", "nightly"])
            #expect(try await !service.configuration(made.id).enabled)
        }
    }

    @Test func `a schedule begins when it is made, and goes on when something else changes`() async throws {
        try await withSite { site in
            let service = try await site.open()
            var draft = draft(site)
            draft.schedule = Schedule(recurrence: ["RRULE:FREQ=HOURLY;INTERVAL=2"], timeZone: "Etc/UTC")
            let made = try await service.create(draft)
            let start = try #require(made.schedule?.start)
            let renamed = try await service.update(made.id, ConfigurationChanges(name: "other"))
            #expect(renamed.schedule?.start == start)
            let manual = try await service.update(made.id, ConfigurationChanges(schedule: .some(nil)))
            #expect(manual.schedule == nil)
        }
    }
}
