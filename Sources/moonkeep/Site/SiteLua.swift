import LuaKit
import PluginHost
import Synchronization

/// The one thread on which a site's scripts are run and its files are loaded, started for the first of them.
final class SiteLua: Sendable {
    private let started = Mutex<LuaExecutor?>(nil)

    func executor() throws -> LuaExecutor {
        try started.withLock { started in
            let executor = try started ?? LuaExecutor()
            started = executor
            return executor
        }
    }
}
