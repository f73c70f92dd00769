import LuaKit
import Synchronization

/// The settings of plugins that a run has met: they stay what they were when the run required the plugin first.
final class PluginSettings: Sendable {
    private let known = Mutex<[String: LuaValue]>([:])

    static func of(_ run: RunContext) -> PluginSettings { run.attachment { PluginSettings() } }

    /// What a run's modules have for the settings of a plugin; no module is called so.
    static func keptName(_ plugin: String) -> String { "settings:" + plugin }

    func knows(_ plugin: String) -> Bool { known.withLock { $0[plugin] != nil } }

    /// Keeps the settings of a plugin.
    func note(_ values: LuaValue, of plugin: String) { known.withLock { $0[plugin] = values } }

    /// What the site says to a plugin, as it says it.
    func values(of plugin: String, in environment: HostEnvironment) -> LuaValue {
        known.withLock { $0[plugin] } ?? environment.pluginSettings?(plugin) ?? .nil
    }
}
