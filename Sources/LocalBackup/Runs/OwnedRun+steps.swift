import BackupAPI
import HostSystem
import Logging

extension OwnedRun {
    /// How often an event tells how far the run is.
    private static var progressInterval: Duration { .seconds(1) }

    /// Takes the repository's lock; waiting for it is visible as `queued`. `nil` when a stop was requested meanwhile.
    func lockRepository(_ mode: FileLock.Mode) async throws -> FileLock? {
        let lock = site.repository.lock
        if let free = try lock.attempt(mode) { return free }
        try await queue()
        return try await unlessStopped { try await lock.wait(mode) }
    }

    /// Shows that the run waits for others.
    func queue() async throws {
        try await site.catalog.update(Row.self, id, to: .queued, now: site.now())
        site.bell.ring()
    }

    /// Goes into the first state of work.
    func begin(_ state: ActivityState) async throws {
        let now = site.now()
        try await site.catalog.update(Row.self, id, to: state, now: now) { $0.startedTime = now.microseconds }
        site.bell.ring()
    }

    /// Does something that may take long; `nil` when a stop was requested meanwhile.
    func unlessStopped<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws
        -> Value?
    {
        try await racing(work) {
            for await _ in site.news() {
                if try await isStopRequested() { return }
            }
            throw CancellationError()
        }
    }

    /// Starts a program in a process of its own, which inherits the locks, and records which one it is.
    func launch(_ program: String, _ arguments: [String], version: ResticVersion, locks: [FileLock])
        async throws
    {
        let bell = site.bell
        try spool.recordHost()
        let process = try await Launcher.launch(
            program,
            arguments: arguments,
            environment: try await site.tool.environment(),
            spool: spool,
            locks: locks,
            onExit: { bell.ring() }
        )
        do {
            try await site.catalog.update(Row.self, id, to: .inProgress, now: site.now()) { row in
                row.processID = process.id
                row.processStart = process.startTicks
                row.bootID = process.bootID
                row.resticVersion = version.description
            }
        } catch let error as BackupError {
            // restic runs now, and its spool says which process it is.
            site.log.error("a \(Row.kind)'s start cannot be recorded: \(error)", metadata: metadata)
        }
        bell.ring()
    }

    /// Gives locks back when their restic has ended, or else leaves them to it.
    func letGo(of locks: [FileLock]) {
        let isOver = (try? spool.isAlive()) == false
        for lock in locks { if isOver { lock.release() } else { lock.leave() } }
    }

    /// Returns when restic, or a helper that the run has instead, has ended; stops it when that is asked for, and tells how
    /// far it is.
    ///
    /// A catalog that cannot be used does not end the following: restic needs none.
    func follow() async throws {
        var (isCatalogUsable, wasStopped) = (true, false)
        var told: (progress: BackupProgress?, at: ContinuousClock.Instant) = (nil, .now)
        for await _ in site.news(of: spool, everyLine: Self.progressInterval) {
            guard try spool.isAlive() else { return }
            do {
                let row = try await currentRow()
                if row.activityState == .stopRequested, !wasStopped {
                    await spool.stop(site.settings.stopSteps, bell: site.bell) {
                        row.process ?? spool.recordedProcess(bootID: row.bootID)
                    }
                    wasStopped = true
                } else if ContinuousClock.now - told.at >= Self.progressInterval {
                    let progress = spool.newestProgress()
                    if let progress, progress != told.progress {
                        try await site.catalog.events.addProgress(progress, of: Row.self, id, now: site.now())
                    }
                    told = (progress, .now)
                }
                isCatalogUsable = true
            } catch let error as BackupError {
                if isCatalogUsable {
                    site.log.warning("requests to stop cannot be read: \(error)", metadata: metadata)
                }
                isCatalogUsable = false
            }
        }
        throw CancellationError()
    }

    func isStopRequested() async throws -> Bool {
        try await currentRow().activityState == .stopRequested
    }

    /// What is known of a run whose restic is gone.
    func evidence(
        _ report: ResticReport,
        wasStopRequested: Bool,
        before: SourceSize? = nil,
        remarks: [SourceRemark] = []
    ) -> BackupEvidence {
        BackupEvidence(
            exitCode: wasStopRequested ? spool.recordedExitCode() : spool.end.exitCode,
            report: report,
            wasStopRequested: wasStopRequested,
            before: before,
            remarks: remarks,
            place: .init(site.repository.settings, activity: Row.kind.rawValue)
        )
    }
}
