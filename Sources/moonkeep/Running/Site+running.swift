import BackupAPI
import LocalBackup
import LuaKit
import PluginHost
import RunJournal

extension Site {
    /// What executes runs of this site.
    func makeHost(
        _ service: any BackupService,
        journal: any RunStore,
        limits: LuaLimits = LuaLimits()
    ) throws -> PluginHost {
        let plugins = try plugins()
        return PluginHost(
            service: service,
            journal: journal,
            executor: try LuaExecutor(),
            environment: HostEnvironment(
                now: Clocks.now,
                makeID: RunID.make,
                owner: .current(),
                resolveModule: plugins.module,
                reportsFolder: path("reports")
            ),
            limits: limits,
            extraModules: Library.modules(of: self)
        )
    }
}

extension RunOwner {
    /// Whether the process still runs.
    var isAlive: Bool {
        let identity = ProcessIdentity(
            id: Int32(truncatingIfNeeded: processID),
            startTicks: processStartTime,
            bootID: bootID
        )
        return identity.isRunning && ProcessIdentity(of: identity.id) != nil
    }
}

extension RunRecord {
    /// Whether nobody executes it any more, though it is not over: its host died, or has given no sign of life for longer
    /// than its lease.
    func isInterrupted(at now: Timestamp) -> Bool {
        status == .running && (!owner.isAlive || leaseEnd < now.microseconds)
    }

    /// Where it stands, for people.
    func statusText(at now: Timestamp) -> String {
        isInterrupted(at: now) ? "interrupted" : status.rawValue
    }
}
