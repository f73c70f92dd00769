import BackupAPI
import BackupServer
import BackupTesting
import Synchronization
import Testing

/// What clients send that is not in the samples' own words.
@Suite(.timeLimit(.minutes(2))) struct ClientHabitTests {
    @Test(arguments: [
        ("true", true), ("True", true), ("1", true), ("false", false), ("False", false), ("0", false),
    ])
    func `a boolean in a query is taken as clients write it`(text: String, isRestorable: Bool) async throws {
        let failing = BackupScript.fails
        let service = InMemoryBackupService(
            [.make("mail"), .make("nightly")],
            scripts: ["mail": [failing], "nightly": [.completes]]
        )
        for name in ["mail", "nightly"] {
            _ = try await service.wait(for: service.start(ResourceID(name), key: nil).id)
        }
        try await withServer(service) { server in
            let backups = try await server.get("/v2/backups?restorable=\(text)").body
            #expect(backups.contains(#""state":"failed""#) == !isRestorable)
            #expect(backups.contains(#""state":"completed""#))
            let configurations = try await server.get("/v2/configurations?restorable=\(text)").body
            #expect(configurations.contains(#""name":"mail""#) == !isRestorable)
            #expect(configurations.contains(#""name":"nightly""#))
            let wrong = try await server.get("/v2/configurations?restorable=yes")
            #expect(wrong.body == #"{"message":"restorable must be true or false, and is 'yes'"}"#)
        }
    }

    @Test func `booleans and integers in quotes are taken, as the contract's tables call them strings`()
        async throws
    {
        try await withServer { server in
            let body = server.filled(Samples.configuration)
                .replacing(#""enabled":true"#, with: #""enabled":"True""#)
                .replacing(#""on_success":true"#, with: #""on_success":"false""#)
                .replacing(#""days":30"#, with: #""days":"30""#)
            let reply = try await server.send("POST", "/v2/configurations", body)
            #expect(reply.status == 201)
            #expect(reply.body.contains(#""enabled":true"#) && reply.body.contains(#""days":30"#))
            #expect(reply.body.contains(#""on_success":false"#))
        }
    }

    @Test func `a restore to where the files were has a null, and an empty password is none`() async throws {
        let service = InMemoryBackupService()
        _ = try await service.wait(for: service.start("nightly", key: nil).id)
        try await withServer(service) { server in
            let body = server.filled(Samples.restore)
                .replacing(#""/restore/target""#, with: "null")
                .replacing(#""encrypted_password_hex":null"#, with: #""encrypted_password_hex":"""#)
            let reply = try await server.send("POST", "/v2/restores", body)
            #expect(reply.status == 201)
            #expect(reply.body.contains(#""destination_path":null"#))
        }
    }

    @Test func `what a service leaves out of a schedule or an error is there all the same`() async throws {
        var scheduled = Configuration.make("nightly")
        scheduled.schedule = Schedule(recurrence: ["RRULE:FREQ=HOURLY;INTERVAL=2"], timeZone: "US/Central")
        let items = [ErrorItem(index: 0, path: "/a", type: "file_or_folder_missing")]
        let errors = ErrorList(count: 1, reason: "r", diagnostics: "d", list: items)
        try await withServer(
            InMemoryBackupService([scheduled]),
            over: { FailedService(base: $0, list: errors) }
        ) { server in
            let start =
                #""schedule":{"start":null,"recurrence":["RRULE:FREQ=HOURLY;INTERVAL=2"],"time_zone":"US/Central"}"#
            for path in ["/v2/configurations", "/v2/configurations/nightly", "/v2/configurations.json"] {
                let reply = try await server.get(path)
                #expect(reply.body.contains(start))
            }
            let listed = try await server.get("/v2/backups/any/errors")
            #expect(
                listed.body.contains(
                    #""list":[{"index":0,"path":"/a","type":"file_or_folder_missing","description":"file or folder missing","exception":null}]"#
                )
            )
        }
    }

    @Test func `which configurations can be restored is one question to the service`() async throws {
        let counts = Counts()
        try await withServer(over: { CountingService(base: $0, counts: counts) }) { server in
            let reply = try await server.get("/v2/configurations?restorable=true")
            #expect(reply.status == 200)
        }
        #expect(counts.ofBackups.withLock { $0 } == 0)
        #expect(counts.ofRestorable.withLock { $0 } == 1)
    }
}

private final class Counts: Sendable {
    let ofBackups = Mutex(0)
    let ofRestorable = Mutex(0)
}

/// A service of which every backup has these errors.
private struct FailedService: ForwardingBackupService {
    let base: InMemoryBackupService
    let list: ErrorList

    func errors(of id: ResourceID<Backup>) async throws -> ErrorList { list }
}

/// A service that counts what it is asked.
private struct CountingService: ForwardingBackupService {
    let base: InMemoryBackupService
    let counts: Counts

    func backups(_ filter: BackupFilter) async throws -> [Backup] {
        counts.ofBackups.withLock { $0 += 1 }
        return try await base.backups(filter)
    }

    func restorableConfigurations() async throws -> Set<ResourceID<Configuration>> {
        counts.ofRestorable.withLock { $0 += 1 }
        return try await base.restorableConfigurations()
    }
}
