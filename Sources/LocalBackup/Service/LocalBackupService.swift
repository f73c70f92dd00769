public import BackupAPI
import Foundation
public import Logging

/// Backups with restic on this machine, with a catalog in SQLite.
///
/// restic runs beside the service, not inside it: when the host dies, restic goes on, and the next service on the same
/// state folder adopts it. Several services, also in several processes, may use one state folder.
public actor LocalBackupService {
    nonisolated let site: BackupRun.Site
    nonisolated let configurationSet: ConfigurationSet
    nonisolated let agent: ResourceID<Agent>
    let makeID: @Sendable () -> String
    private var runs: [String: Task<Void, Never>] = [:]
    private var isShutDown = false

    private init(
        site: BackupRun.Site,
        configurations: ConfigurationSet,
        makeID: @escaping @Sendable () -> String
    ) {
        self.site = site
        self.makeID = makeID
        configurationSet = configurations
        agent = ResourceID(StableID.uuid(of: "agent:" + (site.settings.hostName ?? "")))
    }

    /// Opens the service: checks the configurations, creates the state folder, opens the catalog, and finds out what
    /// has become of backups whose host died.
    ///
    /// restic is not needed yet. Throws `invalid_configuration`, `storage` and `disk_full`.
    public static func open(
        _ settings: LocalSettings,
        now: @escaping @Sendable () -> Timestamp,
        log: Logger = Logger(label: "moonkeep.local") { _ in SwiftLogNoOpLogHandler() },
        makeID: @escaping @Sendable () -> String = LocalBackupService.randomID
    ) async throws -> LocalBackupService {
        let configurations = try ConfigurationSet(settings.configurations)
        let folder = StateFolder(path: settings.stateFolder)
        try folder.prepare()
        let catalog = try await Catalog.open(in: folder)
        let site = BackupRun.Site(
            settings: settings,
            folder: folder,
            catalog: catalog,
            tool: ResticTool(settings, catalog: catalog),
            bell: Bell(),
            log: log,
            now: now
        )
        let service = LocalBackupService(site: site, configurations: configurations, makeID: makeID)
        try await service.reconcile()
        return service
    }

    /// A random UUID in lower case, as the ids of new backups are.
    public static func randomID() -> String {
        UUID().uuidString.lowercased()
    }

    /// The id of a configuration whose draft has none: a UUID of version 8 over the 128-bit FNV-1a hash of its name.
    public static func configurationID(forName name: String) -> ResourceID<Configuration> {
        ResourceID(StableID.uuid(of: "configuration:" + name))
    }

    /// Stops following the backups that this service runs, and returns when nothing of it works any more.
    ///
    /// Each restic goes on; the next service on the same state folder adopts it. A backup whose restic has not been
    /// started yet is `failed` then.
    /// What can be read can still be read afterwards; a start throws `service`.
    public func shutdown() async {
        isShutDown = true
        let leaving = Array(runs.values)
        for run in leaving { run.cancel() }
        for run in leaving { await run.value }
    }

    /// Starts a backup; see `BackupService`. What a missing restic or a wrong password does to it is in its record.
    public func start(_ configuration: ResourceID<Configuration>, key: String?) async throws -> Backup {
        let draft = try configurationSet.draft(configuration)
        if let key, let first = try await site.catalog.row(key: key) {
            return first.resource(agent: agent)
        }
        guard !isShutDown else {
            throw BackupError(.service, "the service is shut down and starts no backups")
        }
        let id = makeID()
        let spool = site.folder.spool(of: id)
        try spool.create()
        guard let lease = try FileLock.attempt(spool.lease, .exclusive) else {
            throw BackupError(.service, "the new backup's id '\(id)' is in use already")
        }
        let new = BackupRow(
            id: id,
            key: key,
            configuration: draft.resource(id: configuration, agent: agent, lastCompleted: nil),
            createdTime: site.now(),
            bootID: ProcessIdentity.currentBootID()
        )
        var isNew = false
        defer { if !isNew { spool.remove() } }
        let row: BackupRow
        (row, isNew) = try await site.catalog.insert(new)
        guard isNew else { return row.resource(agent: agent) }
        let run = BackupRun(id: id, spool: spool, lease: lease, site: site)
        keep(id) { await run.perform(draft, id: configuration) }
        return row.resource(agent: agent)
    }

    /// Asks for a stop; see `BackupService`. The process that runs the backup sees the request within 0.1 seconds.
    public func stop(_ id: ResourceID<Backup>) async throws -> Backup {
        try await reconcile()
        let before = try await site.catalog.row(id: id.rawValue)
        guard !before.activityState.isFinal else {
            throw BackupError.alreadyFinal(id, state: before.activityState)
        }
        let row = try await site.catalog.update(id.rawValue, to: .stopRequested, now: site.now())
        guard !row.activityState.isFinal else { throw BackupError.alreadyFinal(id, state: row.activityState) }
        site.bell.ring()
        return row.resource(agent: agent)
    }

    /// Finds the backups that are not over and that no living process owns, and finishes or adopts them.
    func reconcile() async throws {
        guard !isShutDown else { return }
        for row in try await site.catalog.unfinishedRows() where runs[row.id] == nil {
            do {
                try await takeOver(row.id)
            } catch let error as BackupError {
                site.log.error("a backup cannot be looked after: \(error)", metadata: ["backup": "\(row.id)"])
            }
        }
    }

    private func takeOver(_ id: String) async throws {
        let spool = site.folder.spool(of: id)
        try spool.create()
        guard let lease = try FileLock.attempt(spool.lease, .exclusive) else { return }
        // Its owner may have finished it between the look at the catalog and the lease.
        let row = try await site.catalog.row(id: id)
        guard !isShutDown, !row.activityState.isFinal else {
            if row.activityState.isFinal { spool.remove() }
            return lease.release()
        }
        let run = BackupRun(id: id, spool: spool, lease: lease, site: site)
        if let process = row.process ?? spool.recordedProcess(bootID: row.bootID), process.isRunning {
            keep(id) { await run.adopt(process) }
        } else {
            await run.conclude()
        }
    }

    private func keep(_ id: String, _ work: @escaping @Sendable () async -> Void) {
        runs[id] = Task {
            await work()
            runs[id] = nil
        }
    }
}
