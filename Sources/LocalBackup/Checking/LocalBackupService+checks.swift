public import BackupAPI
import Foundation
import Logging

extension LocalBackupService {
    /// Checks the repository; see `BackupService`. It waits until no backup, restore or cleanup uses the repository.
    ///
    /// When the task is cancelled restic is stopped. A restic whose host died is stopped by the next check, or by the next
    /// service on the state folder: nobody waits for its result. Throws `wrong_password`, `repository_missing`,
    /// `repository_locked` and `tool_missing`, and `service` when restic could not check.
    public nonisolated func check(_ data: CheckedData) async throws -> RepositoryCheck {
        if let problem = data.problem { throw BackupError.invalidRequest([problem]) }
        let lock = try await RepositoryLock(folder: site.folder).wait(.exclusive)
        // Held until restic has ended: nothing else of this service uses the repository meanwhile.
        defer { lock.release() }
        let spool = site.folder.spool(of: Self.checkSpool)
        await endLostCheck()
        defer { spool.remove() }
        do {
            let program = try await site.tool.identify().path
            // Nothing of this service runs restic now; a lock of one that was killed would refuse the check.
            try await site.tool.removeStaleLocks(activity: "check")
            let began = site.now()
            try spool.create()
            try Data(ProcessIdentity.currentBootID().utf8).write(to: URL(fileURLWithPath: spool.plan))
            try await follow(try await launch(program, ResticCommand.check(data), spool), spool)
            return try await result(in: spool, began: began)
        } catch let failure as ResticFailure {
            throw BackupError(failure)
        }
    }

    /// Stops a check whose host died, if no other one runs; what else uses the repository does not have to wait for it.
    nonisolated func endLostCheckUnlessUsed() async {
        let spool = site.folder.spool(of: Self.checkSpool)
        guard FileManager.default.fileExists(atPath: spool.path),
            let lock = try? RepositoryLock(folder: site.folder).attempt(.exclusive)
        else { return }
        defer { lock.release() }
        await endLostCheck()
        spool.remove()
    }

    /// One at a time has the repository's lock.
    private static var checkSpool: String { "check" }

    private nonisolated func endLostCheck() async {
        let spool = site.folder.spool(of: Self.checkSpool)
        guard let bootID = try? String(contentsOfFile: spool.plan, encoding: .utf8),
            let process = spool.recordedProcess(bootID: bootID), process.isRunning
        else { return }
        site.log.info("a check whose host died is stopped")
        await end(process, spool)
    }

    /// Starts restic. In a task of its own: cancelling it halfway would leave a restic that nobody knows.
    private nonisolated func launch(_ program: String, _ arguments: [String], _ spool: Spool) async throws
        -> ProcessIdentity
    {
        try Task.checkCancellation()
        let (bell, environment) = (site.bell, ResticEnvironment.make(site.settings))
        return try await Task {
            try await Launcher.launch(
                program,
                arguments: arguments,
                environment: environment,
                spool: spool,
                onExit: { bell.ring() }
            )
        }.value
    }

    /// Returns when restic has ended. Throws `CancellationError` when the task is cancelled, and restic is stopped then.
    private nonisolated func follow(_ process: ProcessIdentity, _ spool: Spool) async throws {
        for await _ in site.bell.pulses(every: .milliseconds(100)) {
            if spool.recordedExitCode() != nil || !process.isRunning { return }
        }
        // In a task of its own, since that of a cancelled check cannot wait.
        await Task { await end(process, spool) }.value
        throw CancellationError()
    }

    /// Stops restic, and returns when it has ended.
    private nonisolated func end(_ process: ProcessIdentity, _ spool: Spool) async {
        var plan = StopPlan(site.settings.stopSteps)
        for await _ in site.bell.pulses(every: .milliseconds(100)) {
            if !process.isRunning { return }
            if let signal = plan.signalDue(at: .now) { process.signalGroup(signal) }
        }
    }

    private nonisolated func result(in spool: Spool, began: Timestamp) async throws -> RepositoryCheck {
        let code = spool.recordedExitCode()
        var check = RepositoryCheck(startedTime: began, endedTime: site.now())
        guard code != 0 else { return check }
        let report = await CheckReport(spool)
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
    fileprivate init(_ failure: ResticFailure) {
        let codes: [Code] = [.wrongPassword, .repositoryMissing, .repositoryLocked, .diskFull, .toolMissing]
        let code = codes.first { $0.description == failure.reason } ?? .service
        self.init(code, failure.diagnostics, isRetryable: code == .repositoryLocked)
    }
}
