import BackupAPI
import Logging

extension BackupRun {
    /// How often the catalog is asked whether another process wants a stop, and an adopted restic whether it lives.
    private static let interval = Duration.milliseconds(100)

    /// What must be there before restic can start.
    struct Readiness: Sendable {
        let program: String
        let version: ResticVersion
        let lock: FileLock
    }

    /// Gets ready; `nil` when a stop was requested meanwhile.
    func prepareUnlessStopped() async throws -> Readiness? {
        let now = site.now()
        try await site.catalog.update(id, to: .preparing, now: now) { $0.startedTime = now.microseconds }
        site.bell.ring()
        return try await withThrowingTaskGroup(of: Readiness?.self) { group in
            group.addTask { try await prepare() }
            group.addTask {
                for await _ in site.bell.pulses(every: Self.interval) {
                    if try await isStopRequested() { return nil }
                }
                throw CancellationError()
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    private func prepare() async throws -> Readiness {
        let (program, version) = try await site.tool.identify()
        let repository = site.settings.repository
        // A repository that was here before and is gone is not made anew: its disk may just not be mounted.
        if try await !site.catalog.knowsRepository(repository) {
            let lock = try await FileLock.wait(site.folder.repositoryLock, .exclusive)
            defer { lock.release() }
            try await site.tool.openOrCreateRepository()
            try await site.catalog.rememberRepository(repository, now: site.now())
        }
        let lock = try await FileLock.wait(site.folder.repositoryLock, .shared)
        return Readiness(program: program, version: version, lock: lock)
    }

    func launch(
        _ draft: ConfigurationDraft,
        _ configuration: ResourceID<Configuration>,
        key: String?,
        with ready: Readiness
    ) async throws -> ProcessIdentity {
        let bell = site.bell
        let process = try await Launcher.launch(
            ready.program,
            arguments: ResticCommand.backup(
                draft,
                id: configuration,
                run: key ?? id,
                settings: site.settings
            ),
            environment: ResticEnvironment.make(site.settings),
            spool: spool,
            onExit: { bell.ring() }
        )
        do {
            try await site.catalog.update(id, to: .inProgress, now: site.now()) { row in
                row.processID = process.id
                row.processStart = process.startTicks
                row.resticVersion = ready.version.description
            }
        } catch let error as BackupError {
            // restic runs now, and its spool says which process it is.
            site.log.error("a backup's start cannot be recorded: \(error)", metadata: ["backup": "\(id)"])
        }
        bell.ring()
        return process
    }

    /// Returns when restic has ended; stops it when that is asked for.
    ///
    /// A catalog that cannot be read does not end the following: restic needs none.
    func follow(_ process: ProcessIdentity) async throws {
        var plan = StopPlan(site.settings.stopSteps)
        var isCatalogReadable = true
        for await _ in site.bell.pulses(every: Self.interval) {
            if spool.recordedExitCode() != nil || !process.isRunning { return }
            do {
                if try await isStopRequested(), let signal = plan.signalDue(at: .now) {
                    process.signalGroup(signal)
                }
                isCatalogReadable = true
            } catch let error as BackupError {
                if isCatalogReadable {
                    site.log.warning(
                        "requests to stop cannot be read: \(error)",
                        metadata: ["backup": "\(id)"]
                    )
                }
                isCatalogReadable = false
            }
        }
        throw CancellationError()
    }

    private func isStopRequested() async throws -> Bool {
        try await site.catalog.row(id: id).activityState == .stopRequested
    }
}
