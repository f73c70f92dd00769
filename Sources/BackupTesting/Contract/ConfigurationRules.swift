internal import BackupAPI

enum ConfigurationRules {
    static let all: [Rule] = [
        Rule("configurations are sorted by name, and none of them is deleted") { fixture in
            let all = try await fixture.service.configurations()
            let names = all.map(\.name)
            try expect(
                names == names.sorted(),
                "the configurations in the order of their names",
                found: names
            )
            try expect(
                !all.contains(where: \.deleted),
                "no deleted configuration",
                found: all.filter(\.deleted)
            )
            let wanted = [
                fixture.completing, fixture.completingWithErrors, fixture.failing,
                fixture.runningUntilStopped,
            ]
            try expect(
                Set(wanted).isSubset(of: all.map(\.id)),
                "all of \(wanted) in the list",
                found: all.map(\.id)
            )
        },
        Rule("a configuration answers to its id and to its name") { fixture in
            for listed in try await fixture.service.configurations() {
                let byID = try await fixture.service.configuration(listed.id)
                try expect(byID == listed, "what the list has for '\(listed.id)'", found: byID)
                let byName = try await fixture.service.configuration(idOrName: listed.name)
                try expect(
                    byName.name == listed.name,
                    "a configuration named '\(listed.name)'",
                    found: byName
                )
            }
        },
        Rule("an unknown configuration is refused as unknown_configuration") { fixture in
            let unknown: ResourceID<Configuration> = "00000000-dead-4000-8000-000000000000"
            try await expect(.unknownConfiguration, of: "reading '\(unknown)'") {
                _ = try await fixture.service.configuration(unknown)
            }
            try await expect(.unknownConfiguration, of: "starting '\(unknown)'") {
                _ = try await fixture.service.start(unknown, key: nil)
            }
        },
        Rule("an unknown backup is refused as unknown_backup") { fixture in
            let unknown: ResourceID<Backup> = "00000000-dead-4000-8000-000000000000"
            let service = fixture.service
            try await expect(.unknownBackup, of: "reading '\(unknown)'") {
                _ = try await service.backup(unknown)
            }
            try await expect(.unknownBackup, of: "stopping '\(unknown)'") {
                _ = try await service.stop(unknown)
            }
            try await expect(.unknownBackup, of: "the errors of '\(unknown)'") {
                _ = try await service.errors(of: unknown)
            }
            try await expect(.unknownBackup, of: "the updates of '\(unknown)'") {
                for try await _ in service.updates(of: unknown) {}
            }
        },
    ]
}
