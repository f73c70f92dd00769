import BackupAPI
import CloudBackup
import LoopbackTesting
import Testing

struct ReadingTests {
    let bench = Bench()

    private func read<Value>(_ json: String, _ call: (CloudBackupService) async throws -> Value) async throws
        -> Value
    {
        try await LoopbackServer.run { _ in
            .json(json)
        } _: {
            try await call(try bench.service(port: $0.port))
        }
    }

    @Test func `a backup with numbers as strings, other times and unknown fields is read`() async throws {
        let backup = try await read(
            """
            {"id": "b1", "state": "resting", "colour": ["x", {"y": null}], "snapshot_id": "1111",
             "started_time": "2014-10-27T18:22:00.238640+00:00", "ended_time": "2014-10-07T02:52:57.416Z",
             "errors": {"count": "2", "diagnostics": null}, "bytes_searched": "3700000000", "files_searched": 1222.0,
             "restorable": "true", "configuration": {"id": "c1"}}
            """
        ) { try await $0.backup("b1") }
        #expect(backup.state.rawValue == "resting")
        #expect(!backup.state.isFinal)
        #expect(backup.snapshotID == 1_111)
        #expect(backup.startedTime == Timestamp("2014-10-27T18:22:00.238640Z"))
        #expect(backup.endedTime == Timestamp("2014-10-07T02:52:57.416Z"))
        #expect(backup.errors == ErrorSummary(count: 2, reason: "", diagnostics: nil))
        #expect(backup.bytesSearched == 3_700_000_000)
        #expect(backup.filesSearched == 1_222)
        #expect(backup.restorable)
        #expect(backup.configuration == Reference(id: "c1"))
        #expect(backup.agent.id == "")
        #expect(backup.links.isEmpty)
    }

    @Test func `a backup of the contract's shape is read to the letter`() async throws {
        let backup = try await read(.backup(state: "queued")) { try await $0.backup("b1") }
        #expect(
            backup
                == Backup(
                    projectID: "123456",
                    id: "b1",
                    agent: Reference(id: "a1", links: [Link(href: "https://API/v2/agents/a1", rel: "full")]),
                    configuration: Reference(
                        id: "c1",
                        links: [Link(href: "https://API/v2/configurations/c1", rel: "full")]
                    ),
                    state: .queued,
                    errors: ErrorSummary(links: [Link(href: "https://API/v2/backups/b1/errors", rel: "full")]
                    ),
                    links: [
                        Link(href: "https://API/v2/backups/b1", rel: "self"),
                        Link(href: "https://API/v2/backups/b1/events", rel: "events"),
                    ]
                )
        )
    }

    @Test(arguments: [
        #"{"id": "c1", "name": "n", "backups": {"last_completed": null}, "next": {"scheduled_time": "2014-08-05T20:22:21Z"}, "retention": {"days": "30"}, "schedule": {"recurrence": "RRULE:X", "time_zone": "UTC"}}"#,
        #"{"id": "c1", "name": "n", "backups": {"next": {"scheduled_time": "2014-08-05T20:22:21Z"}}, "retention": {"days": 30}, "schedule": {"recurrence": ["RRULE:X"], "time_zone": "UTC"}}"#,
    ])
    func `the next backup of a configuration is read from both places`(json: String) async throws {
        let configuration = try await read(json) { try await $0.configuration("c1") }
        #expect(configuration.backups.next?.scheduledTime == Timestamp("2014-08-05T20:22:21Z"))
        #expect(configuration.backups.lastCompleted == nil)
        #expect(configuration.retention.days == 30)
        #expect(configuration.schedule?.recurrence == ["RRULE:X"])
    }

    @Test func `an activity of a cleanup has no configuration, and its state may be missing`() async throws {
        let activities = try await read(
            #"{"activities": [{"id": "k1", "type": "cleanup", "agent": {"id": "a1"}}], "links": []}"#
        ) { try await $0.activities(ActivityFilter()) }
        #expect(activities.map(\.id) == ["k1"])
        #expect(activities.first?.configuration == nil)
        #expect(activities.first?.state.isFinal == false)
    }

    @Test func `errors are read with numbers as strings and without a description`() async throws {
        let list = try await read(
            """
            {"count": 5, "reason": "unable_to_process_some_files", "diagnostics": "text", "list": [
             {"index": "0", "path": "C:\\\\Temp\\\\a.log", "type": "file_or_folder_missing",
              "exception": {"code": "3015", "description": "d", "details": "\\u00e9\\ud83d\\ude00"}}]}
            """
        ) { try await $0.errors(of: "b1") }
        #expect(list.count == 5)
        #expect(
            list.list == [
                ErrorItem(
                    index: 0,
                    path: #"C:\Temp\a.log"#,
                    type: "file_or_folder_missing",
                    exception: ErrorException(code: 3_015, description: "d", details: "é😀")
                )
            ]
        )
    }

    @Test(arguments: [
        "{", "[1,]", "{\"a\" 1}", "nul", "\"x", "1 2", "{\"a\":1,}", "--1", "",
        String(repeating: "[", count: 5_000),
    ])
    func `what is no json is an error`(text: String) async throws {
        await #expect(throws: BackupError.self) {
            _ = try await read(text) { try await $0.summarySettings() }
        }
    }

    @Test func `health is read from a 503 too`() async throws {
        let json =
            #"{"storage": {"cassandra": {"online": false, "links": []}}, "transport": {"pecan": {"online": true, "node": "n"}}}"#
        try await LoopbackServer.run { _ in
            .json(json, status: 503)
        } _: { server in
            let health = try await bench.service(port: server.port).health()
            #expect(
                health == CloudHealth(dependencies: ["storage/cassandra": false, "transport/pecan": true])
            )
            #expect(!health.isOnline)
            #expect(server.lines == ["GET /v2/123456/health"])
        }
    }
}
