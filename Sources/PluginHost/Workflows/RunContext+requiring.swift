import BackupAPI
import LuaKit
import RunJournal

extension RunContext {
    /// The source of a module that the script requires: the one that the run has required before, or else the host's.
    ///
    /// A run keeps what it requires before it runs it, and is resumed on that. Throws `permission_denied` where the
    /// script may not do all that the module asks for.
    func module(_ name: String) async throws -> LuaSource? {
        if let source = requiredModules[name] { return LuaSource(name: source.name, text: source.text) }
        guard let module = try await environment.resolveModule?(name) else { return nil }
        // A file that is only loaded says what it needs when it has been.
        if mode != .load, let missing = module.needs.first(where: { !environment.permissions.allow($0) }) {
            throw ModuleRefused(module: name, permission: missing, script: script)
        }
        if mode == .live {
            let kept = ScriptSource(module.source, firstSeen: environment.now())
            try await journal.keep(kept, as: name, for: lease.claim)
        }
        return module.source
    }
}

/// A module that asks for more than the script that requires it may do.
struct ModuleRefused: LuaErrorConvertible, CustomStringConvertible {
    let module: String
    let permission: Permission
    let script: String

    private var message: String {
        "the plugin '\(module)' needs the permission '\(permission)', which the script does not have"
    }
    private var fix: String {
        "Add it to the script's 'needs', and grant it with 'moonkeep allow \(script)'."
    }

    var description: String { "\(message). \(fix)" }
    var luaMessage: String { description }
    var luaFields: [String: LuaValue] {
        [
            "code": "permission_denied", "message": .string(message), "fix": .string(fix), "retryable": false,
            "data": .record(["permission": .string(permission.description)]),
        ]
    }
}
