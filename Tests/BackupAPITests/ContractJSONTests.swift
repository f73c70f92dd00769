import BackupAPI
import Foundation
import Testing

/// The JSON of the models is the contract's, text for text.
struct ContractJSONTests {
    /// A type, and a text of the contract that it reads and writes.
    struct Sample: Sendable, CustomStringConvertible {
        let description: String
        let text: String
        let rewrite: @Sendable (String) throws -> String

        init<Model: Codable & SendableMetatype>(_ name: String, _ type: Model.Type, _ text: String) {
            description = name
            self.text = text
            rewrite = { try JSONText.encode(JSONDecoder().decode(Model.self, from: Data($0.utf8))) }
        }
    }

    static let samples = [
        Sample("a backup that was started", Backup.self, ContractSamples.startedBackup),
        Sample("a finished backup", Backup.self, ContractSamples.finishedBackup),
        Sample("a list of errors", ErrorList.self, ContractSamples.errorList),
        Sample("a configuration", Configuration.self, ContractSamples.configuration),
        Sample("a restore", Restore.self, ContractSamples.restore),
        Sample("a cleanup", Cleanup.self, ContractSamples.cleanup),
        Sample("an event", Event.self, ContractSamples.event),
        Sample("the activity of a backup", Activity.self, ContractSamples.backupActivity),
        Sample("the activity of a cleanup", Activity.self, ContractSamples.cleanupActivity),
        Sample("an agent", Agent.self, ContractSamples.agent),
    ]

    @Test(arguments: samples)
    func `a model that is read from the contract's JSON writes it again`(sample: Sample) throws {
        #expect(try sample.rewrite(sample.text) == sample.text.compactJSON)
    }

    @Test func `a backup that was just asked for has the documented record`() throws {
        let backup = Backup(
            projectID: "123456",
            id: "BACKUP_ID",
            agent: Reference(
                id: "AGENT_ID",
                links: [Link(href: "https://API/v2/agents/AGENT_ID", rel: "full")]
            ),
            configuration: Reference(
                id: "CONF_ID",
                links: [Link(href: "https://API/v2/configurations/CONF_ID", rel: "full")]
            ),
            errors: ErrorSummary(links: [Link(href: "https://API/v2/backups/BACKUP_ID/errors", rel: "full")]),
            links: [
                Link(href: "https://API/v2/backups/BACKUP_ID", rel: "self"),
                Link(href: "https://API/v2/backups/BACKUP_ID/events", rel: "events"),
            ]
        )
        #expect(try JSONText.encode(backup) == ContractSamples.startedBackup.compactJSON)
    }

    @Test func `a finished backup has the documented record`() throws {
        let backup = Backup(
            projectID: "123456",
            id: "BACKUP_ID",
            agent: Reference(id: "AGENT_ID"),
            configuration: Reference(id: "CONF_ID"),
            state: .completedWithErrors,
            startedTime: Timestamp("2014-08-05T18:22:22.238641Z"),
            endedTime: Timestamp("2014-08-05T18:23:50.489715Z"),
            snapshotID: 1_111,
            errors: ErrorSummary(count: 1, reason: "unable_to_process_some_files", diagnostics: "text"),
            filesSearched: 1_222,
            filesBackedUp: 6,
            bytesSearched: 3_700_000_000,
            bytesBackedUp: 127_000_000,
            bytesInDB: 49_340_871,
            bandwidthAverage: 16_628_982,
            restorable: true
        )
        #expect(try JSONText.encode(backup) == ContractSamples.finishedBackup.compactJSON)
        let read = try JSONDecoder().decode(Backup.self, from: Data(ContractSamples.finishedBackup.utf8))
        #expect(read == backup)
    }

    @Test(arguments: ActivityState.backupStates + [ActivityState(rawValue: "frozen")])
    func `a backup in any state survives a round trip`(state: ActivityState) throws {
        var backup = try JSONDecoder().decode(Backup.self, from: Data(ContractSamples.finishedBackup.utf8))
        backup.state = state
        let text = try JSONText.encode(backup)
        #expect(text.contains(#""state":"\#(state)""#))
        #expect(try JSONDecoder().decode(Backup.self, from: Data(text.utf8)) == backup)
    }

    @Test func `a missing nullable field reads as null`() throws {
        let text = ContractSamples.startedBackup.replacingOccurrences(of: #""snapshot_id": null,"#, with: "")
        let read = try JSONDecoder().decode(Backup.self, from: Data(text.utf8))
        #expect(read.snapshotID == nil)
        #expect(try JSONText.encode(read) == ContractSamples.startedBackup.compactJSON)
    }

    @Test func `local details stand under one key of their own, and nowhere else`() throws {
        var backup = try JSONDecoder().decode(Backup.self, from: Data(ContractSamples.startedBackup.utf8))
        backup.local = LocalDetails(
            configurationName: "nightly",
            createdTime: Timestamp(microseconds: 0),
            exitCode: 3,
            key: "r1/0#5"
        )
        #expect(try JSONText.encode(backup) == ContractSamples.startedBackup.compactJSON)
        let local = #"""
            ,"local":{"configuration_name":"nightly","created_time":"1970-01-01T00:00:00.000000Z",\#
            "restic_snapshot_id":null,"exit_code":3,"restic_version":null,"process_id":null,"key":"r1/0#5"}}
            """#
        #expect(
            try JSONText.encode(DetailedBackup(backup))
                == ContractSamples.startedBackup.compactJSON.dropLast() + local
        )
        backup.local = nil
        #expect(try JSONText.encode(DetailedBackup(backup)) == ContractSamples.startedBackup.compactJSON)
    }

    @Test func `a configuration without a schedule says null`() throws {
        let configuration = Configuration(
            id: "c",
            agent: Reference(id: "a"),
            name: "etc",
            inclusions: [PathRule(type: .file, path: "/etc/hosts")]
        )
        #expect(
            try JSONText.encode(configuration) == #"""
                {"project_id":"local","id":"c","agent":{"id":"a","links":[]},"name":"etc","enabled":true,\#
                "schedule":null,"retention":{"days":0},"inclusions":[{"type":"file","path":"/etc/hosts"}],\#
                "exclusions":[],"notifications":[],"deleted":false,"backups":{"last_completed":null},"links":[]}
                """#
        )
    }
}
