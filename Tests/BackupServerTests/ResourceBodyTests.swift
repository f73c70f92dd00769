import BackupAPI
import BackupServer
import BackupTesting
import Testing

/// Whole bodies against the samples of the contract, with the keys in their order.
@Suite(.timeLimit(.minutes(2))) struct ResourceBodyTests {
    @Test func `a started backup has the sample's keys, nulls and zeros`() async throws {
        try await withServer { server in
            let reply = try await server.send(
                "POST",
                "/v2/backups",
                #"{"configuration_id": "nightly", "state": "start_requested"}"#
            )
            #expect(reply.status == 201)
            #expect(reply.headers["content-type"] == "application/json")
            #expect(reply.location == server.filled("https://API/v2/backups/BACKUP_ID"))
            #expect(
                reply.body
                    == server.filled(
                        #"""
                        {"project_id": "123456", "id": "BACKUP_ID",
                         "agent": {"id": "AGENT_ID", "links": [{"href": "https://API/v2/agents/AGENT_ID", "rel": "full"}]},
                         "configuration": {"id": "CONF_ID", "links": [{"href": "https://API/v2/configurations/CONF_ID", "rel": "full"}]},
                         "state": "start_requested", "started_time": null, "ended_time": null, "snapshot_id": null,
                         "errors": {"count": 0, "reason": "", "diagnostics": "",
                          "links": [{"href": "https://API/v2/backups/BACKUP_ID/errors", "rel": "full"}]},
                         "files_searched": 0, "files_backed_up": 0, "bytes_searched": 0, "bytes_backed_up": 0, "bytes_in_db": 0,
                         "bandwidth_avg_bps": 0, "restorable": false,
                         "links": [{"href": "https://API/v2/backups/BACKUP_ID", "rel": "self"},
                          {"href": "https://API/v2/backups/BACKUP_ID/events", "rel": "events"}]}
                        """#
                    )
            )
        }
    }

    @Test func `a list of backups has whole backups and the links to its neighbours`() async throws {
        let service = InMemoryBackupService(scripts: ["nightly": [.completesWithErrors]])
        _ = try await service.wait(for: service.start("nightly", key: nil).id)
        try await withServer(service) { server in
            let reply = try await server.get("/v2/123456/backups")
            #expect(reply.status == 200)
            #expect(
                reply.body
                    == server.filled(
                        #"""
                        {"backups": [{"project_id": "123456", "id": "BACKUP_ID",
                         "agent": {"id": "AGENT_ID", "links": [{"href": "https://API/v2/123456/agents/AGENT_ID", "rel": "full"}]},
                         "configuration": {"id": "CONF_ID", "links": [{"href": "https://API/v2/123456/configurations/CONF_ID", "rel": "full"}]},
                         "state": "completed_with_errors", "started_time": "2014-08-05T18:22:23.000000Z",
                         "ended_time": "2014-08-05T18:22:24.000000Z", "snapshot_id": 1111,
                         "errors": {"count": 1, "reason": "unable_to_process_some_files",
                          "diagnostics": "1 of the files could not be read",
                          "links": [{"href": "https://API/v2/123456/backups/BACKUP_ID/errors", "rel": "full"}]},
                         "files_searched": 1222, "files_backed_up": 6, "bytes_searched": 3700000000,
                         "bytes_backed_up": 127000000, "bytes_in_db": 49340871, "bandwidth_avg_bps": 16628982,
                         "restorable": true,
                         "links": [{"href": "https://API/v2/123456/backups/BACKUP_ID", "rel": "self"},
                          {"href": "https://API/v2/123456/backups/BACKUP_ID/events", "rel": "events"}]}],
                         "links": [{"href": "https://API/v2/123456/backups?marker=BACKUP_ID", "rel": "next"},
                          {"href": "https://API/v2/123456/backups?marker=BACKUP_ID&sort_dir=asc", "rel": "previous"}]}
                        """#
                    )
            )
            let errors = try await server.get(server.filled("/v2/backups/BACKUP_ID/errors"))
            #expect(
                errors.body
                    == server.filled(
                        #"""
                        {"count": 1, "reason": "unable_to_process_some_files", "diagnostics": "1 of the files could not be read",
                         "list": [{"index": 0, "path": "/srv/nightly/locked", "type": "file_or_folder_missing",
                           "description": "vanished between search and copy", "exception": null}],
                         "links": [{"href": "https://API/v2/backups/BACKUP_ID/errors", "rel": "self"}]}
                        """#
                    )
            )
        }
    }

    @Test func `a created configuration has the sample's keys, and next at both places`() async throws {
        try await withServer { server in
            let reply = try await server.send(
                "POST",
                "/v2/configurations",
                server.filled(Samples.configuration)
            )
            #expect(reply.status == 201)
            let id = try #require(reply.location?.split(separator: "/").last)
            #expect(
                reply.body
                    == server.filled(
                        #"""
                        {"project_id": "123456", "id": "NEW",
                         "agent": {"id": "AGENT_ID", "links": [{"href": "https://API/v2/agents/AGENT_ID", "rel": "full"}]},
                         "name": "Every other hour", "enabled": true,
                         "schedule": {"start": "2014-08-05T18:22:23Z", "recurrence": ["RRULE:FREQ=HOURLY;INTERVAL=2"], "time_zone": "US/Central"},
                         "retention": {"days": 30},
                         "inclusions": [{"type": "folder", "path": "/data/"}, {"type": "file", "path": "/conf/app.conf"}],
                         "exclusions": [{"type": "folder", "path": "/data/cache/"}, {"type": "file", "path": "/data/cache.jpg"}],
                         "notifications": [{"type": "email", "destination": "ops@example.com", "on_success": true, "on_failure": true}],
                         "deleted": false, "backups": {"last_completed": null, "next": {"scheduled_time": "2014-08-05T20:22:23Z"}},
                         "next": {"scheduled_time": "2014-08-05T20:22:23Z"},
                         "links": [{"href": "https://API/v2/configurations/NEW", "rel": "self"},
                          {"href": "https://API/v2/configurations/NEW/activities", "rel": "activities"},
                          {"href": "https://API/v2/configurations/NEW/events", "rel": "events"}]}
                        """#
                    ).replacing("NEW", with: id)
            )
        }
    }

    @Test func `configurations are listed without their paths, and stay readable when they are deleted`()
        async throws
    {
        let service = InMemoryBackupService()
        _ = try await service.wait(for: service.start("nightly", key: nil).id)
        try await withServer(service) { server in
            let list = try await server.get("/v2/configurations")
            #expect(
                list.body
                    == server.filled(
                        #"""
                        {"configurations": [{"project_id": "123456", "id": "CONF_ID",
                          "agent": {"id": "AGENT_ID", "links": [{"href": "https://API/v2/agents/AGENT_ID", "rel": "full"}]},
                          "name": "nightly", "enabled": true, "schedule": null, "retention": {"days": 30},
                          "backups": {"last_completed": {"id": "BACKUP_ID", "links": [{"href": "https://API/v2/backups/BACKUP_ID", "rel": "full"}]}, "next": null},
                          "links": [{"href": "https://API/v2/configurations/CONF_ID", "rel": "full"},
                           {"href": "https://API/v2/configurations/CONF_ID/activities", "rel": "activities"},
                           {"href": "https://API/v2/configurations/CONF_ID/events", "rel": "events"}]}]}
                        """#
                    )
            )
            #expect(try await server.send("DELETE", "/v2/configurations/nightly").status == 204)
            #expect(try await server.get("/v2/configurations").body == #"{"configurations":[]}"#)
            let details = try await server.get("/v2/configurations/nightly")
            #expect(details.status == 200)
            #expect(
                details.body
                    == server.filled(
                        #"""
                        {"project_id": "123456", "id": "CONF_ID",
                         "agent": {"id": "AGENT_ID", "links": [{"href": "https://API/v2/agents/AGENT_ID", "rel": "full"}]},
                         "name": "nightly", "enabled": true, "schedule": null, "retention": {"days": 30},
                         "inclusions": [{"type": "folder", "path": "/srv/nightly/"}], "exclusions": [], "notifications": [],
                         "deleted": true,
                         "backups": {"last_completed": {"id": "BACKUP_ID", "links": [{"href": "https://API/v2/backups/BACKUP_ID", "rel": "full"}]}, "next": null},
                         "links": [{"href": "https://API/v2/configurations/CONF_ID", "rel": "self"},
                          {"href": "https://API/v2/configurations/CONF_ID/activities", "rel": "activities"},
                          {"href": "https://API/v2/configurations/CONF_ID/events", "rel": "events"}]}
                        """#
                    )
            )
        }
    }
}

enum Samples {
    /// The body of the contract's create (2.4.1).
    static let configuration = #"""
        {"agent_id": "AGENT_ID", "name": "Every other hour", "enabled": true,
         "schedule": {"recurrence": ["RRULE:FREQ=HOURLY;INTERVAL=2"], "time_zone": "US/Central"}, "retention": {"days": 30},
         "inclusions": [{"type": "folder", "path": "/data/"}, {"type": "file", "path": "/conf/app.conf"}],
         "exclusions": [{"type": "folder", "path": "/data/cache/"}, {"type": "file", "path": "/data/cache.jpg"}],
         "notifications": [{"type": "email", "destination": "ops@example.com", "on_success": true, "on_failure": true}]}
        """#

    /// The body of the contract's restore (2.5.1), on the one agent.
    static let restore = #"""
        {"backup_id": "BACKUP_ID", "destination_agent_id": "AGENT_ID", "destination_path": "/restore/target",
         "overwrite_files": false, "encrypted_password_hex": null, "inclusions": [{"type": "folder", "path": "/data/"}],
         "exclusions": [{"type": "folder", "path": "/data/cache/"}]}
        """#
}
