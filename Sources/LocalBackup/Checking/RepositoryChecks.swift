import BackupAPI
import Foundation
import HostSystem
import Logging

/// Checks of the repository; one at a time has its lock.
struct RepositoryChecks: Sendable {
    let site: RunSite

    private var spool: Spool { site.folder.checkSpool(of: site.repository.name) }
    private var leaseFile: String { site.folder.checkLease(of: site.repository.name) }

    func check(_ data: CheckedData) async throws -> RepositoryCheck {
        if let problem = data.problem { throw BackupError.invalidRequest([problem]) }
        await endLostCheckUnlessUsed()
        let lock = try await site.repository.lock.wait(.exclusive)
        let lease = try await FileLock.wait(leaseFile, .exclusive)
        defer { lease.release() }
        // Until restic has ended nothing else of this service uses the repository.
        defer { if (try? spool.isAlive()) == true { lock.leave() } else { lock.release() } }
        try await endLostCheck()
        do {
            let program = try await site.tool.identify().path
            try await site.tool.removeLostLocks(lock: lock, activity: "check")
            let began = site.now()
            try spool.create()
            defer { spool.remove() }
            try await launch(program, site.tool.flags + ResticCommand.check(data), lock)
            try await follow()
            return try await result(began: began)
        } catch let failure as ResticFailure {
            throw BackupError(failure)
        }
    }

    /// Stops a check whose host died, if no other one runs; what else uses the repository does not have to wait for it.
    func endLostCheckUnlessUsed() async {
        guard FileManager.default.fileExists(atPath: spool.path),
            let lease = try? FileLock.attempt(leaseFile, .exclusive)
        else { return }
        defer { lease.release() }
        do {
            try await endLostCheck()
        } catch {
            site.log.warning("a check whose host died is left alone: \(error)")
        }
    }

    /// Stops the restic of a check whose host died, and remembers the lock that it may leave.
    private func endLostCheck() async throws {
        guard FileManager.default.fileExists(atPath: spool.path) else { return }
        if try spool.isAlive() {
            site.log.info("a check whose host died is stopped")
            await end()
        }
        if spool.end.exitCode == nil, let restic = spool.lostRestic(now: site.now()) {
            try await site.catalog.host.remember(restic, in: site.repository.name)
        }
        spool.remove()
    }

    /// Starts restic. In a task of its own: cancelling it halfway would leave a restic that nobody knows.
    private func launch(
        _ program: String,
        _ arguments: [String],
        _ lock: FileLock
    )
        async throws
    {
        try Task.checkCancellation()
        let environment = try await site.tool.environment()
        let (bell, spool) = (site.bell, spool)
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
    private func follow() async throws {
        for await _ in site.news(of: spool) {
            guard try spool.isAlive() else { return }
        }
        // In a task of its own, since that of a cancelled check cannot wait.
        await Task { await end() }.value
        throw CancellationError()
    }

    /// Stops restic, and returns when it has ended, or when it cannot be stopped from here.
    private func end() async {
        let bootID = ProcessIdentity.currentBootID()
        await spool.stop(site.settings.stopSteps, bell: site.bell) { spool.recordedProcess(bootID: bootID) }
    }

    private func result(began: Timestamp) async throws -> RepositoryCheck {
        let code = spool.recordedExitCode()
        var check = RepositoryCheck(startedTime: began, endedTime: site.now())
        guard code != 0 else { return check }
        let report = await CheckReport(spool, secrets: AddressSecrets(site.repository.settings.address))
        guard code == 1, report.isDamaged else {
            let place = ResticFailure.Place(site.repository.settings, activity: "check")
            throw ResticFailure(exitCode: code, words: report.problems, place: place)
        }
        check.problems = report.problems
        check.packs = report.packs
        if check.outcome == .ok { check.problems = ["restic says that the repository contains errors"] }
        return check
    }
}
