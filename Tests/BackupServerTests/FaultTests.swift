import BackupAPI
import BackupServer
import BackupTesting
import Testing

/// A request that must be answered with a fault, and that fault.
struct Refusal: Sendable, CustomStringConvertible {
    let description: String
    let method: String
    let path: String
    var body: String?
    let status: Int
    let answer: String

    init(
        _ description: String,
        _ method: String,
        _ path: String,
        _ body: String? = nil,
        is status: Int,
        _ answer: String
    ) {
        self.description = description
        self.method = method
        self.path = path
        self.body = body
        self.status = status
        self.answer = answer
    }
}

@Suite(.timeLimit(.minutes(2))) struct FaultTests {
    @Test(arguments: [
        Refusal(
            "malformed JSON",
            "POST",
            "/v2/backups",
            #"{"configuration_id": "nightly""#,
            is: 400,
            #"{"message":"the body is no JSON: the end of the text at byte 30"}"#
        ),
        Refusal(
            "a body that is no object",
            "POST",
            "/v2/backups",
            "[1]",
            is: 400,
            #"{"message":"the body is an array, and must be an object"}"#
        ),
        Refusal("no body", "POST", "/v2/backups", is: 400, #"{"message":"the request has no body"}"#),
        Refusal(
            "wrong types",
            "POST",
            "/v2/backups",
            #"{"configuration_id": 7, "state": null}"#,
            is: 400,
            #"{"message":"validation failed","errors":["configuration_id: expected a string, found a number","state: expected a string, found null"]}"#
        ),
        Refusal(
            "missing fields",
            "POST",
            "/v2/backups",
            "{}",
            is: 400,
            #"{"message":"validation failed","errors":["configuration_id missing","state missing"]}"#
        ),
        Refusal(
            "a state that starts nothing",
            "POST",
            "/v2/backups",
            #"{"configuration_id": "nightly", "state": "go"}"#,
            is: 400,
            #"{"message":"validation failed","errors":["state: 'go' starts nothing; use start_requested"]}"#
        ),
        Refusal(
            "an unknown configuration",
            "POST",
            "/v2/backups",
            #"{"configuration_id": "nightli", "state": "start_requested"}"#,
            is: 404,
            #"{"message":"no configuration is called 'nightli'. Did you mean 'nightly'?"}"#
        ),
        Refusal(
            "an unknown backup",
            "GET",
            "/v2/backups/none",
            is: 404,
            #"{"message":"no backup has the id 'none'. List the backups to see their ids."}"#
        ),
        Refusal(
            "an unknown restore",
            "GET",
            "/v2/restores/none/events",
            is: 404,
            #"{"message":"no restore has the id 'none'"}"#
        ),
        Refusal(
            "an unknown agent",
            "POST",
            "/v2/cleanups",
            #"{"agent_id": "none", "state": "start_requested"}"#,
            is: 404,
            #"{"message":"no agent has the id 'none'"}"#
        ),
        Refusal("an unknown configuration to delete", "DELETE", "/v2/configurations/none", is: 404, ""),
        Refusal(
            "an unknown resource",
            "GET",
            "/v2/123456/backup",
            is: 404,
            #"{"message":"there is no resource '/backup'"}"#
        ),
        Refusal(
            "a method that a resource has not",
            "PUT",
            "/v2/backups",
            "{}",
            is: 405,
            #"{"message":"PUT is not a method of '/backups'"}"#
        ),
        Refusal(
            "an operation that is left out",
            "GET",
            "/v2/settings/summaries",
            is: 501,
            #"{"message":"GET /settings/summaries is not served: no summaries are sent; a schedule of reports does that"}"#
        ),
        Refusal(
            "a marker that does not exist",
            "GET",
            "/v2/backups?marker=none",
            is: 400,
            #"{"message":"marker 'none' is not in the list of backups"}"#
        ),
        Refusal(
            "a negative limit and a wrong direction",
            "GET",
            "/v2/backups?limit=-1&sort_dir=up",
            is: 400,
            #"{"message":"validation failed","errors":["limit must be an integer from 1, and is '-1'","sort_dir must be asc or desc, and is 'up'"]}"#
        ),
        Refusal(
            "a filter without the one it needs",
            "GET",
            "/v2/backups?configuration_id=nightly",
            is: 400,
            #"{"message":"configuration_id is only valid together with restorable=true"}"#
        ),
        Refusal(
            "a path with a broken escape",
            "GET",
            "/v2/backups/%ff",
            is: 400,
            #"{"message":"the path has a '%' that begins no UTF-8 character"}"#
        ),
        Refusal(
            "another project",
            "GET",
            "/v2/654321/backups",
            is: 403,
            #"{"message":"the token is not for the project '654321'"}"#
        ),
    ])
    func `a request that is wrong is answered with a status and a message`(refusal: Refusal) async throws {
        try await withServer { server in
            let reply = try await server.send(refusal.method, refusal.path, refusal.body)
            #expect(reply.status == refusal.status)
            #expect(reply.body == refusal.answer)
        }
    }

    @Test func `paths that break the contract's rules are named one by one`() async throws {
        try await withServer { server in
            let body = server.filled(Samples.configuration)
                .replacing(
                    #"{"type":"file","path":"/conf/app.conf"}"#,
                    with: #"{"type":"folder","path":"/data/sub/"}"#
                )
                .replacing("/data/cache.jpg", with: "/elsewhere")
                .replacing(#""on_failure":true"#, with: #""on_failure":false"#)
            let reply = try await server.send("POST", "/v2/configurations", body)
            #expect(reply.status == 400)
            #expect(
                reply.body
                    == #"{"message":"validation failed","errors":["notifications: at least one must have on_failure","#
                    + #""inclusions: '/data/sub/' lies below '/data/'","exclusion '/elsewhere' lies below no inclusion"]}"#
            )
        }
    }

    @Test func `all that a configuration lacks is named at once`() async throws {
        try await withServer { server in
            let reply = try await server.send(
                "POST",
                "/v2/configurations",
                #"{"name": 1, "schedule": {"recurrence": ["RRULE:FREQ=HOURLY;INTERVAL=2"]}, "retention": {"days": "x"}, "inclusions": [{"type": "disk", "path": "/"}, 5]}"#
            )
            #expect(reply.status == 400)
            #expect(
                reply.body
                    == #"{"message":"validation failed","errors":["agent_id missing","name: expected a string, found a number","#
                    + #""enabled missing","schedule.time_zone missing","retention.days: expected an integer, found a string","#
                    + #""type: 'disk' is neither file nor folder","inclusions[1]: expected an object, found a number","#
                    + #""exclusions missing","notifications missing"]}"#
            )
        }
    }

    @Test func `a second configuration of the same name is a conflict`() async throws {
        try await withServer { server in
            let body = server.filled(Samples.configuration)
            #expect(try await server.send("POST", "/v2/configurations", body).status == 201)
            let again = try await server.send("POST", "/v2/configurations", body)
            #expect(again.status == 409)
            #expect(
                again.body
                    == #"{"message":"another configuration has the name 'Every other hour'. Choose another name, or delete that one."}"#
            )
        }
    }

    @Test func `slashes may be doubled, and the project may be missing or there twice`() async throws {
        try await withServer { server in
            for path in [
                "/v2//configurations", "//v2/123456//configurations/", "/v2/123456/v2/123456/configurations",
                "/v2/123456/v2/configurations",
            ] {
                let reply = try await server.get(path)
                #expect(reply.status == 200)
            }
        }
    }

    @Test func `a back end that cannot be reached is a 503 that says when to ask again`() async throws {
        let error = BackupError(.repositoryLocked, "the repository is locked", isRetryable: true)
        let service = InMemoryBackupService(scripts: ["nightly": [.refuses(error)]])
        try await withServer(service) { server in
            let reply = try await server.send(
                "POST",
                "/v2/backups",
                #"{"configuration_id": "nightly", "state": "start_requested"}"#
            )
            #expect(reply.status == 503)
            #expect(reply.headers["retry-after"] == "5")
            #expect(
                reply.body.hasPrefix(
                    #"{"message":"the repository is in use by another program; the server's log says why at request "#
                )
            )
        }
    }

    @Test(arguments: [
        (BackupError.Code.storage, true, 503, "the service's store is in use by another program"),
        (.storage, false, 500, "the service's store cannot be used"),
        (.diskFull, true, 503, "the service has no space left"),
        (.wrongPassword, false, 500, "the repository does not take the service's password"),
        (.service, false, 500, "the service failed"),
    ])
    func `what fails within the host is told without its paths, and in full in the log`(
        code: BackupError.Code,
        isRetryable: Bool,
        status: Int,
        words: String
    ) async throws {
        let lines = LogLines()
        let path = "/var/lib/site/.moonkeep/catalog.sqlite"
        let error = BackupError(code, "the catalog '\(path)' failed", isRetryable: isRetryable)
        let service = InMemoryBackupService(scripts: ["nightly": [.refuses(error)]])
        try await withServer(service, logLines: lines) { server in
            let start = #"{"configuration_id": "nightly", "state": "start_requested"}"#
            let reply = try await server.send("POST", "/v2/backups", start)
            #expect(reply.status == status)
            #expect(reply.headers["retry-after"] == (status == 503 ? "5" : nil))
            #expect(reply.body.hasPrefix(#"{"message":"\#(words); the server's log says why at request "#))
            #expect(!reply.body.contains("/var"))
        }
        #expect(lines.all.contains { $0.contains("error service failed ") && $0.contains(path) })
    }

    @Test(arguments: [
        ("", "in '…' (…), see …: …. and/or https://example.org/a 1/2 / …"),
        ("/srv/b", "in '…' (/srv/b), see …: …. and/or https://example.org/a 1/2 / …"),
        (
            "/srv/my site/moonkeep.yaml",
            "in '/srv/my site/moonkeep.yaml' (…), see …: …. and/or https://example.org/a 1/2 / …"
        ),
    ])
    func `a refusal keeps the paths that the client sent, and no other`(sent: String, words: String)
        async throws
    {
        let error = BackupError(
            .conflict,
            "in '/srv/my site/moonkeep.yaml' (/srv/b), see /etc/x.conf: /ünï. and/or https://example.org/a 1/2 / /var/lib/y"
        )
        let service = InMemoryBackupService(scripts: ["nightly": [.refuses(error)]])
        try await withServer(service) { server in
            let start = #"{"configuration_id": "nightly", "state": "start_requested", "x": "\#(sent)"}"#
            let reply = try await server.send("POST", "/v2/backups", start)
            #expect(reply.status == 409)
            #expect(reply.body == #"{"message":"\#(words)"}"#)
        }
    }

    @Test func `health and ping answer with and without the version`() async throws {
        try await withServer { server in
            let ping = try await server.send("GET", "/ping", token: "")
            #expect(ping.status == 204 && ping.body.isEmpty)
            #expect(try await server.get("/v2/123456/ping").status == 204)
            #expect(
                try await server.get("/v2/health").body
                    == server.filled(
                        #"""
                        {"event": {"rse": {"online": true, "regions": {"local": {"online": true}},
                          "links": [{"href": "https://API/v2/health/event/rse", "rel": "self"}]}},
                         "storage": {"cassandra": {"online": true, "links": [{"href": "https://API/v2/health/storage/cassandra", "rel": "self"}]}},
                         "transport": {"pecan": {"online": true, "node": "moonkeep",
                          "links": [{"href": "https://API/v2/health/transport/pecan", "rel": "self"}]}}}
                        """#
                    )
            )
            #expect(
                try await server.get("/health/cassandra").body
                    == server.filled(
                        #"{"online": true, "links": [{"href": "https://API/health/storage/cassandra", "rel": "self"}]}"#
                    )
            )
            #expect(try await server.get("/v2/health/event/rse").status == 200)
            #expect(try await server.get("/v2/health/event/none").status == 404)
        }
    }

    @Test func `health tells what an operator should know, and stays well`() async throws {
        try await withServer(notice: { "the site file cannot be used" }) { server in
            let reply = try await server.get("/v2/health")
            #expect(reply.status == 200)
            #expect(
                reply.body.hasSuffix(
                    #","site":{"settings":{"online":true,"message":"the site file cannot be used","links":[]}}}"#
                )
            )
        }
    }

    @Test func `health says that a service would take no start`() async throws {
        try await withServer(over: { LockedService(base: $0) }) { server in
            for path in ["/v2/health", "/health/storage/cassandra", "/v2/health/rse"] {
                let reply = try await server.get(path)
                #expect(reply.status == 503)
                #expect(reply.headers["retry-after"] == "5")
                #expect(reply.body.contains(#""online":false"#))
            }
            #expect(try await server.get("/v2/health/pecan").status == 200)
            #expect(try await server.get("/v2/ping").status == 204)
        }
    }
}

/// A service whose store another program has locked for writing.
private struct LockedService: ForwardingBackupService {
    let base: InMemoryBackupService

    func checkReadiness() async throws {
        throw BackupError(.storage, "the catalog is in use by another program", isRetryable: true)
    }
}
