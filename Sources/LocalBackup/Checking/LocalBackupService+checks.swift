public import BackupAPI
import Foundation
import HostSystem
import Logging

extension LocalBackupService {
    /// Checks the repository; see `BackupService`. It waits until no backup, restore or cleanup uses the repository.
    ///
    /// When the task is cancelled restic is stopped. A restic whose host died is stopped by the next check, or by the next
    /// service on the state folder: nobody waits for its result. Throws `wrong_password`, `repository_missing`,
    /// `repository_locked` and `tool_missing`, and `service` when restic could not check.
    public nonisolated func check(_ data: CheckedData) async throws -> RepositoryCheck {
        if let problem = data.problem { throw BackupError.invalidRequest([problem]) }
        await endLostCheckUnlessUsed()
        let lock = try await RepositoryLock(folder: site.folder).wait(.exclusive)
        let lease = try await FileLock.wait(site.folder.checkLease, .exclusive)
        defer { lease.release() }
        let spool = site.folder.spool(of: Self.checkSpool)
        // Until restic has ended nothing else of this service uses the repository.
        defer { if (try? spool.isAlive()) == true { lock.leave() } else { lock.release() } }
        try await endLostCheck()
        do {
            let program = try await site.tool.identify().path
            try await site.tool.removeLostLocks(lock: lock, activity: "check")
            let began = site.now()
            try spool.create()
            defer { spool.remove() }
            try await launch(program, ResticCommand.check(data), spool, lock)
            try await follow(spool)
            return try await result(in: spool, began: began)
        } catch let failure as ResticFailure {
            throw BackupError(failure)
        }
    }

    /// Stops a check whose host died, if no other one runs; what else uses the repository does not have to wait for it.
    nonisolated func endLostCheckUnlessUsed() async {
        let spool = site.folder.spool(of: Self.checkSpool)
        guard FileManager.default.fileExists(atPath: spool.path),
            let lease = try? FileLock.attempt(site.folder.checkLease, .exclusive)
        else { return }
        defer { lease.release() }
        do {
            try await endLostCheck()
        } catch {
            site.log.warning("a check whose host died is left alone: \(error)")
        }
    }

    /// One at a time has the repository's lock.
    static var checkSpool: String { "check" }

    /// Stops the restic of a check whose host died, and remembers the lock that it may leave.
    private nonisolated func endLostCheck() async throws {
        let spool = site.folder.spool(of: Self.checkSpool)
        guard FileManager.default.fileExists(atPath: spool.path) else { return }
        if try spool.isAlive() {
            site.log.info("a check whose host died is stopped")
            await end(spool)
        }
        if spool.end.exitCode == nil, let restic = spool.lostRestic(now: site.now()) {
            try await site.catalog.remember(restic)
        }
        spool.remove()
    }

    /// Starts restic. In a task of its own: cancelling it halfway would leave a restic that nobody knows.
    private nonisolated func launch(
        _ program: String,
        _ arguments: [String],
        _ spool: Spool,
        _ lock: FileLock
    )
        async throws
    {
        try Task.checkCancellation()
        let (bell, environment) = (site.bell, ResticEnvironment.make(site.settings))
        try spool.recordHost()
        _ = try await Task {
            try await Launcher.launch(
                program,
                arguments: arguments,
                environment: environment,
                spool: spool,
                locks: [lock],
                onExit: { bell.ring() }
            )
        }.value
    }

    /// Returns when restic has ended. Throws `CancellationError` when the task is cancelled, and restic is stopped then.
    private nonisolated func follow(_ spool: Spool) async throws {
        for await _ in site.bell.pulses(every: .milliseconds(100)) {
            guard try spool.isAlive() else { return }
        }
        // In a task of its own, since that of a cancelled check cannot wait.
        await Task { await end(spool) }.value
        throw CancellationError()
    }

    /// Stops restic, and returns when it has ended, or when it cannot be stopped from here.
    private nonisolated func end(_ spool: Spool) async {
        var plan = StopPlan(site.settings.stopSteps)
        let bootID = ProcessIdentity.currentBootID()
        for await _ in site.bell.pulses(every: .milliseconds(100)) {
            guard (try? spool.isAlive()) == true, !plan.isThrough(at: .now) else { return }
            if let signal = plan.signalDue(at: .now) {
                spool.recordedProcess(bootID: bootID)?.signalGroup(signal)
            }
        }
    }

    private nonisolated func result(in spool: Spool, began: Timestamp) async throws -> RepositoryCheck {
        let code = spool.recordedExitCode()
        var check = RepositoryCheck(startedTime: began, endedTime: site.now())
        guard code != 0 else { return check }
        let report = await CheckReport(spool, secrets: AddressSecrets(site.settings.repository))
        guard code == 1, report.isDamaged else {
            let place = ResticFailure.Place(
                repository: site.settings.repository,
                passwordFile: site.settings.passwordFile,
                activity: "check"
            )
            throw ResticFailure(exitCode: code, words: report.problems, place: place)
        }
        check.problems = report.problems
        check.packs = report.packs
        if check.outcome == .ok { check.problems = ["restic says that the repository contains errors"] }
        return check
    }
}

extension BackupError {
    /// A failure of restic as that of the call.
    init(_ failure: ResticFailure) {
        let codes: [Code] = [.wrongPassword, .repositoryMissing, .repositoryLocked, .diskFull, .toolMissing]
        let code = codes.first { $0.description == failure.reason } ?? .service
        self.init(code, failure.diagnostics, isRetryable: code == .repositoryLocked)
    }
}
