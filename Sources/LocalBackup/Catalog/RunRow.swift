package import BackupAPI
import GRDB
import HostSystem

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
    /// How it uses the repository.
    static var lockMode: FileLock.Mode { get }
    /// Whether its end is known as soon as its restic is gone; otherwise there is work left.
    static var concludesAtOnce: Bool { get }
    static func unknown(_ id: String) -> BackupError
    static func alreadyFinal(_ id: String, state: ActivityState) -> BackupError
    /// The whole work of a run, for another host; `nil` where it cannot be done any more.
    static func work(of run: OwnedRun<Self>, _ row: Self, _ service: LocalBackupService) async throws
        -> OwnedRun<Self>.Work?
    /// Whether a run may be done once more whose restic was killed.
    static func isRepeatable(_ run: OwnedRun<Self>) async throws -> Bool
    /// How a run whose restic is gone ended; finishes what is left to do.
    static func verdict(of run: OwnedRun<Self>) async throws -> Verdict

    /// Ascending in the order of the starts.
    var number: Int64? { get }
    var id: String { get }
    var startKey: String? { get }
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
    /// Removes what must not outlive the run.
    func removeLeftovers() throws
}

/// How a run ended.
package protocol RunVerdict: Sendable {
    var state: ActivityState { get }
    var reason: String { get }
    var diagnostics: String { get }
    var errorCount: Int { get }
    var items: [ErrorItem] { get }
    var exitCode: Int? { get }

    /// A run that did not get as far as restic, or that restic refused.
    init(failure: ResticFailure)
}

extension RunRow {
    static var databaseColumnEncodingStrategy: DatabaseColumnEncodingStrategy { .convertToSnakeCase }
    static var databaseColumnDecodingStrategy: DatabaseColumnDecodingStrategy { .convertFromSnakeCase }
    static var databaseTableName: String { kind.rawValue }

    static var lockMode: FileLock.Mode { .shared }
    static var concludesAtOnce: Bool { false }

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

    func noteEnd(_ database: Database) throws {}

    func finalProgress() -> BackupProgress? { nil }

    func removeLeftovers() throws {}
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
