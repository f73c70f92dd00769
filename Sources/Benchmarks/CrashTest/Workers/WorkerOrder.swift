/// What a worker is told: which workflow to run or to take up, with which service, and when to die.
struct WorkerOrder: Codable, Sendable {
    /// The folder of the run: its journal, and what the worker answers.
    var folder: String
    /// The name of the workflow.
    var workflow: String
    /// Where the backups are done.
    var service: ServiceAddress
    /// The point at which the worker kills itself; `nil` never.
    var deathPoint: Int?
    /// The seed of the pauses that change the order of things.
    var seed: UInt64

    var journalPath: String { folder + "/journal.sqlite" }
    var answerPath: String { folder + "/answer.json" }
}

/// Where a worker finds its service.
enum ServiceAddress: Codable, Sendable {
    /// A server of the Cloud Backup API on this host.
    case server(port: Int)
    /// restic, with everything in a folder.
    case restic(ResticSite)
}

/// What a run came to, as its worker and the service saw it.
struct Account: Codable, Equatable {
    var status: String
    var outcome: String
    var message: String?
    var report: [String]
}
