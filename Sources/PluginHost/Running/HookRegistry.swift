import LuaKit
import Synchronization

/// The hooks that a plugin's file registers while it is loaded.
final class HookRegistry: Sendable {
    struct Registration: Sendable {
        let declaration: HookDeclaration
        let function: LuaFunction
    }

    /// `nil` while none may be registered.
    private let registrations = Mutex<[Registration]?>(nil)

    /// Lets hooks be registered from now on.
    func open() {
        registrations.withLock { $0 = [] }
    }

    /// Keeps a hook; returns whether it may be registered now.
    func add(_ registration: Registration) -> Bool {
        registrations.withLock { registrations in
            registrations?.append(registration)
            return registrations != nil
        }
    }

    /// Ends the registration, and returns what was registered. Functions hold their state, so nothing is kept.
    func close() -> [Registration] {
        registrations.withLock { registrations in
            defer { registrations = nil }
            return registrations ?? []
        }
    }

    /// Registers a hook of the plugin that is loaded. In a plugin that a script requires nothing happens: its hooks are called
    /// in a state of their own.
    static func register(_ hook: HookDeclaration, _ function: LuaFunction, in run: RunContext) throws {
        if of(run).add(Registration(declaration: hook, function: function)) { return }
        // Of a call while a module is loaded the place is not known.
        guard TaskScope.current.place?.script != run.script else {
            throw ArgumentProblem(
                "only the 'plugin.lua' of a plugin registers hooks, while it is loaded",
                code: "unsupported"
            )
        }
    }

    /// Where the hooks of a run's file are registered.
    static func of(_ run: RunContext) -> HookRegistry { run.attachment { HookRegistry() } }
}
