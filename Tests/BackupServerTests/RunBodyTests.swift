import BackupAPI
import BackupServer
import BackupTesting
import Testing

/// Whole bodies of restores, cleanups, agents, activities and events.
@Suite(.timeLimit(.minutes(2))) struct RunBodyTests {
    @Test func `a restore is created with the sample's keys and listed without its paths`() async throws {
        let service = InMemoryBackupService()
        _ = try await service.wait(for: service.start("nightly", key: nil).id)
        try await withServer(service) { server in
            let reply = try await server.send("POST", "/v2/restores", server.filled(Samples.restore))
            #expect(reply.status == 201)
            #expect(reply.location == server.filled("https://API/v2/restores/RESTORE_ID"))
            #expect(
                reply.body
                    == server.filled(
                        #"""
                        {"project_id": "123456", "id": "RESTORE_ID",
                         "backup": {"id": "BACKUP_ID", "links": [{"href": "https://API/v2/backups/BACKUP_ID", "rel": "full"}]},
                         "destination_agent": {"id": "AGENT_ID", "links": [{"href": "https://API/v2/agents/AGENT_ID", "rel": "full"}]},
                         "destination_path": "/restore/target", "overwrite_files": false,
                         "inclusions": [{"type": "folder", "path": "/data/"}], "exclusions": [{"type": "folder", "path": "/data/cache/"}],
                         "state": "start_requested", "started_time": null, "ended_time": null,
                         "errors": {"count": 0, "reason": "", "diagnostics": "",
                          "links": [{"href": "https://API/v2/restores/RESTORE_ID/errors", "rel": "full"}]},
                         "files_restored": 0, "bytes_restored": 0,
                         "links": [{"href": "https://API/v2/restores/RESTORE_ID", "rel": "self"},
                          {"href": "https://API/v2/restores/RESTORE_ID/events", "rel": "events"}]}
                        """#
                    )
            )
            _ = try await server.get(server.filled("/v2/restores/RESTORE_ID"))
            #expect(
                try await server.get("/v2/restores").body
                    == server.filled(
                        #"""
                        {"restores": [{"project_id": "123456", "id": "RESTORE_ID",
                         "backup": {"id": "BACKUP_ID", "links": [{"href": "https://API/v2/backups/BACKUP_ID", "rel": "full"}]},
                         "destination_agent": {"id": "AGENT_ID", "links": [{"href": "https://API/v2/agents/AGENT_ID", "rel": "full"}]},
                         "destination_path": "/restore/target", "overwrite_files": false, "state": "completed",
                         "started_time": "2014-08-05T18:22:25.000000Z", "ended_time": "2014-08-05T18:22:26.000000Z",
                         "errors": {"count": 0, "reason": "", "diagnostics": "",
                          "links": [{"href": "https://API/v2/restores/RESTORE_ID/errors", "rel": "full"}]},
                         "files_restored": 2, "bytes_restored": 1512,
                         "links": [{"href": "https://API/v2/restores/RESTORE_ID", "rel": "full"},
                          {"href": "https://API/v2/restores/RESTORE_ID/events", "rel": "events"}]}],
                         "links": [{"href": "https://API/v2/restores?marker=RESTORE_ID", "rel": "next"},
                          {"href": "https://API/v2/restores?marker=RESTORE_ID&sort_dir=asc", "rel": "previous"}]}
                        """#
                    )
            )
        }
    }

    @Test func `a cleanup is created with the sample's keys, and its errors have no diagnostics`()
        async throws
    {
        try await withServer { server in
            let body = server.filled(#"{"agent_id": "AGENT_ID", "state": "start_requested"}"#)
            let reply = try await server.send("POST", "/v2/cleanups", body)
            #expect(reply.status == 201)
            #expect(reply.location == server.filled("https://API/v2/cleanups/CLEANUP_ID"))
            #expect(
                reply.body
                    == server.filled(
                        #"""
                        {"project_id": "123456", "id": "CLEANUP_ID",
                         "agent": {"id": "AGENT_ID", "links": [{"href": "https://API/v2/agents/AGENT_ID", "rel": "full"}]},
                         "state": "start_requested", "started_time": null, "ended_time": null, "snapshot_ids": [],
                         "errors": {"count": 0, "reason": "", "diagnostics": "",
                          "links": [{"href": "https://API/v2/cleanups/CLEANUP_ID/errors", "rel": "full"}]},
                         "bytes_before": 0, "bytes_after": 0,
                         "links": [{"href": "https://API/v2/cleanups/CLEANUP_ID", "rel": "self"},
                          {"href": "https://API/v2/cleanups/CLEANUP_ID/events", "rel": "events"}]}
                        """#
                    )
            )
            let final = try await server.get(server.filled("/v2/cleanups/CLEANUP_ID"))
            #expect(
                final.body.contains(
                    #""snapshot_ids":[23,51],"errors":{"count":0,"reason":"","diagnostics":null,"#
                )
            )
            #expect(
                try await server.get(server.filled("/v2/cleanups/CLEANUP_ID/errors")).body
                    == server.filled(
                        #"""
                        {"count": 0, "reason": "", "diagnostics": null, "list": [],
                         "links": [{"href": "https://API/v2/cleanups/CLEANUP_ID/errors", "rel": "self"}]}
                        """#
                    )
            )
        }
    }

    @Test func `activities have a configuration unless they are cleanups`() async throws {
        let service = InMemoryBackupService()
        _ = try await service.wait(for: service.start("nightly", key: nil).id)
        _ = try await service.cleanup(service.startCleanup(.make(0), key: nil).id)
        try await withServer(service) { server in
            #expect(
                try await server.get("/v2/activities").body
                    == server.filled(
                        #"""
                        {"activities": [{"id": "CLEANUP_ID", "type": "cleanup", "last_updated_time": "2014-08-05T18:22:26.000000Z",
                          "state": "completed", "agent": {"id": "AGENT_ID", "links": [{"href": "https://API/v2/agents/AGENT_ID", "rel": "full"}]},
                          "links": [{"href": "https://API/v2/cleanups/CLEANUP_ID", "rel": "cleanup"}]},
                         {"id": "BACKUP_ID", "type": "backup", "last_updated_time": "2014-08-05T18:22:24.000000Z",
                          "state": "completed",
                          "agent": {"id": "AGENT_ID", "links": [{"href": "https://API/v2/agents/AGENT_ID", "rel": "full"}]},
                          "configuration": {"id": "CONF_ID", "links": [{"href": "https://API/v2/configurations/CONF_ID", "rel": "full"}]},
                          "links": [{"href": "https://API/v2/backups/BACKUP_ID", "rel": "backup"}]}],
                         "links": [{"href": "https://API/v2/activities?marker=BACKUP_ID", "rel": "next"},
                          {"href": "https://API/v2/activities?marker=CLEANUP_ID&sort_dir=asc", "rel": "previous"}]}
                        """#
                    )
            )
            let own = try await server.get("/v2/configurations/nightly/activities")
            #expect(own.body.contains(#""type":"backup""#) && !own.body.contains(#""type":"cleanup""#))
            let agent = try await server.get(
                server.filled("/v2/agents/AGENT_ID/activities?limit=1&sort_dir=asc")
            )
            #expect(
                agent.body.hasSuffix(
                    server.filled(
                        #"""
                        "links": [{"href": "https://API/v2/agents/AGENT_ID/activities?marker=BACKUP_ID&sort_dir=asc&limit=1", "rel": "next"},
                         {"href": "https://API/v2/agents/AGENT_ID/activities?marker=BACKUP_ID&sort_dir=desc&limit=1", "rel": "previous"}]}
                        """#
                    )
                )
            )
        }
    }

    @Test func `an agent says what is known of its host, and whether it works`() async throws {
        let service = InMemoryBackupService(scripts: ["nightly": [.runsUntilStopped]])
        try await withServer(service) { server in
            let agent = #"""
                {"project_id": "123456", "id": "AGENT_ID", "name": "web", "version": "1.0.0",
                 "host": {"flavor": "rackspace_private_cloud", "region": null, "machine": {"id": null, "links": []},
                  "os": {"name": "Debian", "version": "12", "architecture": "64-bit"}, "addresses": []},
                 "enabled": true, "rsa_public_key": {"modulus": null, "exponent": null},
                 "vault": {"id": null, "name": null, "state": null, "flavor": null, "encrypted": false,
                  "region": null, "use_internal": false, "links": []}, "log_level": "info", "registered_time": "2014-08-05T18:22:22.000000+00:00",
                 "links": [{"href": "https://API/v2/agents/AGENT_ID", "rel": "self"},
                  {"href": "https://API/v2/agents/AGENT_ID/activities", "rel": "activities"},
                  {"href": "https://API/v2/agents/AGENT_ID/configuration", "rel": "configuration"},
                  {"href": "https://API/v2/agents/AGENT_ID/configurations", "rel": "configurations"},
                  {"href": "https://API/v2/agents/AGENT_ID/events", "rel": "events"},
                  {"href": "https://API/v2/agents/AGENT_ID/logfiles", "rel": "logfiles"},
                  {"href": "https://API/v2/agents/AGENT_ID/status", "rel": "status"}]}
                """#
            #expect(try await server.get("/v2/agents").body == server.filled("{\"agents\": [\(agent)]}"))
            #expect(try await server.get(server.filled("/v2/agents/AGENT_ID")).body == server.filled(agent))
            let status = server.filled("/v2/agents/AGENT_ID/status")
            #expect(try await server.get(status).body == #"{"busy":false,"online":true}"#)
            _ = try await service.start("nightly", key: nil)
            #expect(try await server.get(status).body == #"{"busy":true,"online":true}"#)
        }
    }

    @Test func `events of a backup tell its progress, and only new ones follow a marker`() async throws {
        let service = InMemoryBackupService()
        let id = try await service.start("nightly", key: nil).id
        _ = try await service.wait(for: id)
        try await withServer(service) { server in
            let path = server.filled("/v2/backups/BACKUP_ID/events")
            let events = try await server.get(path)
            let names = events.body.split(separator: #""event":""#).dropFirst().map {
                $0.prefix { $0 != "\"" }
            }
            #expect(
                names == [
                    "backup_start_request", "backup_queued", "backup_preparing", "backup_in_progress",
                    "backup_progress",
                    "backup_completed",
                ]
            )
            #expect(
                try await server.get(path + "?marker=5152883870&limit=1").body
                    == server.filled(
                        #"""
                        {"events": [{"id": "5152883871", "time": "2014-08-05T18:22:24.000000Z", "event": "backup_progress",
                          "agent": {"id": "AGENT_ID"}, "configuration": {"id": "CONF_ID"}, "backup": {"id": "BACKUP_ID"},
                          "bytes_completed": 512, "bytes_remaining": 512, "total_bytes": 1024}],
                         "links": [{"href": "https://API/v2/backups/BACKUP_ID/events?marker=5152883871&limit=1", "rel": "next"},
                          {"href": "https://API/v2/backups/BACKUP_ID/events?marker=5152883871&sort_dir=desc&limit=1", "rel": "previous"}]}
                        """#
                    )
            )
            #expect(try await server.get(path + "?marker=5152883872").body == #"{"events":[]}"#)
            let project = try await server.get("/v2/events?limit=1").body
            #expect(project.contains(#""event":"backup_completed""#))
            #expect(
                try await server.get("/v2/configurations/nightly/events?limit=1").body.contains(
                    "backup_completed"
                )
            )
            service.expireEvents()
            #expect(try await server.get(path).body == #"{"events":[]}"#)
        }
    }

    @Test func `the command of a restore says what was asked for, and that of a cleanup names the vault`()
        async throws
    {
        let service = InMemoryBackupService()
        _ = try await service.wait(for: service.start("nightly", key: nil).id)
        try await withServer(service) { server in
            let restore = try await server.send("POST", "/v2/restores", server.filled(Samples.restore))
            #expect(restore.status == 201)
            let cleanup = server.filled(#"{"agent_id": "AGENT_ID", "state": "start_requested"}"#)
            #expect(try await server.send("POST", "/v2/cleanups", cleanup).status == 201)
            for path in [
                "/v2/restores/RESTORE_ID/events?limit=1", "/v2/configurations/CONF_ID/events?sort_dir=asc",
            ] {
                let events = try await server.get(server.filled(path)).body
                #expect(
                    events.contains(
                        server.filled(
                            #"""
                            "event": "restore_start_request", "agent": {"id": "AGENT_ID"},
                             "source_agent": {"vault": {"id": null, "encrypted": false}},
                             "configuration": {"id": "CONF_ID"}, "backup": {"snapshot_id": 1111},
                             "restore": {"id": "RESTORE_ID", "destination_path": "/restore/target", "overwrite_files": false,
                              "inclusions": [{"type": "folder", "path": "/data/"}],
                              "exclusions": [{"type": "folder", "path": "/data/cache/"}]},"request_id":
                            """#
                        )
                    )
                )
            }
            let events = try await server.get(server.filled("/v2/cleanups/CLEANUP_ID/events?limit=1")).body
            #expect(
                events.contains(
                    server.filled(
                        #""agent": {"id": "AGENT_ID", "vault": {"id": null, "encrypted": false}},"cleanup": {"id": "CLEANUP_ID"},"request_id":"#
                    )
                )
            )
        }
    }

    @Test func `a change of a configuration and an activation are events of the project and of the agent`()
        async throws
    {
        try await withServer { server in
            let change = #"[{"op": "replace", "path": "/enabled", "value": false}]"#
            #expect(try await server.send("PATCH", "/v2/configurations/nightly", change).status == 204)
            let wake = #"{"event": "agent_activate", "mode": "real_time"}"#
            #expect(try await server.send("POST", "/v2/events", wake).status == 202)
            for path in ["/v2/events?sort_dir=asc", "/v2/agents/AGENT_ID/events"] {
                let events = try await server.get(server.filled(path)).body
                let changed = server.filled(
                    #""event": "configuration_changed", "agent": {"id": "AGENT_ID"},"request_id":"#
                )
                #expect(events.contains(changed))
                #expect(events.contains(#""event":"agent_activate","mode":"real_time","request_id":"#))
            }
            #expect(try await server.get("/v2/configurations/nightly/events").body == #"{"events":[]}"#)
        }
    }

    @Test func `agents are woken, and only that can be posted`() async throws {
        try await withServer { server in
            for path in ["/v2/events", server.filled("/v2/agents/AGENT_ID/events")] {
                let reply = try await server.send(
                    "POST",
                    path,
                    #"{"event": "agent_activate", "mode": "active"}"#
                )
                #expect(reply.status == 202 && reply.body.isEmpty)
                let wrong = try await server.send(
                    "POST",
                    path,
                    #"{"event": "agent_activate", "mode": "fast"}"#
                )
                #expect(
                    wrong.body
                        == #"{"message":"validation failed","errors":["mode: 'fast' is neither idle nor active nor real_time"]}"#
                )
                #expect(try await server.send("POST", path, #"{"event": "startup"}"#).status == 501)
            }
        }
    }

    @Test func `folders are listed by a request and its result, which expires`() async throws {
        let service = InMemoryBackupService()
        let backup = try await service.wait(for: service.start("nightly", key: nil).id).id
        try await withServer(service) { server in
            let host = try await server.send(
                "POST",
                server.filled("/v2/agents/AGENT_ID/browse-requests"),
                #"{"path": "/srv/nightly/", "path_encoded": null}"#
            )
            #expect(host.status == 202 && host.body.isEmpty)
            let location = try #require(host.location)
            #expect(location.hasPrefix(server.filled("https://API/v2/agents/AGENT_ID/browse-requests/")))
            let path = location.replacing(server.base, with: "")
            let result = try await server.answered(path.replacing("browse-requests", with: "browse-request"))
            #expect(
                result.body
                    == server.filled(
                        #"""
                        {"id": "1407262942000000", "time": "2014-08-05T18:22:22.000000Z", "event": "host_browsed",
                         "agent": {"id": "AGENT_ID"}, "request_id": "REQUEST", "succeeded": true,
                         "path": "/srv/nightly/", "path_encoded": null,
                         "items": [{"name": "a", "name_encoded": null, "bytes": 512, "mime_type": "application/octet-stream"},
                          {"name": "b", "name_encoded": null, "bytes": 512, "mime_type": "application/octet-stream"},
                          {"name": "latest", "name_encoded": null, "bytes": 0, "mime_type": "application/x-symlink-file"}]}
                        """#
                    ).replacing("REQUEST", with: path.split(separator: "/").last ?? "")
            )
            let inBackup = try await server.send(
                "POST",
                "/v2/backups/\(backup)/browse-requests",
                server.filled(
                    #"{"agent_id": "AGENT_ID", "encrypted_password_hex": null, "path": "/none", "path_encoded": null}"#
                )
            )
            let other = try #require(inBackup.location).replacing(server.base, with: "")
            #expect(other.hasPrefix("/v2/backups/\(backup)/browse-requests/"))
            let failed = try await server.answered(other)
            #expect(failed.body.contains(#""event":"backup_browsed""#))
            #expect(
                failed.body.hasSuffix(#""succeeded":false,"path":"/none","path_encoded":null,"items":[]}"#)
            )
            server.time.advance(by: .seconds(61))
            #expect(try await server.get(path).status == 404)
        }
    }
}

extension Fixture {
    /// The first answer that is not 404, as a client asks for a result until it is there.
    func answered(_ path: String) async throws -> Reply {
        while true {
            let reply = try await get(path)
            guard reply.status == 404 else { return reply }
            try Task.checkCancellation()
            await Task.yield()
        }
    }
}
