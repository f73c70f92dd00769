import BackupAPI
import GRDB

/// What a run of restic is.
enum RunKind: String, Sendable {
    case backup, restore, cleanup
}

/// A run that is not over.
struct UnfinishedRun: Sendable {
    let kind: RunKind
    let id: String
}

/// What backups, restores and cleanups have in common in the catalog. Times are microseconds since 1970.
protocol RunRow: Codable, FetchableRecord, MutablePersistableRecord, Sendable {
    associatedtype Verdict: RunVerdict

    static var kind: RunKind { get }
    /// The states that the contract has no event for (3.4).
    static var silentStates: Set<ActivityState> { get }
    static func unknown(_ id: String) -> BackupError
    static func alreadyFinal(_ id: String, state: ActivityState) -> BackupError

    /// Ascending in the order of the starts.
    var number: Int64? { get set }
    var id: String { get }
    var startKey: String? { get }
    /// The name of the repository in which it works.
    var repository: String { get }
    var state: String { get set }
    var createdTime: Int64 { get }
    var updatedTime: Int64 { get set }
    var startedTime: Int64? { get set }
    var endedTime: Int64? { get set }
    var errorCount: Int { get set }
    var errorReason: String { get set }
    var errorDiagnostics: String { get set }
    var exitCode: Int? { get set }
    var resticVersion: String? { get set }
    /// The launcher of restic: its number and its start, which are one process in the boot `bootID` only.
    var processID: Int32? { get set }
    var processStart: Int64? { get set }
    var bootID: String { get set }
    /// The configuration that its events belong to.
    var eventConfiguration: String? { get }

    /// Takes over what only this kind of run has.
    mutating func apply(_ verdict: Verdict, _ database: Database) throws
    /// Notes what others have to do now that it is over, in the transaction that ends it.
    func noteEnd(_ database: Database) throws
    /// How far it was at its end, for the last event of its progress; `nil` when there is none.
    func finalProgress() -> BackupProgress?
}

extension RunRow {
    static var databaseColumnEncodingStrategy: DatabaseColumnEncodingStrategy { .convertToSnakeCase }
    static var databaseColumnDecodingStrategy: DatabaseColumnDecodingStrategy { .convertFromSnakeCase }
    static var databaseTableName: String { kind.rawValue }

    var activityState: ActivityState { ActivityState(rawValue: state) }

    /// The launcher of restic; `nil` before it was recorded.
    var process: ProcessIdentity? {
        guard let processID, let processStart else { return nil }
        return ProcessIdentity(id: processID, startTicks: processStart, bootID: bootID)
    }

    /// The summary of the contract's resource.
    var errorSummary: ErrorSummary {
        ErrorSummary(
            count: errorCount,
            reason: errorReason,
            diagnostics: errorDiagnostics,
            links: [Link(href: "/v2/\(Self.kind)s/\(id)/errors", rel: "full")]
        )
    }

    /// The links of the contract's resource.
    var links: [Link] {
        [
            Link(href: "/v2/\(Self.kind)s/\(id)", rel: "self"),
            Link(href: "/v2/\(Self.kind)s/\(id)/events", rel: "events"),
        ]
    }

    mutating func didInsert(_ inserted: InsertionSuccess) {
        number = inserted.rowID
    }

    func noteEnd(_ database: Database) throws {}

    func finalProgress() -> BackupProgress? { nil }
}

extension Reference {
    /// A reference with a link to the full form, below `/v2/COLLECTION/`.
    init(_ id: String, in collection: String) {
        self.init(
            id: ResourceID(id),
            links: [Link(href: "/v2/\(collection)/\(id)", rel: "full")]
        )
    }
}
