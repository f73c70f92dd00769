public import BackupAPI
import Foundation
import HostSystem
public import Logging
import Synchronization

/// Backups, restores and cleanups with restic on this machine, with a catalog in SQLite.
///
/// restic runs beside the service, not inside it: when the host dies, restic goes on, and the next service on the same
/// state folder adopts it. Several services, also in several processes, may use one state folder.
public actor LocalBackupService {
    nonisolated let site: RunSite
    private nonisolated let currentConfigurations: Mutex<ConfigurationSet>
    nonisolated var agent: ResourceID<Agent> { site.agent }
    let makeID: @Sendable () -> String
    private var runs: [String: Task<Void, Never>] = [:]
    private var isShutDown = false
    /// What the repository's folder had when restic was last asked which snapshots are gone.
    private var lastLook: (names: [String], missing: [String])?

    private init(
        site: RunSite,
        configurations: ConfigurationSet,
        makeID: @escaping @Sendable () -> String
    ) {
        self.site = site
        self.makeID = makeID
        currentConfigurations = Mutex(configurations)
    }

    /// Opens the service: checks the configurations, creates the state folder, opens the catalog, and finds out what
    /// has become of backups, restores and cleanups whose host died.
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
        let catalog = try await Catalog.open(in: folder, eventLifetime: settings.eventLifetime)
        let site = RunSite(
            settings: settings,
            agent: try await catalog.agent(of: MachineID.current(), new: makeID()),
            folder: folder,
            catalog: catalog,
            tool: ResticTool(settings, catalog: catalog),
            bell: Bell(),
            log: log,
            now: now
        )
        let service = LocalBackupService(site: site, configurations: configurations, makeID: makeID)
        try await service.reconcile()
        await service.endLostCheckUnlessUsed()
        try await service.sweepSpools()
        return service
    }

    /// The configurations of the settings as they are now.
    nonisolated var configurationSet: ConfigurationSet { currentConfigurations.withLock { $0 } }

    /// Puts other configurations in the place of the settings'. What runs goes on with what it began with; starts, schedules,
    /// cleanups and mails use the new ones from now on.
    ///
    /// Throws `invalid_configuration`, and changes nothing then.
    public nonisolated func replaceConfigurations(_ drafts: [ConfigurationDraft]) throws {
        let configurations = try ConfigurationSet(drafts)
        currentConfigurations.withLock { $0 = configurations }
        site.bell.ring()
    }

    /// A random UUID in lower case, as the ids of new backups are.
    public static func randomID() -> String {
        UUID().uuidString.lowercased()
    }

    /// The id of a configuration whose draft has none: a UUID of version 8 over the 128-bit FNV-1a hash of its name.
    public static func configurationID(forName name: String) -> ResourceID<Configuration> {
        ResourceID(StableID.uuid(of: "configuration:" + name))
    }

    /// Stops following what this service runs, and returns when nothing of it works any more.
    ///
    /// Each restic goes on; the next service on the same state folder adopts it, and begins what has not got so far.
    /// What can be read can still be read afterwards; a start throws `service`.
    public func shutdown() async {
        isShutDown = true
        let leaving = Array(runs.values)
        for run in leaving { run.cancel() }
        for run in leaving { await run.value }
    }

    /// Adds a run and begins it, unless one was started with its key: then answers that one.
    func begin<Row: RunRow>(
        key: String?,
        _ makeRow: (_ id: String, _ bootID: String) -> Row,
        _ perform: @escaping @Sendable (OwnedRun<Row>) async throws -> Void
    ) async throws -> Row {
        guard !isShutDown else {
            throw BackupError(.service, "the service is shut down and starts no \(Row.kind)s")
        }
        let id = makeID()
        let spool = site.folder.spool(of: id)
        let lease = try await lease(of: spool)
        var isNew = false
        defer { if !isNew { spool.remove() } }
        let row: Row
        (row, isNew) = try await site.catalog.insert(makeRow(id, ProcessIdentity.currentBootID()))
        guard isNew else { return row }
        let run = OwnedRun<Row>(id: id, spool: spool, lease: lease, site: site)
        let work = { @Sendable in try await perform(run) }
        keep(id) { await run.own(work, again: work) }
        return row
    }

    /// Makes a spool that nobody sweeps away as long as the lease is kept.
    nonisolated func lease(of spool: Spool) async throws -> FileLock {
        let making = try await FileLock.wait(site.folder.spoolLock, .shared)
        defer { making.release() }
        try spool.create()
        guard let lease = try FileLock.attempt(spool.lease, .exclusive) else {
            throw BackupError(.service, "the folder of a new run is in use already: '\(spool.path)'")
        }
        return lease
    }

    /// Asks for a stop. The process that owns the run sees the request within 0.1 seconds.
    func requestStop<Row: RunRow>(_ type: Row.Type, _ id: String) async throws -> Row {
        try await reconcile()
        let before = try await site.catalog.row(Row.self, id: id)
        guard !before.activityState.isFinal else {
            throw Row.alreadyFinal(id, state: before.activityState)
        }
        let row = try await site.catalog.update(Row.self, id, to: .stopRequested, now: site.now())
        guard !row.activityState.isFinal else { throw Row.alreadyFinal(id, state: row.activityState) }
        site.bell.ring()
        return row
    }

    /// Finds the runs that are not over and that no living process owns, and finishes or adopts them.
    func reconcile() async throws {
        guard !isShutDown else { return }
        for run in try await site.catalog.unfinishedRuns() where runs[run.id] == nil {
            do {
                switch run.kind {
                case .backup: try await takeOver(BackupRow.self, run.id)
                case .restore: try await takeOver(RestoreRow.self, run.id)
                case .cleanup: try await takeOver(CleanupRow.self, run.id)
                }
            } catch let error as BackupError {
                site.log.error(
                    "a \(run.kind) cannot be looked after: \(error)",
                    metadata: ["\(run.kind)": "\(run.id)"]
                )
            }
        }
    }

    private func takeOver<Row: RunRow>(_ type: Row.Type, _ id: String) async throws {
        let spool = site.folder.spool(of: id)
        try spool.create()
        guard let lease = try FileLock.attempt(spool.lease, .exclusive) else { return }
        let run = OwnedRun<Row>(id: id, spool: spool, lease: lease, site: site)
        // Its owner may have finished it between the look at the catalog and the lease.
        let row = try await site.catalog.row(Row.self, id: id)
        guard !isShutDown, !row.activityState.isFinal else {
            if row.activityState.isFinal { run.removeLeftovers(of: row) }
            return lease.release()
        }
        let again = try await Row.work(of: run, row, self)
        let work = try await run.resume(row, again: again)
        if Row.concludesAtOnce, try !spool.isAlive(), try await run.hasItsEnd(row) {
            return await run.own({}, again: nil)
        }
        keep(id) { await run.own(work, again: again) }
    }

    /// Whether restic has not been asked about this yet; from now on it has.
    func looked(at names: [String], missing: [String]) -> Bool {
        if let lastLook, lastLook == (names, missing) { return false }
        lastLook = (names, missing)
        return true
    }

    private func keep(_ id: String, _ work: @escaping @Sendable () async -> Void) {
        runs[id] = Task {
            await work()
            runs[id] = nil
        }
    }
}
