internal import BackupAPI

enum DeletionRules {
    static let all: [Rule] = [
        Rule.whole("a deleted configuration stays readable, and is neither listed, changed nor started") {
            fixture,
            whole in
            let created = try await fixture.service.create(whole.configuration("contract-deleted"))
            try await fixture.service.delete(created.id)
            try await fixture.service.delete(created.id)
            let read = try await fixture.service.configuration(created.id)
            try expect(read.deleted && read.name == created.name, "'\(created.id)' with deleted", found: read)
            let listed = try await fixture.service.configurations()
            try expect(!listed.contains { $0.id == created.id }, "no '\(created.id)'", found: listed)
            try await expect(.unknownConfiguration, of: "starting a deleted configuration") {
                _ = try await fixture.service.start(created.id, key: nil)
            }
            try await expect(.unknownConfiguration, of: "changing a deleted configuration") {
                _ = try await fixture.service.update(created.id, ConfigurationChanges(enabled: false))
            }
        },
        Rule.whole("a deleted configuration leaves its backups and its name") { fixture, whole in
            let draft = whole.configuration("contract-leaves")
            let created = try await fixture.service.create(draft)
            let backup = try await fixture.finished(created.id)
            try await fixture.service.delete(created.id)
            let read = try await fixture.service.backup(backup.id)
            try expect(read == backup, "the record of '\(backup.id)' as it was", found: read)
            let again = try await fixture.service.create(draft)
            try expect(!again.deleted, "a new '\(draft.name)'", found: again)
        },
        Rule.whole("changes of an unknown configuration are refused as unknown_configuration") { fixture, _ in
            let unknown: ResourceID<Configuration> = "00000000-dead-4000-8000-000000000000"
            try await expect(.unknownConfiguration, of: "changing '\(unknown)'") {
                _ = try await fixture.service.update(unknown, ConfigurationChanges(enabled: false))
            }
            try await expect(.unknownConfiguration, of: "deleting '\(unknown)'") {
                try await fixture.service.delete(unknown)
            }
        },
    ]
}
