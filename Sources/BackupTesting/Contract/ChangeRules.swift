internal import BackupAPI

enum ChangeRules {
    static let all: [Rule] = [
        Rule.whole("a created configuration is what its draft says, and can be started") { fixture, whole in
            let draft = whole.configuration("contract-created")
            let created = try await fixture.service.create(draft)
            try expect(
                created.name == draft.name && created.retention == draft.retention
                    && created.inclusions == draft.inclusions && created.schedule == nil && !created.deleted,
                "the draft's values",
                found: created
            )
            let read = try await fixture.service.configuration(created.id)
            try expect(read == created, "'\(created.id)' as it was created", found: read)
            let names = try await fixture.service.configurations().map(\.name)
            try expect(names.contains(draft.name) && names == names.sorted(), "'\(draft.name)'", found: names)
            let backup = try await fixture.finished(created.id)
            try expect(backup.state == .completed, "a completed backup", found: backup)
        },
        Rule.whole("a draft that breaks rules is refused with each of them") { fixture, whole in
            var draft = whole.configuration("contract-wrong")
            draft.retention = Retention(days: -1)
            draft.schedule = Schedule(recurrence: ["RRULE:FREQ=YEARLY"], timeZone: "Europe/Berlin")
            draft.inclusions = [.init(type: .folder, path: "relative"), .init(type: .folder, path: "/a")]
            draft.exclusions = [.init(type: .folder, path: "/elsewhere")]
            draft.notifications = [
                Notification(destination: "a@b.example", onSuccess: true, onFailure: false)
            ]
            let refused = try await refusal(of: .invalidConfiguration) {
                try await fixture.service.create(draft)
            }
            for word in ["retention", "FREQ=YEARLY", "'relative'", "'/elsewhere'", "notifications"] {
                try expect(refused.message.contains(word), "a message with \(word)", found: refused.message)
            }
            let names = try await fixture.service.configurations().map(\.name)
            try expect(!names.contains(draft.name), "no '\(draft.name)'", found: names)
        },
        Rule.whole("a name belongs to one configuration") { fixture, whole in
            let draft = whole.configuration("contract-name")
            let first = try await fixture.service.create(draft)
            try await expect(.conflict, of: "another '\(draft.name)'") {
                _ = try await fixture.service.create(draft)
            }
            let second = try await fixture.service.create(whole.configuration("contract-name-2"))
            try await expect(.conflict, of: "renaming to '\(draft.name)'") {
                _ = try await fixture.service.update(second.id, ConfigurationChanges(name: draft.name))
            }
            let names = try await [first, second].asyncMap {
                try await fixture.service.configuration($0.id).name
            }
            try expect(names == [first.name, second.name], "both names as they were", found: names)
        },
        Rule.whole("a change touches what it names, and keeps the rest and the id") { fixture, whole in
            let before = try await fixture.service.create(whole.configuration("contract-change"))
            let changes = ConfigurationChanges(name: "contract-changed", enabled: false, retentionDays: 7)
            let after = try await fixture.service.update(before.id, changes)
            var expected = before
            expected.name = "contract-changed"
            expected.enabled = false
            expected.retention = Retention(days: 7)
            try expect(after == expected, "\(expected)", found: after)
            let read = try await fixture.service.configuration(before.id)
            try expect(read == expected, "the change to last: \(expected)", found: read)
            try await expect(.invalidConfiguration, of: "a change to no inclusions") {
                _ = try await fixture.service.update(before.id, ConfigurationChanges(inclusions: []))
            }
            let kept = try await fixture.service.configuration(before.id)
            try expect(kept == expected, "a refused change to change nothing", found: kept)
        },
    ]

    /// The error of a call that must be refused.
    private static func refusal(
        of code: BackupError.Code,
        _ work: () async throws -> Configuration
    ) async throws -> BackupError {
        do {
            throw ContractViolation(expected: "\(code)", found: "\(try await work())")
        } catch let error as BackupError {
            try expect(error.code == code, "\(code)", found: "\(error.code): \(error)")
            return error
        }
    }
}

extension Array {
    /// What a call makes of each element, one after the other.
    func asyncMap<Value>(_ transform: (Element) async throws -> Value) async throws -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
