import BackupAPI
import BackupServer
import BackupTesting
import Testing

@Suite(.timeLimit(.minutes(2))) struct PatchTests {
    private static let stop = #"[{"op": "replace", "path": "/state", "value": "stop_requested"}]"#

    @Test func `a backup is stopped by a patch, twice without harm, and not when it is over`() async throws {
        let gate = Gate()
        var script = BackupScript.runsUntilStopped
        script.stopGate = gate
        let service = InMemoryBackupService(scripts: ["nightly": [script]])
        let id = try await service.start("nightly", key: nil).id
        try await withServer(service) { server in
            for _ in 0..<2 {
                let reply = try await server.send(
                    "PATCH",
                    "/v2/backups/\(id)",
                    Self.stop,
                    headers: ["Content-Type": "application/json-patch+json"]
                )
                #expect(reply.status == 204 && reply.body.isEmpty)
            }
            #expect(try await service.backup(id).state == .stopRequested)
            gate.open()
            let late = try await server.send("PATCH", "/v2/backups/\(id)", Self.stop)
            #expect(late.status == 409)
            #expect(
                late.body
                    == #"{"message":"backup is already in one of the states ['completed', 'completed_with_errors', 'failed', 'stopped', 'skipped', 'missed']"}"#
            )
        }
    }

    @Test func `restores and cleanups are stopped in the same way`() async throws {
        let service = InMemoryBackupService(restores: [.runsUntilStopped], cleanups: [.runsUntilStopped])
        let backup = try await service.wait(for: service.start("nightly", key: nil).id).id
        let draft = RestoreDraft(
            backup: backup,
            destinationAgent: .make(0),
            inclusions: [PathRule(type: .folder, path: "/srv/")]
        )
        let restore = try await service.startRestore(draft, key: nil).id
        let cleanup = try await service.startCleanup(.make(0), key: nil).id
        try await withServer(service) { server in
            for path in ["/v2/restores/\(restore)", "/v2/cleanups/\(cleanup)"] {
                #expect(try await server.send("PATCH", path, Self.stop).status == 204)
                #expect(try await server.get(path).body.contains(#""state":"stopped""#))
                let late = try await server.send("PATCH", path, Self.stop)
                #expect(late.status == 409)
                #expect(
                    late.body.hasSuffix(
                        #"states ['completed', 'completed_with_errors', 'failed', 'stopped']"}"#
                    )
                )
            }
        }
    }

    @Test func `what a patch of a run may not say is named, and reports of agents are refused`() async throws
    {
        let service = InMemoryBackupService(scripts: ["nightly": [.runsUntilStopped]])
        let id = try await service.start("nightly", key: nil).id
        try await withServer(service) { server in
            let wrong = try await server.send(
                "PATCH",
                "/v2/backups/\(id)",
                #"[{"op": "remove", "path": "/state"}, {"op": "add", "path": "/name", "value": 1}, 3]"#
            )
            #expect(wrong.status == 400)
            #expect(
                wrong.body
                    == #"{"message":"validation failed","errors":["[0].op: 'remove' is not allowed here; allowed: replace, add","#
                    + #""[0].value missing","[1].path: '/name' cannot be changed; allowed: /state, /started_time, /ended_time, "#
                    + #"/snapshot_id, /errors, /files_searched, /files_backed_up, /bytes_searched, /bytes_backed_up, /bytes_in_db, "#
                    + #"/bandwidth_avg_bps","[2]: expected an object, found a number"]}"#
            )
            let unknown = try await server.send(
                "PATCH",
                "/v2/backups/\(id)",
                #"[{"op": "replace", "path": "/state", "value": "paused"}]"#
            )
            #expect(
                unknown.body
                    == #"{"message":"validation failed","errors":["[0].value: 'paused' is no state of a backup"]}"#
            )
            let report = try await server.send(
                "PATCH",
                "/v2/backups/\(id)",
                #"[{"op": "add", "path": "/started-time", "value": "2014-08-05T18:22:22.238641Z"}]"#
            )
            #expect(report.status == 403)
            #expect(
                report.body
                    == #"{"message":"only the agent that runs a backup may report on it; a client may set /state to stop_requested"}"#
            )
            let object = try await server.send("PATCH", "/v2/backups/\(id)", #"{"state": "stop_requested"}"#)
            #expect(
                object.body == #"{"message":"the body is an object, and must be an array of operations"}"#
            )
        }
    }

    @Test func `seven parts of a configuration are replaced, all or none`() async throws {
        try await withServer { server in
            let path = "/v2/configurations/nightly"
            let patch = #"""
                [{"op": "replace", "path": "/name", "value": "Nightly"}, {"op": "replace", "path": "/enabled", "value": false},
                 {"op": "replace", "path": "/schedule",
                  "value": {"recurrence": ["RRULE:FREQ=DAILY;INTERVAL=1;BYHOUR=3;BYMINUTE=30"], "time_zone": "Europe/Berlin"}},
                 {"op": "replace", "path": "/retention/days", "value": 60},
                 {"op": "replace", "path": "/inclusions", "value": [{"type": "folder", "path": "/a/"}]},
                 {"op": "replace", "path": "/exclusions", "value": [{"type": "file", "path": "/a/b"}]},
                 {"op": "replace", "path": "/notifications",
                  "value": [{"type": "email", "destination": "a@example.com", "on_success": false, "on_failure": true}]}]
                """#
            #expect(try await server.send("PATCH", path, patch).status == 204)
            let changed = try await server.get(path).body
            #expect(
                changed.contains(
                    #""name":"Nightly","enabled":false,"schedule":{"start":"2014-08-05T18:22:23Z","#
                        + #""recurrence":["RRULE:FREQ=DAILY;INTERVAL=1;BYHOUR=3;BYMINUTE=30"],"time_zone":"Europe/Berlin"},"#
                        + #""retention":{"days":60},"inclusions":[{"type":"folder","path":"/a/"}],"#
                        + #""exclusions":[{"type":"file","path":"/a/b"}],"#
                        + #""notifications":[{"type":"email","destination":"a@example.com","on_success":false,"on_failure":true}]"#
                )
            )
            let half = try await server.send(
                "PATCH",
                path,
                #"[{"op": "replace", "path": "/name", "value": "Other"}, {"op": "replace", "path": "/inclusions", "value": []}]"#
            )
            #expect(half.status == 400)
            #expect(
                half.body
                    == #"{"message":"validation failed","errors":["inclusions: at least one path is needed","exclusion '/a/b' lies below no inclusion"]}"#
            )
            #expect(try await server.get(path).body == changed)
            let wrong = try await server.send(
                "PATCH",
                path,
                #"[{"op": "add", "path": "/name", "value": "x"}, {"op": "replace", "path": "/deleted", "value": true}]"#
            )
            #expect(
                wrong.body
                    == #"{"message":"validation failed","errors":["[0].op: 'add' is not allowed here; allowed: replace","#
                    + #""[1].path: '/deleted' cannot be changed; allowed: /name, /enabled, /schedule, /retention/days, /inclusions, /exclusions, /notifications"]}"#
            )
            let types = try await server.send(
                "PATCH",
                path,
                #"[{"op": "replace", "path": "/name", "value": 1}, {"op": "replace", "path": "/retention/days", "value": 1.5}]"#
            )
            #expect(
                types.body
                    == #"{"message":"validation failed","errors":["[0].value: expected a string, found a number","[1].value: expected an integer, found a number"]}"#
            )
            let manual = #"[{"op": "replace", "path": "/schedule", "value": null}]"#
            #expect(try await server.send("PATCH", path, manual).status == 204)
            #expect(try await server.get(path).body.contains(#""schedule":null"#))
        }
    }
}
