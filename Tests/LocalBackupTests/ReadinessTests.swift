import BackupAPI
import GRDB
import LocalBackup
import Testing

@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(10)))
struct ReadinessTests {
    @Test func `a service whose catalog another program has locked says that it takes no start`() async throws
    {
        try await withSite { site in
            let service = try await site.open()
            try await service.checkReadiness()
            var configuration = GRDB.Configuration()
            configuration.allowsUnsafeTransactions = true
            let other = try DatabaseQueue(
                path: site.settings().stateFolder + "/catalog.sqlite",
                configuration: configuration
            )
            try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
            let error = await #expect(throws: BackupError.self) { try await service.checkReadiness() }
            #expect(error?.code == .storage)
            #expect(error?.isRetryable == true)
            try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
            try await service.checkReadiness()
            await service.shutdown()
        }
    }

    @Test func `changes of configurations and activations are told, and what can be restored is known`()
        async throws
    {
        try await withSite { site in
            let service = try await site.open()
            let agent = try #require(try await service.agents().first?.id)
            #expect(try await service.restorableConfigurations() == [])
            let made = try await service.create(
                ConfigurationDraft(
                    name: "other",
                    inclusions: [PathRule(type: .folder, path: site.folder + "/source")]
                )
            )
            try await service.activate(agent, mode: .realTime)
            try await service.delete(made.id)
            try await service.delete(made.id)
            let events = try await service.events(of: .agent(agent), Page())
            #expect(
                events.map(\.event) == ["configuration_changed", "agent_activate", "configuration_changed"]
            )
            #expect(events.map(\.agent?.id) == [agent.rawValue, nil, agent.rawValue])
            #expect(events.map(\.mode) == [nil, "real_time", nil])
            #expect(events.allSatisfy { $0.requestID != nil })
            let backup = try await service.runNightly()
            #expect(try await service.restorableConfigurations() == [backup.configuration.id])
            await service.shutdown()
        }
    }
}
