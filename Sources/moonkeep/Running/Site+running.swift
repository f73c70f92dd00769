import BackupAPI
import Foundation
import HostSystem
import LocalBackup
import LuaKit
import PluginHost
import RunJournal
import ScriptLibrary

extension Site {
    /// What executes runs of this site.
    func makeHost(
        _ service: any BackupService,
        journal: RunStore,
        limits: LuaLimits = LuaLimits()
    ) throws -> PluginHost {
        let plugins = try plugins()
        let metrics = Library.metrics(of: self)
        var environment = environment(plugins)
        environment.hookPlugins = { await plugins.hookPlugins(permissions: permissions(of:)) }
        environment.makeObserver = {
            metrics.makeObserver { Console.standardError.writeLine("moonkeep: \($0)".printable) }
        }
        return PluginHost(
            service: service,
            journal: journal,
            executor: try lua.executor(),
            environment: environment,
            limits: limits,
            extraModules: Library.modules(of: self, notifiers: notifiers(service))
        )
    }

    /// What runs of the site take from their surroundings.
    func environment(_ plugins: PluginCatalogue) -> HostEnvironment {
        var environment = HostEnvironment(
            now: Clocks.now,
            makeID: RunID.make,
            owner: .current(),
            resolveModule: plugins.module,
            modulePlaces: ModuleFolders(folder: folder).places,
            reportsFolder: path("reports")
        )
        environment.pluginSettings = settings(ofPlugin:)
        environment.hostName = ProcessInfo.processInfo.hostName
        environment.siteName = folder
        environment.timeText = { LocalTime.text(ofSeconds: $0.second, pattern: $1) }
        return environment
    }

    /// What a plugin's hooks may do: what was granted to its file of what it asks for, beside what every script may do.
    func permissions(of plugin: PluginManifest) -> Permissions {
        let granted = (try? grants.granted(to: pluginPath(plugin.name))) ?? []
        return Permissions(Permissions.standard.granted.union(granted))
    }

    /// What a plugin with hooks, or one that delivers messages, asks for and was not granted.
    func missingGrants(of plugin: PluginManifest) -> [Permission] {
        guard !plugin.hooks.isEmpty || plugin.isNotifier else { return [] }
        let permissions = permissions(of: plugin)
        return plugin.needs.filter { !permissions.allow($0) }
    }

    func pluginPath(_ name: String) -> String { Script.path(of: path("plugins/\(name)/plugin.lua")) }
}

extension RunOwner {
    /// Whether the process is known to be gone. One of another boot or PID namespace cannot be seen from here: its lease tells.
    var isGone: Bool {
        guard bootID == Self.place else { return false }
        let identity = ProcessIdentity(
            id: Int32(truncatingIfNeeded: processID),
            startTicks: processStartTime,
            bootID: ProcessIdentity.currentBootID()
        )
        return !identity.isRunning || ProcessIdentity(of: identity.id) == nil
    }
}

extension RunRecord {
    /// Whether nobody executes it any more, though it is not over: its process is gone, or has given no sign of life for longer
    /// than its lease. A lease that ends later than any does was given by a clock that was put back since; a process that lives
    /// soon gives itself another.
    func isInterrupted(at now: Timestamp) -> Bool {
        let left = leaseEnd - now.microseconds
        return status == .running && (owner.isGone || left < 0 || left > Self.longestLease)
    }

    /// Ten minutes, in microseconds: twenty times as long as a lease is.
    private static var longestLease: Int64 { 600_000_000 }

    /// Where it stands, for people.
    func statusText(at now: Timestamp) -> String {
        isInterrupted(at: now) ? "interrupted" : status.rawValue
    }
}
