public import BackupAPI
import Foundation
import HostSystem
public import Logging

/// Backups, restores and cleanups with restic on this machine, with a catalog in SQLite.
///
/// restic runs beside the service, not inside it: when the host dies, restic goes on, and the next service on the same
/// state folder adopts it. Several services, also in several processes, may use one state folder.
public final class LocalBackupService: Sendable {
    let site: RunSite
    let keeper: RunKeeper
    let makeID: @Sendable () -> String
    let checks: [RepositoryChecks]
    private let forgotten: [ForgottenSnapshots]

    private init(_ site: RunSite, makeID: @escaping @Sendable () -> String) {
        (self.site, self.makeID) = (site, makeID)
        keeper = RunKeeper(site, makeID: makeID)
        let sites = site.repositories.all.map(site.at)
        checks = sites.map(RepositoryChecks.init)
        forgotten = sites.map(ForgottenSnapshots.init)
    }

    /// This host.
    var agent: ResourceID<Agent> { site.agent }

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
        let catalog = try await Catalog(in: folder, eventLifetime: settings.eventLifetime)
        let repositories = try Repositories(settings, folder: folder, records: catalog.host)
        try configurations.check(repositories.names)
        let agent = try await catalog.host.agent(of: MachineID.current(), new: makeID())
        let site = RunSite(
            settings: settings,
            agent: agent,
            folder: folder,
            catalog: catalog,
            configurations: ConfigurationBook(
                configurations,
                settingsFile: settings.configurationFile,
                cleanup: settings.cleanup,
                catalog: catalog,
                agent: agent,
                now: now,
                makeID: makeID
            ),
            repositories: repositories,
            repository: repositories.main,
            bell: Bell(settings.folderWatch),
            log: log,
            now: now
        )
        let service = LocalBackupService(site, makeID: makeID)
        try await service.keeper.reconcile()
        for check in service.checks { await check.endLostCheckUnlessUsed() }
        try await service.keeper.sweepSpools()
        return service
    }

    /// Puts other configurations in the place of the settings'. What runs goes on with what it began with; starts, schedules,
    /// cleanups and mails use the new ones from now on.
    ///
    /// Throws `invalid_configuration`, and changes nothing then.
    public func replaceConfigurations(_ drafts: [ConfigurationDraft]) throws {
        let configurations = try ConfigurationSet(drafts)
        try configurations.check(site.repositories.names)
        site.configurations.replace(by: configurations)
        site.bell.ring()
    }

    /// A random UUID in lower case, as the ids of new backups are.
    public static func randomID() -> String {
        UUID().uuidString.lowercased()
    }

    /// The id of a configuration whose draft has none: a UUID of version 8 over the 128-bit FNV-1a hash of its name.
    public static func configurationID(forName name: String) -> ResourceID<Configuration> {
        ConfigurationBook.id(forName: name)
    }

    /// Stops following what this service runs, and returns when nothing of it works any more.
    ///
    /// Each restic goes on; the next service on the same state folder adopts it, and begins what has not got so far.
    /// What can be read can still be read afterwards; a start throws `service`.
    public func shutdown() async { await keeper.shutdown() }

    /// Finds out what has become of runs whose host died, and of snapshots that somebody has removed.
    func lookAround() async throws {
        try await keeper.reconcile()
        for forgotten in forgotten { try await forgotten.notice() }
    }

    /// Throws when the catalog cannot be written now: no start would be taken.
    public func checkReadiness() async throws {
        try await site.catalog.file.checkWritable()
    }
}
