import BackupAPI
import LuaKit
import PluginHost
import RunJournal
import ScriptLibrary
import Synchronization

/// The plugins of a site that deliver messages: those that have a function `send`. What they are is looked up each time.
final class PluginNotifiers: Sendable {
    private let site: Site
    private let service: any BackupService
    private let made = Mutex<PluginCatalogue?>(nil)
    private let deliverer = Mutex<PluginHost?>(nil)

    init(_ site: Site, _ service: any BackupService) {
        self.site = site
        self.service = service
    }

    /// The one of this name. One that cannot be used says why when it is to deliver something.
    func provider(_ name: String) async -> (any NotificationProvider)? {
        guard let entry = try? await catalogue().entry(named: name) else { return nil }
        return provider(of: entry)
    }

    /// The names of all.
    func names() async -> [String] {
        guard let plugins = try? catalogue() else { return [] }
        return await plugins.entries().filter { provider(of: $0) != nil }.map(\.name)
    }

    private func provider(of entry: PluginCatalogue.Entry) -> (any NotificationProvider)? {
        guard let manifest = entry.manifest, entry.isUsable else {
            return BrokenNotifier(name: entry.name, problems: entry.problems)
        }
        return manifest.isNotifier ? PluginNotifier(plugin: manifest, site: site, makeHost: host) : nil
    }

    private func catalogue() throws -> PluginCatalogue {
        try made.withLock { made in
            let catalogue = try made ?? site.plugins()
            made = catalogue
            return catalogue
        }
    }

    /// The host in which plugins deliver. Their runs have a journal of their own: what has to survive is the message, and
    /// people look for their own runs.
    private func host() throws -> PluginHost {
        let plugins = try catalogue()
        return try deliverer.withLock { deliverer in
            if let deliverer { return deliverer }
            var limits = LuaLimits()
            limits.runningTime = .seconds(10)
            limits.wallTime = .seconds(60)
            let host = PluginHost(
                service: service,
                journal: try RunStore(path: site.stateFolder + "/deliveries.sqlite"),
                executor: try LuaExecutor(),
                environment: site.environment(plugins),
                limits: limits,
                extraModules: Library.modules(of: site)
            )
            deliverer = host
            return host
        }
    }
}

/// A plugin that delivers messages, with what was granted to it.
private struct PluginNotifier: NotificationProvider {
    let plugin: PluginManifest
    let site: Site
    let makeHost: @Sendable () throws -> PluginHost

    func send(_ notification: Notice) async throws {
        let file = "plugins/\(plugin.name)/plugin.lua"
        let missing = site.missingGrants(of: plugin)
        guard missing.isEmpty else {
            let list = missing.map { "'\($0)'" }.joined(separator: ", ")
            throw CommandError(
                "the plugin '\(plugin.name)' was not granted \(list)",
                fix: "Grant it with 'moonkeep allow \(file)'."
            )
        }
        let grant = ScriptGrant(
            script: site.pluginPath(plugin.name),
            needs: plugin.needs.map(\.description)
        )
        let source = LuaSource(
            name: file,
            text: "notify.provider('\(plugin.name)', require '\(plugin.name)')"
        )
        let host = try makeHost().granting(grant)
        try await ScriptProvider(host: host, source: source, name: plugin.name).send(notification)
    }
}

/// A plugin that cannot be used.
private struct BrokenNotifier: NotificationProvider {
    let name: String
    let problems: [String]

    func send(_ notification: Notice) async throws {
        throw CommandError("the plugin '\(name)' cannot be used: \(problems.joined(separator: "; "))")
    }
}

extension PluginManifest {
    /// Whether messages can be delivered by it: it has a function `send`.
    var isNotifier: Bool { functions.contains("send") }
}
