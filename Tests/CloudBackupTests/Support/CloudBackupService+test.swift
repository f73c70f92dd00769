import BackupAPI
import BackupTesting

@testable import CloudBackup
import LoopbackTesting

/// What tests share: the token that must never be seen, and times that pass when a test says so.
struct Bench {
    static let token = "token-0123456789abcdef"
    static let key = "key-fedcba9876543210"

    /// Every pause takes no time.
    let pauses = JumpingClock()
    /// Nothing is late before a test says so.
    let lateness = ManualClock()

    /// The service at a port of this machine, with a token.
    func service(
        host: String = "127.0.0.1",
        port: Int,
        path: String = "/v2/123456",
        credentials: CloudCredentials = .fixedToken(token),
        agent: ResourceID<Agent>? = nil,
        projectID: String? = nil,
        deadlines: CloudDeadlines = CloudDeadlines(),
        now: @escaping @Sendable () -> Timestamp = { .sample },
        jitter: @escaping @Sendable () -> Double = { 0.5 }
    ) throws -> CloudBackupService {
        try CloudBackupService(
            CloudSettings(
                endpoint: .baseURL("http://\(host):\(port)\(path)"),
                credentials: credentials,
                projectID: projectID,
                agent: agent,
                deadlines: deadlines
            ),
            now: now,
            pauses: pauses,
            lateness: lateness,
            jitter: jitter
        )
    }
}

extension String {
    /// A backup's JSON of the contract's shape.
    static func backup(_ id: String = "b1", state: String = "start_requested") -> String {
        let isFinal = ActivityState(rawValue: state).isFinal
        return """
            {"project_id": "123456", "id": "\(id)",
             "agent": {"id": "a1", "links": [{"href": "https://API/v2/agents/a1", "rel": "full"}]},
             "configuration": {"id": "c1", "links": [{"href": "https://API/v2/configurations/c1", "rel": "full"}]},
             "state": "\(state)", "started_time": null,
             "ended_time": \(isFinal ? "\"2014-08-05T18:23:50.489715Z\"" : "null"), "snapshot_id": null,
             "errors": {"count": 0, "reason": "", "diagnostics": "",
              "links": [{"href": "https://API/v2/backups/\(id)/errors", "rel": "full"}]},
             "files_searched": 0, "files_backed_up": 0, "bytes_searched": 0, "bytes_backed_up": 0, "bytes_in_db": 0,
             "bandwidth_avg_bps": 0, "restorable": false,
             "links": [{"href": "https://API/v2/backups/\(id)", "rel": "self"},
              {"href": "https://API/v2/backups/\(id)/events", "rel": "events"}]}
            """
    }
}
