import LuaKit
import RunJournal

extension RunContext {
    /// The source of a module that the script requires: the one that it got the first time, be it in an earlier life.
    ///
    /// Throws `permission_denied` where the script may not do all that the module asks for.
    func source(ofModule name: String, kept: [String: ScriptSource]) async throws -> LuaSource? {
        if let source = kept[name] { return LuaSource(name: source.name, text: source.text) }
        guard let module = try await environment.resolveModule?(name) else { return nil }
        // A file that is only loaded says what it needs when it has been.
        if mode != .load, let missing = module.needs.first(where: { !permissions.allow($0) }) {
            throw ModuleRefused(module: name, permission: missing, script: script)
        }
        if mode == .live {
            let kept = ScriptSource(module.source, firstSeen: environment.now())
            try await asking { () async throws(JournalError) in
                try await journal.keep(kept, as: name, for: lease.claim)
            }
        }
        return module.source
    }
}
